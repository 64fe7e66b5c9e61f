// What can be done with one integration: the entries of its toolbar and of its context menu.
import Copy from "@lucide/svelte/icons/copy";
import Download from "@lucide/svelte/icons/download";
import Eye from "@lucide/svelte/icons/eye";
import History from "@lucide/svelte/icons/history";
import Pencil from "@lucide/svelte/icons/pencil";
import Trash2 from "@lucide/svelte/icons/trash-2";

import type { MenuItem } from "../../components/menu";
import { toRunsOf } from "../../state/places";
import { router } from "../../state/router.svelte";
import type { Row } from "./rows";

export type Deeds = {
  canFullImport: boolean;
  busy: boolean;
  edit: () => void;
  fullImport: () => void;
  decide: () => void;
  duplicate: () => void;
  remove: () => void;
};

export function itemsOf(row: Row, deeds: Deeds): MenuItem[] {
  const phase = row.progress?.phase ?? "ended";
  const running = phase !== "ended" && phase !== "previewed";
  const history = () => {
    router.go(...toRunsOf(row.code));
  };
  const items: MenuItem[] = [{ label: "Edit", icon: Pencil, onselect: deeds.edit }];
  if (row.waiting !== null) items.push({ label: "Review removals", icon: Eye, onselect: deeds.decide });
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
