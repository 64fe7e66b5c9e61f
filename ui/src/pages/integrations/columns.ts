// The columns of the integrations grid, in the order in which admins know them.
import type { ColDef } from "ag-grid-community";
import type { SvelteSet } from "svelte/reactivity";

import { svelteCell } from "../../components/cell.svelte";
import Time from "../../components/Time.svelte";
import ActionCell from "./cells/ActionCell.svelte";
import PublishCell from "./cells/PublishCell.svelte";
import StatusCell from "./cells/StatusCell.svelte";
import { type Action, actionOf, noteOf, type Row, statusOf, urgency } from "./rows";

export type Handlers = {
  pending: SvelteSet<string>;
  /** Room for icons in the cells. */
  wide: boolean;
  canRefresh: (row: Row) => boolean;
  onpublish: (code: string) => void;
  ondecide: (code: string) => void;
  onact: (action: Action, code: string) => void;
};

export function columnsOf(handlers: Handlers): ColDef<Row>[] {
  const columns: ColDef<Row>[] = [
    {
      colId: "name",
      headerName: "Integration Name",
      field: "name",
      flex: 1.5,
      minWidth: 100,
      tooltip: true,
    },
    { colId: "code", headerName: "Integration Code", field: "code", flex: 1, minWidth: 100, tooltip: true },
    {
      colId: "publish_to",
      headerName: "Publish To",
      valueGetter: ({ data }) => data?.publish_to.length ?? 0,
      width: handlers.wide ? 78 : 70,
      minWidth: 70,
      sortingOrder: ["desc", "asc", null],
      cellRenderer: svelteCell<Row>(PublishCell, ({ data }) =>
        data === undefined
          ? null
          : { code: data.code, people: data.publish_to.length, onpublish: handlers.onpublish },
      ),
    },
    {
      colId: "type",
      headerName: "Integration Type",
      field: "type_title",
      flex: 1.1,
      minWidth: 100,
      tooltip: true,
    },
    {
      colId: "last_refreshed",
      headerName: "Last Refreshed",
      field: "last_refreshed",
      flex: 0.9,
      minWidth: 96,
      sortingOrder: ["desc", "asc", null],
      cellRenderer: svelteCell<Row>(Time, ({ data }) => ({ at: data?.last_refreshed ?? null, none: "never" })),
    },
    {
      colId: "last_error",
      headerName: "Last Error",
      valueGetter: ({ data }) => (data?.status === "error" ? (data.last_error ?? "") : ""),
      tooltip: ({ data }) => (data?.status === "error" ? data.last_error : null),
      flex: 1.6,
      minWidth: 54,
      cellClass: "error",
    },
    {
      colId: "status",
      headerName: "Status",
      valueGetter: ({ data }) => (data === undefined ? "" : `${statusOf(data).label} ${noteOf(data) ?? ""}`),
      comparator: (one, other, a, b) => {
        const byUrgency = a.data === undefined || b.data === undefined ? 0 : urgency(a.data) - urgency(b.data);
        return byUrgency || String(one).localeCompare(String(other));
      },
      flex: handlers.wide ? 1.5 : 1,
      minWidth: handlers.wide ? 192 : 168,
      cellRenderer: svelteCell<Row>(StatusCell, ({ data }) =>
        data === undefined
          ? null
          : {
              status: statusOf(data),
              note: noteOf(data),
              waiting: data.waiting?.count ?? 0,
              code: data.code,
              ondecide: handlers.ondecide,
            },
      ),
    },
    {
      colId: "action",
      headerName: "Action",
      valueGetter: ({ data }) => (data === undefined ? "" : actionOf(data, handlers.canRefresh(data))),
      sortable: false,
      width: handlers.wide ? 184 : 104,
      minWidth: 86,
      cellRenderer: svelteCell<Row>(ActionCell, ({ data }) =>
        data === undefined
          ? null
          : {
              action: actionOf(data, handlers.canRefresh(data)),
              code: data.code,
              pending: handlers.pending,
              onact: handlers.onact,
            },
      ),
    },
  ];
  return columns.map((column) => ({ wrapHeaderText: true, ...column }));
}

/** Enter on a cell that holds a button presses it; on any other cell it opens the row, which the grid does. */
export function pressButton(event: KeyboardEvent): void {
  if (event.key !== "Enter" || !(event.target instanceof HTMLElement) || !event.target.matches(".ag-cell")) return;
  const button = event.target.querySelector("button");
  if (button === null) return;
  event.preventDefault();
  event.stopPropagation();
  button.click();
}
