// The columns of the users' grid, and what its search looks at.
import type { ColDef } from "ag-grid-community";

import { svelteCell } from "../../components/cell.svelte";
import Pill from "../../components/Pill.svelte";
import Time from "../../components/Time.svelte";
import type { User } from "../../seam";
import { roleName, signsIn } from "../../text/roles";
import { searching } from "../../text/search";
import NameCell from "./NameCell.svelte";

const byText = (a: string | null, b: string | null): number => (a ?? "").localeCompare(b ?? "");

function status(user: User): string {
  if (!user.active) return "Deactivated";
  return signsIn(user.role) && !user.can_sign_in ? "No password" : "Active";
}

export const columns: ColDef<User>[] = [
  { headerName: "Username", field: "username", flex: 2, minWidth: 125, comparator: byText, sort: "asc" },
  { headerName: "Name", field: "name", flex: 3, minWidth: 120, comparator: byText, cellRenderer: svelteCell<User>(NameCell, ({ data }) => (data === undefined ? null : { text: data.name })) },
  { headerName: "E-mail", field: "email", flex: 4, minWidth: 140, comparator: byText, tooltip: ({ data }) => data?.email ?? "", cellRenderer: svelteCell<User>(NameCell, ({ data }) => (data === undefined ? null : { text: data.email })) },
  { headerName: "Role", field: "role", width: 90, valueFormatter: ({ data }) => (data === undefined ? "" : roleName[data.role]) },
  {
    headerName: "Last sign-in",
    field: "last_sign_in",
    width: 150,
    comparator: byText,
    cellRenderer: svelteCell<User>(Time, ({ data }) =>
      data === undefined ? null : { at: data.last_sign_in, none: signsIn(data.role) ? "never" : "does not sign in" },
    ),
  },
  {
    headerName: "Status",
    colId: "status",
    width: 125,
    valueGetter: ({ data }) => (data === undefined ? "" : status(data)),
    cellRenderer: svelteCell<User>(Pill, ({ data }) => {
      if (data === undefined) return null;
      const label = status(data);
      return { label, tone: label === "Active" ? "good" : label === "No password" ? "warn" : "neutral" };
    }),
  },
];

/** The users in which each word of the search is found. */
export function matching(users: User[], search: string): User[] {
  const holds = searching(search);
  return users.filter((user) => holds(user.username, user.name, user.email, roleName[user.role], status(user)));
}
