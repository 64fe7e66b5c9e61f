import { expect, test } from "vitest";

import { searching } from "./search";

test("each word must be found, in any of the texts and whatever the case", () => {
  const found = searching("elm  DAYTON");
  expect(found("12 Elm St", "Dayton")).toBe(true);
  expect(found("12 Elm St", null, undefined)).toBe(false);
});

test("nothing typed finds everything", () => {
  expect(searching("  ")("anything")).toBe(true);
  expect(searching("")(null)).toBe(true);
});

test("a word does not reach from one text into the next", () => {
  expect(searching("ab")("a", "b")).toBe(false);
});
