import { beforeEach, expect, test, vi } from "vitest";

import type { Changes, Live, Progress } from "../seam";

let hear: (event: { payload: Changes }) => void = () => undefined;
let stopped = 0;
let answer: Promise<Live>;

vi.mock("../seam", () => ({
  call: (asked: Promise<unknown>) => asked,
  commands: { live: () => answer },
  events: {
    changes: {
      listen: (act: typeof hear) => {
        hear = act;
        return Promise.resolve(() => (stopped += 1));
      },
    },
  },
}));

const { live } = await import("./live.svelte");

const progress = (over: Partial<Progress>): Progress => ({
  import: 1,
  code: "ACME",
  kind: "refresh",
  sequence: 1,
  phase: "receiving",
  bytes: 0,
  orders: 10,
  total: 40,
  ...over,
});
const changes = (sequence: number, imports: Progress[], over: Partial<Changes> = {}): { payload: Changes } => ({
  payload: { sequence, imports, integrations: false, projects: false, ...over },
});

beforeEach(() => {
  live.close();
  answer = Promise.resolve({ sequence: 0, imports: [] });
});

test("what runs already is shown", async () => {
  answer = Promise.resolve({ sequence: 7, imports: [progress({ sequence: 7 })] });
  await live.open(true);
  expect(live.running("ACME")?.orders).toBe(10);
  expect(live.running("MCS")).toBeNull();
});

test("changes that are not newer are ignored", async () => {
  answer = Promise.resolve({ sequence: 7, imports: [progress({ sequence: 7 })] });
  await live.open(true);
  const before = live.projectsVersion;
  hear(changes(7, [progress({ sequence: 7, orders: 3 })], { projects: true }));
  expect(live.running("ACME")?.orders).toBe(10);
  expect(live.projectsVersion).toBe(before);
  hear(changes(8, [progress({ sequence: 8, orders: 20 })], { projects: true }));
  expect(live.running("ACME")?.orders).toBe(20);
  expect(live.projectsVersion).toBe(before + 1);
});

test("a snapshot that comes late brings back nothing that has ended, and loses nothing", async () => {
  let tell: (live: Live) => void = () => undefined;
  answer = new Promise((resolve) => (tell = resolve));
  const opened = live.open(true);
  await Promise.resolve();
  hear(changes(9, [progress({ sequence: 9, phase: "ended" }), progress({ import: 2, code: "MCS", sequence: 9, orders: 30 })]));
  tell({
    sequence: 8,
    imports: [
      progress({ sequence: 8 }),
      progress({ import: 2, code: "MCS", sequence: 8, orders: 5 }),
      progress({ import: 3, code: "SHEET", sequence: 8 }),
    ],
  });
  await opened;
  expect(live.running("ACME")).toBeNull();
  expect(live.phase(1)).toBe("ended");
  expect(live.running("MCS")?.orders).toBe(30);
  expect(live.running("SHEET")?.import).toBe(3);
});

test("an import that an answer has ended is not shown as running until the event comes", async () => {
  await live.open(true);
  hear(changes(1, [progress({ sequence: 1, phase: "previewed" })]));
  const before = live.importsVersion;
  live.ended(1);
  expect(live.running("ACME")).toBeNull();
  expect(live.phase(1)).toBe("ended");
  expect(live.importsVersion).toBe(before + 1);
  hear(changes(2, [progress({ sequence: 2, phase: "ended" })]));
  expect(live.importsVersion).toBe(before + 1);
});

test("the imports are asked for again when a phase changes, not with every order", async () => {
  await live.open(true);
  hear(changes(1, [progress({ sequence: 1 })]));
  const before = live.importsVersion;
  hear(changes(2, [progress({ sequence: 2, orders: 11 })]));
  expect(live.importsVersion).toBe(before);
  hear(changes(3, [progress({ sequence: 3, phase: "ended" })]));
  expect(live.importsVersion).toBe(before + 1);
});

test("the one that runs is shown before the one that waits", async () => {
  await live.open(true);
  hear(changes(1, [progress({ sequence: 1, phase: "waiting" }), progress({ import: 2, sequence: 1 })]));
  expect(live.running("ACME")?.import).toBe(2);
});

test("whoever is no Admin does not ask, and nobody is heard after closing", async () => {
  answer = Promise.reject(new Error("not asked"));
  answer.catch(() => undefined);
  await live.open(false);
  const before = stopped;
  live.close();
  expect(stopped).toBe(before + 1);
});

test("imports that end one after the other make a list be asked for again once a second", async () => {
  vi.useFakeTimers();
  await live.open(true);
  const before = live.projectsVersion;
  for (let sequence = 1; sequence <= 15; sequence++) {
    hear(changes(sequence, [], { projects: true }));
    vi.advanceTimersByTime(100);
  }
  expect(live.projectsVersion).toBe(before + 2);
  vi.advanceTimersByTime(1000);
  expect(live.projectsVersion).toBe(before + 3);
  vi.useRealTimers();
});
