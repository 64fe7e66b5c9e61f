import { expect, test } from "vitest";

import { bounded, LEAST, MOST, widthAfter } from "./split";

test("the panel is neither too narrow nor too wide", () => {
  expect(bounded(10)).toBe(LEAST);
  expect(bounded(5000)).toBe(MOST);
  expect(bounded(400.4)).toBe(400);
});

test("the arrow keys move its edge: to the left makes it wider", () => {
  expect(widthAfter("ArrowLeft", 400)).toBeGreaterThan(400);
  expect(widthAfter("ArrowRight", 400)).toBeLessThan(400);
  expect(widthAfter("ArrowRight", LEAST)).toBe(LEAST);
  expect(widthAfter("Home", 400)).toBe(LEAST);
  expect(widthAfter("End", 400)).toBe(MOST);
  expect(widthAfter("x", 400)).toBeNull();
});
