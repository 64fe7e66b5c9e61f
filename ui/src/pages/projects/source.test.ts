import type { GridApi, IGetRowsParams } from "ag-grid-community";
import { expect, test, vi } from "vitest";

import type { ProjectRow, ProjectRows } from "../../seam";
import { anew, prefetch, projectSource } from "./source";

function asked(startRow: number, endRow: number): IGetRowsParams & { answered: Promise<string> } {
  let tell: (what: string) => void;
  const answered = new Promise<string>((resolve) => {
    tell = resolve;
  });
  return {
    startRow,
    endRow,
    sortModel: [{ colId: "city", sort: "desc" }],
    filterModel: {},
    context: {},
    successCallback: (rows, last) => {
      tell(`${String(rows.length)} of ${String(last)}`);
    },
    failCallback: () => {
      tell("failed");
    },
    answered,
  } as IGetRowsParams & { answered: Promise<string> };
}

test("a block is asked for with its sorting, and answered with how many there are in all", async () => {
  const page: ProjectRows = { total: 250, rows: [{ id: 1 } as ProjectRow] };
  const ask = vi.fn(() => Promise.resolve(page));
  const params = asked(100, 200);
  projectSource(ask).getRows(params);
  expect(await params.answered).toBe("1 of 250");
  expect(ask).toHaveBeenCalledWith([{ colId: "city", sort: "desc" }], 100, 100);
});

test("an answer that nobody wants any more fills nothing", async () => {
  const params = asked(0, 100);
  projectSource(() => Promise.resolve(null)).getRows(params);
  expect(await params.answered).toBe("failed");
});

function grid(first: number, last: number, rows: number) {
  const looked: number[] = [];
  const api = {
    getFirstDisplayedRowIndex: () => first,
    getLastDisplayedRowIndex: () => last,
    getDisplayedRowCount: () => rows,
    getDisplayedRowAtIndex: (index: number) => {
      looked.push(index);
    },
  } as unknown as GridApi<ProjectRow>;
  return { api, looked };
}

test("what comes next is asked for before it is in sight, in the direction of scrolling", () => {
  const down = grid(500, 530, 100_000);
  expect(prefetch(down.api, 480)).toBe(500);
  expect(down.looked[0]).toBeGreaterThan(700);

  const up = grid(500, 530, 100_000);
  prefetch(up.api, 520);
  expect(up.looked[0]).toBeLessThan(300);
});

test("nothing is asked for beyond the ends", () => {
  const end = grid(80, 99, 100);
  prefetch(end.api, 0);
  expect(end.looked).toEqual([99]);
  const start = grid(3, 20, 100);
  prefetch(start.api, 30);
  expect(start.looked).toEqual([0]);
});

test("another question begins at the top and asks for one block only", () => {
  const done: string[] = [];
  const api = {
    getDisplayedRowCount: () => 5_000,
    ensureIndexVisible: (index: number) => done.push(`to ${String(index)}`),
    setRowCount: (rows: number) => done.push(`${String(rows)} rows`),
    refreshInfiniteCache: () => done.push("ask"),
  } as unknown as GridApi<ProjectRow>;
  anew(api);
  expect(done).toEqual(["to 0", "100 rows", "ask"]);
});
