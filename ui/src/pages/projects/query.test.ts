import { expect, test } from "vitest";

import { columnOrder, filtered, noFilters, queryOf } from "./query";

test("no filters ask for everything", () => {
  expect(queryOf(noFilters, [])).toEqual({ search: "", code: null, status: null, sort: [] });
  expect(filtered(noFilters)).toBe(false);
});

test("blanks around a search do not count", () => {
  expect(queryOf({ ...noFilters, search: "  elm st " }, []).search).toBe("elm st");
  expect(filtered({ ...noFilters, search: "  " })).toBe(false);
  expect(filtered({ ...noFilters, search: "elm" })).toBe(true);
});

test("filters and sorting go into the query, the first column first", () => {
  const sort = [
    { colId: "due_date", sort: "desc" },
    { colId: "number", sort: "asc" },
  ];
  expect(queryOf({ search: "", code: "BETA", status: "Rush" }, sort)).toEqual({
    search: "",
    code: "BETA",
    status: "Rush",
    sort: [
      { column: "due_date", descending: true },
      { column: "number", descending: false },
    ],
  });
});

test("what the core does not know is not asked for", () => {
  const query = queryOf({ ...noFilters, status: "Lost" }, [{ colId: "shoe_size", sort: "asc" }]);
  expect(query.status).toBeNull();
  expect(query.sort).toEqual([]);
});

test("the columns are those of the screens, in that order", () => {
  expect(columnOrder).toHaveLength(16);
  expect(columnOrder[0]).toBe("number");
  expect(columnOrder[15]).toBe("changed_at");
});
