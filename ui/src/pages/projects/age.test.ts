import { expect, test } from "vitest";

import type { CodeFacet, Integration } from "../../seam";
import { stored } from "../setup/examples";
import { failingOf, newestOf } from "./age";

const facet = (code: string, refreshed_at: string | null): CodeFacet => ({ code, name: null, projects: 0, refreshed_at });
const facets = [facet("A", "2026-03-01T08:00:00Z"), facet("B", "2026-03-01T09:00:00+02:00"), facet("KEPT", null)];

test("the list is as old as the newest import that succeeded", () => {
  expect(newestOf(facets, "")).toBe("2026-03-01T08:00:00Z");
  expect(newestOf([], "")).toBeNull();
});

test("with a filter, only that integration counts", () => {
  expect(newestOf(facets, "B")).toBe("2026-03-01T09:00:00+02:00");
  expect(newestOf(facets, "KEPT")).toBeNull();
});

test("it names what could not be refreshed", () => {
  const integrations: Integration[] = [
    { ...stored, code: "A", status: "idle" },
    { ...stored, code: "B", name: null, status: "error" },
    { ...stored, code: "C", name: "Third", status: "error" },
  ];
  expect(failingOf(integrations, "")).toEqual(["B", "Third"]);
  expect(failingOf(integrations, "C")).toEqual(["Third"]);
  expect(failingOf(integrations, "A")).toEqual([]);
});
