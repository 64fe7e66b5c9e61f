// Where the rows of the list come from: blocks of a hundred, the next ones in the direction of scrolling asked for before they
// come into sight.
import type { GridApi, IDatasource } from "ag-grid-community";

import type { ProjectRow, ProjectRows } from "../../seam";

export type Sort = { colId: string; sort: string }[];

/** How many rows beyond the sight are asked for. */
const AHEAD = 250;
/** How many blocks the grid keeps, and asks for again when the list has changed. */
export const BLOCKS_KEPT = 12;

/** A source for the grid. `ask` gives null when its answer is not wanted any more, and tells its failures itself. */
export function projectSource(
  ask: (sort: Sort, offset: number, limit: number) => Promise<ProjectRows | null>,
): IDatasource {
  return {
    getRows: (params) => {
      void ask(params.sortModel, params.startRow, params.endRow - params.startRow).then((page) => {
        if (page === null) params.failCallback();
        else params.successCallback(page.rows, page.total);
      });
    },
  };
}

/** Asks for what comes next in the direction of scrolling. Gives back which row is the first in sight now. */
export function prefetch(api: GridApi<ProjectRow>, before: number): number {
  const first = api.getFirstDisplayedRowIndex();
  if (first < 0) return before;
  const ahead = first < before ? first - AHEAD : api.getLastDisplayedRowIndex() + AHEAD;
  const rows = api.getDisplayedRowCount();
  // To look at a row is to ask for its block.
  api.getDisplayedRowAtIndex(Math.max(0, Math.min(rows - 1, ahead)));
  return first;
}

/** Asks again for what is in the grid, at its place: rows stay until the new ones are here. */
export function again(api: GridApi<ProjectRow>): void {
  api.refreshInfiniteCache();
}

/** Asks another question: from the top, and only for the first block, whose rows stay until the new ones are here. */
export function anew(api: GridApi<ProjectRow>): void {
  const rows = api.getDisplayedRowCount();
  if (rows > 0) api.ensureIndexVisible(0, "top");
  if (rows > 100) api.setRowCount(100, true);
  api.refreshInfiniteCache();
}
