import { expect, test } from "vitest";

import { readImports, toRemoved, toRun, toRunsOf } from "./places";

test("a link to a run opens it among all runs", () => {
  const [page, param] = toRun(31);
  expect(page).toBe("imports");
  expect(readImports(param)).toEqual({ tab: "runs", code: "", import: 31 });
});

test.each(["BETA", "31", "code", "removed", "A-1"])("a link to the runs of %s shows only these", (code) => {
  const [page, param] = toRunsOf(code);
  expect(page).toBe("imports");
  expect(readImports(param)).toEqual({ tab: "runs", code, import: null });
});

test("a link to the runs of no integration shows all", () => {
  expect(readImports(toRunsOf("")[1])).toEqual({ tab: "runs", code: "", import: null });
});

test("a link to the removed projects shows these", () => {
  expect(toRemoved()[0]).toBe("imports");
  expect(readImports(toRemoved()[1])).toEqual({ tab: "removed", code: "", import: null });
});

test("an address that says nothing shows all runs", () => {
  const all = { tab: "runs", code: "", import: null };
  expect(readImports(null)).toEqual(all);
  expect(readImports("nonsense")).toEqual(all);
  expect(readImports("import:7")).toEqual(all);
});
