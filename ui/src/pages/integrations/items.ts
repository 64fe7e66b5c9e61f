// What can be done with one integration: the entries of its toolbar and of its context menu.
import Copy from "@lucide/svelte/icons/copy";
import Download from "@lucide/svelte/icons/download";
import Eye from "@lucide/svelte/icons/eye";
import History from "@lucide/svelte/icons/history";
import Pencil from "@lucide/svelte/icons/pencil";
import RefreshCw from "@lucide/svelte/icons/refresh-cw";
import Trash2 from "@lucide/svelte/icons/trash-2";

import type { MenuItem } from "../../components/menu";
import { toRunsOf } from "../../state/places";
import { router } from "../../state/router.svelte";
import type { Row } from "./rows";

export type Deeds = {
  canRefresh: boolean;
  canFullImport: boolean;
  busy: boolean;
  edit: () => void;
  refresh: () => void;
  fullImport: () => void;
  decide: () => void;
  duplicate: () => void;
  remove: () => void;
};

/** The entries of the menu; in the bar the removals are left out, because the row has a button for them. */
export function itemsOf(row: Row, deeds: Deeds, where: "menu" | "bar"): MenuItem[] {
  const phase = row.progress?.phase ?? "ended";
  const running = phase !== "ended" && phase !== "previewed";
  const history = () => {
    router.go(...toRunsOf(row.code));
  };
  const items: MenuItem[] = [{ label: "Edit", icon: Pencil, onselect: deeds.edit }];
  if (row.waiting !== null) {
    if (where === "menu") items.push({ label: "Review removals", icon: Eye, onselect: deeds.decide });
    // The button of the row is for the removals.
    if (deeds.canRefresh) {
      items.push({ label: "Refresh", icon: RefreshCw, disabled: running || deeds.busy, onselect: deeds.refresh });
    }
  }
  if (deeds.canFullImport) {
    items.push({ label: "Full Import", icon: Download, disabled: running || deeds.busy, onselect: deeds.fullImport });
  }
  items.push(
    { label: "History", icon: History, onselect: history },
    { label: "Duplicate", icon: Copy, onselect: deeds.duplicate },
    { label: "Delete", icon: Trash2, danger: true, onselect: deeds.remove },
  );
  return items;
}
