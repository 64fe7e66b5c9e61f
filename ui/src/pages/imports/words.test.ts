import { expect, test } from "vitest";

import type { Import, ImportRow } from "../../seam";
import { details } from "./details";
import { needDecision } from "./rows";
import { outcomeOf, sentence } from "./words";

const row: ImportRow = {
  import: 7,
  code: "BETA",
  kind: "full_import",
  outcome: "succeeded",
  pending_removals: 0,
  problem_count: 0,
  error: null,
  asked_by: "ann",
  asked_at: "2026-03-01T08:00:00Z",
  started_at: "2026-03-01T08:00:01Z",
  finished_at: "2026-03-01T08:00:13Z",
  added: 1,
  changed: 2,
  unchanged: 3,
  removed: 0,
  skipped: 4,
};

test("every state of a run has a word and a sentence", () => {
  const states: [Partial<ImportRow>, string, RegExp][] = [
    [{}, "succeeded", /applied/],
    [{ removed: 2 }, "succeeded", /2 projects left/],
    [{ outcome: "failed" }, "failed", /are what they were/],
    [{ outcome: "cancelled" }, "cancelled", /are what they were/],
    [{ outcome: "needs_confirmation", pending_removals: 57 }, "needs confirmation", /57 projects/],
    [{ outcome: null }, "running", /running/],
    [{ outcome: null, started_at: null }, "pending", /turn/],
  ];
  for (const [change, word, words] of states) {
    expect(outcomeOf({ ...row, ...change }).word).toBe(word);
    expect(sentence({ ...row, ...change })).toMatch(words);
  }
});

test("the details tell the run, and no more", () => {
  const run: Import = {
    ...row,
    problem_count: 300,
    problems: Array.from({ length: 250 }, (_, n) => ({ number: n === 0 ? null : `BETA::${String(n)}`, reason: "No address." })),
    notes: ["The clock is off."],
    error: { code: "refused", message: "Go away.", fields: [], retry: false },
  };
  const text = details(run, "1.0.0");
  expect(text).toContain("Import 7 of BETA");
  expect(text).toContain("Took: 12 s");
  expect(text).toContain("Error: Go away. (refused)");
  expect(text).toContain("Note: The clock is off.");
  expect(text).toContain("- (no number): No address.");
  expect(text).toContain("- and 100 more");
  expect(text.endsWith("Muster 1.0.0")).toBe(true);
});

test("those that need a decision are found, newest first", () => {
  const waits = { ...row, outcome: "needs_confirmation" as const };
  const rows = [row, { ...waits, import: 3 }, { ...waits, import: 5 }, { ...row, import: 9, outcome: null }];
  expect(needDecision(rows).map((each) => each.import)).toEqual([5, 3]);
});
