import { afterEach, beforeEach, expect, test, vi } from "vitest";

vi.mock("../seam", () => ({ failureOf: (thrown: unknown) => thrown }));
vi.stubGlobal("document", { querySelector: () => null });

const { clearToasts, settled, toast, toastFailure, toasts } = await import("./toasts.svelte");

const messages = () => toasts.map((each) => each.message);

beforeEach(() => {
  vi.useFakeTimers();
  clearToasts();
});
afterEach(() => {
  vi.useRealTimers();
});

test("what was done leaves soon, what went wrong later", () => {
  toast("Done.", { tone: "good" });
  toast("Failed.", { tone: "bad" });
  vi.advanceTimersByTime(6000);
  expect(messages()).toEqual(["Failed."]);
  vi.advanceTimersByTime(20_000);
  expect(messages()).toEqual([]);
});

test("the next message about the same takes the place of the one before", () => {
  toast("A failed.", { tone: "bad", key: "A" });
  toast("B failed.", { tone: "bad", key: "B" });
  toast("A is refreshed.", { tone: "good", key: "A" });
  expect(messages()).toEqual(["B failed.", "A is refreshed."]);
  settled("B");
  expect(messages()).toEqual(["A is refreshed."]);
});

test("that somebody was signed out is not told here", () => {
  toastFailure({ code: "signed_out", message: "Sign in again." });
  expect(messages()).toEqual([]);
});
