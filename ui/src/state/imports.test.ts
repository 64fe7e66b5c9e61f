import { beforeEach, expect, test, vi } from "vitest";

import type { ErrorCode, Progress } from "../seam";

let answer: () => Promise<unknown> = () => Promise.resolve(null);
const told: string[] = [];

vi.mock("../seam", () => ({
  call: (asked: Promise<unknown>) => asked,
  commands: { cancelImport: () => answer() },
  failureOf: (thrown: unknown) => thrown,
}));
vi.mock("./toasts.svelte", () => ({ toast: (message: string) => told.push(message) }));

const { advice, amount, cancelImport, doing, mendedInSettings, share, stopImport, stopping } = await import("./imports");

const progress = (over: Partial<Progress>): Progress => ({
  import: 1,
  code: "ACME",
  kind: "refresh",
  sequence: 1,
  phase: "receiving",
  bytes: 0,
  orders: 0,
  total: null,
  ...over,
});
const refused = (code: ErrorCode) => Object.assign(new Error("It did not stop."), { code });

beforeEach(() => {
  told.length = 0;
});

test("what an import is doing, with what it has so far", () => {
  expect(doing(progress({ phase: "waiting" }))).toBe("waits for its turn");
  expect(doing(progress({ phase: "connecting" }))).toBe("connecting");
  expect(doing(progress({}))).toBe("receiving");
  expect(doing(progress({ bytes: 12_345 }))).toBe("receiving, 12 kB");
  expect(doing(progress({ bytes: 12_345, orders: 1 }))).toBe("receiving, 1 order");
  expect(doing(progress({ orders: 3, total: 9 }))).toBe("receiving, 3 of 9");
  expect(doing(progress({ phase: "applying", total: 412 }))).toBe("comparing, 0 of 412");
  expect(doing(progress({ phase: "previewed", orders: 412, total: 412 }))).toBe("waits for review");
  expect(doing(progress({ phase: "ended" }))).toBe("ended");
  expect(amount(progress({ phase: "connecting", bytes: 10 }))).toBe("");
});

test("how far it is, as far as somebody can say", () => {
  expect(share(progress({ orders: 10, total: 40 }))).toBe(0.25);
  expect(share(progress({ orders: 50, total: 40 }))).toBe(1);
  expect(share(progress({ orders: 10 }))).toBeNull();
  expect(share(progress({ phase: "applying", orders: 10, total: 40 }))).toBe(0.25);
  expect(share(progress({ phase: "applying" }))).toBeNull();
  expect(share(progress({ phase: "waiting" }))).toBe(0);
  expect(share(progress({ phase: "previewed" }))).toBe(1);
});

test("one that has ended meanwhile is stopped as well", async () => {
  answer = () => Promise.reject(refused("not_found"));
  await expect(cancelImport(1)).resolves.toBeUndefined();
  await stopImport(1);
  expect(told).toEqual([]);
});

test("what goes wrong is told, and it can be tried again", async () => {
  answer = () => Promise.reject(refused("database"));
  await expect(cancelImport(1)).rejects.toThrow("It did not stop.");
  const stopped = stopImport(1);
  expect(stopping.has(1)).toBe(true);
  await stopped;
  expect(told).toEqual(["It did not stop."]);
  expect(stopping.has(1)).toBe(false);
});

test("there is advice for what an admin can mend, and none without a use", () => {
  const codes: ErrorCode[] = ["wrong_credentials", "cannot_reach", "refused", "not_understood", "secrets", "interrupted"];
  for (const code of codes) expect(advice(code)).toMatch(/\.$/);
  expect(advice("cancelled")).toBeNull();
  expect(mendedInSettings("wrong_credentials")).toBe(true);
  expect(mendedInSettings("interrupted")).toBe(false);
});
