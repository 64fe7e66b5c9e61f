import { expect, test } from "vitest";

import { readMapping } from "./look.svelte";

test("what was corrected by hand is read, and what is no mapping counts as nothing", () => {
  expect(readMapping('{"WO #": "number", "Old": ""}')).toEqual({ "WO #": "number", Old: "" });
  for (const text of ["", "{", "[1]", "null", "3"]) expect(readMapping(text)).toEqual({});
  expect(readMapping('{"a": 1, "b": "city"}')).toEqual({ b: "city" });
});
