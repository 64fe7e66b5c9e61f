import { beforeEach, expect, test, vi } from "vitest";

import type { Phase } from "../../seam";

let phase: Phase;

vi.mock("../../seam", () => ({
  call: (asked: Promise<unknown>) => asked,
  commands: {
    refresh: () => Promise.resolve(7),
    importRecord: () => Promise.resolve({ outcome: "succeeded", added: 1, changed: 0, unchanged: 0, removed: 0, skipped: 0 }),
  },
}));
vi.mock("../../state/live.svelte", () => ({ live: { phase: () => phase } }));

const { Integrations } = await import("./integrations.svelte");
const { clearToasts, toasts } = await import("../../state/toasts.svelte");

const told = () => toasts.map(({ message }) => message);

beforeEach(clearToasts);

test("a refresh that ends before the answer comes that it began is told", async () => {
  phase = "ended";
  await new Integrations().refresh("ACME");
  await vi.waitFor(() => {
    expect(told()).toEqual(["ACME is refreshed: 1 added."]);
  });
});

test("a refresh is told once, when it has ended", async () => {
  phase = "receiving";
  const page = new Integrations();
  await page.refresh("ACME");
  expect(told()).toEqual([]);
  phase = "ended";
  page.tellEnded();
  page.tellEnded();
  await vi.waitFor(() => {
    expect(told()).toEqual(["ACME is refreshed: 1 added."]);
  });
});
