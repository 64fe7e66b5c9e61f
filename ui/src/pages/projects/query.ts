// What is asked of the list: search, filters and sorting of the page as the query that the core answers.
import type { ProjectColumn, ProjectQuery, ProjectStatus } from "../../seam";

export type Filters = { search: string; code: string; status: string };

export const noFilters: Readonly<Filters> = { search: "", code: "", status: "" };

export const statuses: readonly ProjectStatus[] = [
  "Unassigned",
  "Assigned",
  "Rush",
  "Rework",
  "Complete",
  "Submitted",
  "Invoiced",
  "Closed",
];

export const columnOrder: readonly ProjectColumn[] = [
  "number",
  "status",
  "client_status",
  "due_date",
  "client_due_date",
  "address",
  "city",
  "state",
  "zip",
  "assigned_to",
  "tasks",
  "reference",
  "description",
  "info",
  "integration",
  "changed_at",
];

function isStatus(text: string): text is ProjectStatus {
  return statuses.some((each) => each === text);
}

function isColumn(name: string): name is ProjectColumn {
  return columnOrder.some((each) => each === name);
}

/** Whether anything is left out. */
export function filtered(filters: Filters): boolean {
  return filters.search.trim() !== "" || filters.code !== "" || filters.status !== "";
}

/** The query for these filters, sorted as the grid's headers say, the first one first. */
export function queryOf(filters: Filters, sort: { colId: string; sort: string }[]): ProjectQuery {
  return {
    search: filters.search.trim(),
    code: filters.code === "" ? null : filters.code,
    status: isStatus(filters.status) ? filters.status : null,
    sort: sort.flatMap(({ colId, sort: way }) =>
      isColumn(colId) ? [{ column: colId, descending: way === "desc" }] : [],
    ),
  };
}
