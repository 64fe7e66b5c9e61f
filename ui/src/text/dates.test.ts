import { describe, expect, test } from "vitest";

import { ago, date, shortTime, took } from "./dates";

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

test("a calendar date is never shifted by a time zone", () => {
  expect(date("2026-03-01")).toMatch(/\b1\b/);
  expect(date("soon")).toBe("soon");
});

describe("how long ago something was", () => {
  const now = new Date(2026, 5, 15, 12, 0).getTime();
  const before = (minutes: number) => ago(new Date(now - minutes * 60_000).toISOString(), now);

  test.each([
    [-0.5, "just now"],
    [0.5, "just now"],
    [5, "5 min ago"],
    [60, "1 h ago"],
    [11 * 60, "11 h ago"],
    [13 * 60, "yesterday"],
    [60 * 60, "2 days ago"],
  ])("%d minutes: %s", (minutes, shown) => {
    expect(before(minutes)).toBe(shown);
  });

  test("longer ago, or ahead of the clock, it is a date", () => {
    expect(before(30 * 24 * 60)).toContain("2026");
    expect(before(-90)).toContain("2026");
    expect(ago("nonsense", now)).toBe("nonsense");
  });
});
