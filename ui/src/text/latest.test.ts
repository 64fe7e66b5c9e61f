import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { debounced, latest, paced } from "./latest";

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

test("a paced burst acts at once, then once a pace, and once at its end", () => {
  const act = vi.fn();
  const { ask } = paced(act, 1000);
  for (let at = 0; at < 2500; at += 100) {
    ask();
    vi.advanceTimersByTime(100);
  }
  expect(act).toHaveBeenCalledTimes(3);
  vi.advanceTimersByTime(10_000);
  expect(act).toHaveBeenCalledTimes(4);
  ask();
  expect(act).toHaveBeenCalledTimes(5);
});

test("what was cancelled is not made up for", () => {
  const act = vi.fn();
  const { ask, cancel } = paced(act, 1000);
  ask();
  ask();
  cancel();
  vi.advanceTimersByTime(5000);
  expect(act).toHaveBeenCalledTimes(1);
});
