import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { debounced, latest } from "./latest";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("only the newest turn counts", () => {
  const turns = latest();
  const first = turns.begin();
  expect(first()).toBe(true);
  const second = turns.begin();
  expect(first()).toBe(false);
  expect(second()).toBe(true);
  turns.end();
  expect(second()).toBe(false);
});

test("a burst of asks acts once, after the last", () => {
  const act = vi.fn();
  const { soon } = debounced(act, 120);
  soon();
  vi.advanceTimersByTime(100);
  soon();
  vi.advanceTimersByTime(100);
  expect(act).not.toHaveBeenCalled();
  vi.advanceTimersByTime(20);
  expect(act).toHaveBeenCalledTimes(1);
});

test("now acts at once and only once; cancel not at all", () => {
  const act = vi.fn();
  const { soon, now, cancel } = debounced(act, 120);
  soon();
  now();
  vi.advanceTimersByTime(500);
  expect(act).toHaveBeenCalledTimes(1);
  soon();
  cancel();
  vi.advanceTimersByTime(500);
  expect(act).toHaveBeenCalledTimes(1);
});
