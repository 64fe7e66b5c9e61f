import { expect, test } from "vitest";

import { counted, shownBytes, shownNumber, shownOf } from "./counts";

test("a number with its noun", () => {
  expect(counted(1, "project")).toBe("1 project");
  expect(counted(0, "project")).toBe("0 projects");
  expect(counted(1200, "project")).toBe(`${shownNumber(1200)} projects`);
  expect(counted(2, "entry", "entries")).toBe("2 entries");
});

test("how many of how many, unless it is all of them", () => {
  expect(shownOf(955, 955, "project")).toBe("955 projects");
  expect(shownOf(12, 955, "project")).toBe("12 of 955 projects");
  expect(shownOf(0, 1, "project")).toBe("0 of 1 project");
});

test("sizes are for people", () => {
  expect([999, 1500, 2_440_000].map(shownBytes)).toEqual(["999 bytes", "2 kB", "2.4 MB"]);
});
