import { expect, test } from "vitest";

import type { ChangeView } from "../../seam";
import { happened, hasValues, shownValue } from "./history";

function change(field: string, old: string | null, next: string | null): ChangeView {
  return { at: "2026-01-01T00:00:00Z", field, title: "Status", old, new: next, import: null, person: null };
}

test("leaving and coming back are told as such", () => {
  expect(happened(change("removed", "no", "yes"))).toBe("Left the list");
  expect(happened(change("removed", "yes", "no"))).toBe("Came back to the list");
  expect(hasValues(change("removed", "yes", "no"))).toBe(false);
});

test("a changed field is told by its title", () => {
  expect(happened(change("status", "Rush", "Closed"))).toBe("Status");
  expect(hasValues(change("status", null, "Closed"))).toBe(true);
  expect(hasValues(change("status", null, null))).toBe(false);
});

test("values are shown in one line, without tags, and not at any length", () => {
  expect(shownValue(null)).toBe("empty");
  expect(shownValue(" \n ")).toBe("empty");
  expect(shownValue("<p>Mow the <b>lawn</b></p>\n<p>Twice</p>")).toBe("Mow the lawn Twice");
  expect(shownValue("x".repeat(500))).toHaveLength(161);
});

test("a date is shown as one", () => {
  expect(shownValue("2026-03-04")).toContain("4");
  expect(shownValue("2026-03-04")).not.toBe("2026-03-04");
});
