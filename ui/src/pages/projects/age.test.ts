import { expect, test } from "vitest";

import type { Integration } from "../../seam";
import { ageOf } from "./age";

function integration(code: string, last_refreshed: string | null, status: Integration["status"] = "idle"): Integration {
  return {
    code,
    name: null,
    type: "sample",
    type_title: "Sample",
    mode: "internal",
    auto_admin: false,
    default_assign_to: null,
    default_work_type: null,
    schedule: "off",
    settings: {},
    secrets: [],
    status,
    last_refreshed,
    last_error: null,
    login_refused: false,
    publish_to: [],
    projects: 0,
    validated: true,
    waiting: null,
  };
}

const all = [
  integration("A", "2026-03-01T08:00:00Z"),
  integration("B", "2026-03-01T09:00:00+02:00", "error"),
  integration("C", null),
];

test("the list is as old as the newest import that succeeded", () => {
  expect(ageOf(all, "").newest).toBe("2026-03-01T08:00:00Z");
  expect(ageOf([], "").newest).toBeNull();
});

test("with a filter, only that integration counts", () => {
  expect(ageOf(all, "B")).toEqual({ newest: "2026-03-01T09:00:00+02:00", failing: ["B"] });
  expect(ageOf(all, "C")).toEqual({ newest: null, failing: [] });
});

test("it names what could not be refreshed", () => {
  expect(ageOf(all, "").failing).toEqual(["B"]);
});
