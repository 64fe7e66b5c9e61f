import { describe, expect, test } from "vitest";

import { shortTime, took } from "./dates";

describe("instants", () => {
  test("the year is shown only when it is another one", () => {
    const now = new Date("2026-06-15T12:00:00Z");
    expect(shortTime("2026-06-01T12:00:00Z", now)).not.toContain("2026");
    expect(shortTime("2025-06-01T12:00:00Z", now)).toContain("2025");
    expect(shortTime(null, now)).toBe("");
    expect(shortTime("nonsense", now)).toBe("");
  });
});

describe("how long something took", () => {
  const from = "2026-06-01T12:00:00Z";
  const after = (ms: number) => new Date(Date.parse(from) + ms).toISOString();

  test.each([
    [0, "0.0 s"],
    [412, "0.4 s"],
    [9_940, "9.9 s"],
    [9_960, "10 s"],
    [59_400, "59 s"],
    [60_000, "1 min"],
    [185_000, "3 min 5 s"],
    [3_600_000, "1 h"],
    [3_725_000, "1 h 2 min"],
    [-5, "0.0 s"],
  ])("%i ms is %s", (ms, shown) => {
    expect(took(from, after(ms))).toBe(shown);
  });

  test("nothing while an end is missing", () => {
    expect(took(from, null)).toBe("");
    expect(took(null, from)).toBe("");
    expect(took("x", from)).toBe("");
  });
});
