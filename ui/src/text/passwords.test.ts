import { expect, test } from "vitest";

import { leastPassword, notTheSame, shortPassword } from "./passwords";

test("a password is needed, and long enough, counted in characters", () => {
  expect(shortPassword("")).toMatch(/needed/);
  expect(shortPassword("é".repeat(leastPassword - 1))).toContain(String(leastPassword));
  expect(shortPassword("🔑".repeat(leastPassword))).toBeNull();
});

test("typed twice, it is the same", () => {
  expect(notTheSame("one", "one")).toBeNull();
  expect(notTheSame("one", "One")).not.toBeNull();
});
