// The columns of the list: their order and their names are those of the screens.
import type { ColDef } from "ag-grid-community";

import type { ProjectColumn, ProjectRow } from "../../seam";
import { assigneeCell, changedCell, dueCell, statusCell } from "./cells";

type Value = string | number | null | undefined;
type Column = ColDef<ProjectRow, Value>;

function column(colId: ProjectColumn, headerName: string, width: number, more: Column = {}): Column {
  return { colId, headerName, width, valueGetter: ({ data }) => data?.[colId], ...more };
}

/** A text that is often longer than its column: whole in the tooltip. */
function text(colId: ProjectColumn, headerName: string, width: number, more: Column = {}): Column {
  return column(colId, headerName, width, { tooltip: true, ...more });
}

export const columns: ColDef<ProjectRow>[] = [
  text("number", "Project Number", 150, { pinned: "left" }),
  column("status", "Status", 126, { cellRenderer: statusCell }),
  text("client_status", "Client Status", 124),
  column("due_date", "Due Date", 146, { cellRenderer: dueCell }),
  column("client_due_date", "Client Due Date", 148, { cellRenderer: dueCell }),
  text("address", "Address", 190),
  text("city", "City", 116),
  column("state", "State", 68),
  column("zip", "ZIP", 76),
  column("assigned_to", "Assigned To", 120, { cellRenderer: assigneeCell }),
  column("tasks", "Tasks", 70, { type: "rightAligned" }),
  text("reference", "Reference", 140),
  text("description", "Description", 200),
  text("info", "Info", 170),
  text("integration", "Integration", 150, {
    valueGetter: ({ data }) => data && (data.integration ?? `${data.code} (no connection)`),
  }),
  column("changed_at", "Last changed", 130, { cellRenderer: changedCell }),
];
