import { beforeEach, expect, test, vi } from "vitest";

import type { ProjectQuery, ProjectRow, ProjectRows } from "../../seam";

const page = vi.fn<(query: ProjectQuery) => Promise<ProjectRows>>();
vi.mock("../../seam", () => ({
  call: (asked: Promise<unknown>) => asked,
  commands: { projectPage: (query: ProjectQuery) => page(query) },
  failureOf: (e: unknown) => e,
}));

const { list } = await import("./list.svelte");
const row = (id: number): ProjectRow => ({ id }) as ProjectRow;

beforeEach(() => {
  page.mockReset();
  list.filters = { search: "elm", code: "NWF", status: "" };
  list.first = [row(1), row(2)];
  list.total = 2;
});

test("what is in the first rows, or would have to be, is known without asking", async () => {
  expect(await list.holds(2, "NWF::2")).toBe(true);
  expect(await list.holds(3, "NWF::3")).toBe(false);
  expect(page).not.toHaveBeenCalled();
});

test("beyond the first rows it is looked up by its number, among what was looked for", async () => {
  list.total = 500;
  page.mockResolvedValue({ total: 1, rows: [row(3)] });
  expect(await list.holds(3, "NWF::3")).toBe(true);
  expect(page).toHaveBeenCalledWith({ search: "elm NWF::3", code: "NWF", status: null, sort: [] });
  expect(await list.holds(4, "NWF::4")).toBe(false);
});

test("what cannot be known closes nothing", async () => {
  list.total = 500;
  expect(await list.holds(3, null)).toBe(true);
  page.mockRejectedValue(new Error("gone"));
  expect(await list.holds(3, "NWF::3")).toBe(true);
});
