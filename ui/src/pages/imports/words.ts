// Imports in words: what they are and how they ended.
import type { Tone } from "../../components/tone";
import type { ImportKind, ImportRow, Outcome } from "../../seam";
import { counted } from "../../text/counts";

export const kindName: Record<ImportKind, string> = { refresh: "Refresh", full_import: "Full Import" };

const outcomes: Record<Outcome, { word: string; tone: Tone }> = {
  succeeded: { word: "succeeded", tone: "good" },
  failed: { word: "failed", tone: "bad" },
  cancelled: { word: "cancelled", tone: "neutral" },
  needs_confirmation: { word: "needs confirmation", tone: "warn" },
};

/** How it ended, or where it is, as a pill says it. */
export function outcomeOf(row: ImportRow): { word: string; tone: Tone } {
  if (row.outcome !== null) return outcomes[row.outcome];
  return row.started_at === null ? { word: "pending", tone: "busy" } : { word: "running", tone: "busy" };
}

/** How it ended, in a sentence. */
export function sentence(row: ImportRow): string {
  switch (row.outcome) {
    case "succeeded":
      return row.removed > 0
        ? `It was applied, and ${counted(row.removed, "project")} left the list.`
        : "It was applied.";
    case "failed":
      return "It failed. The projects are what they were.";
    case "cancelled":
      return "It was cancelled. The projects are what they were.";
    case "needs_confirmation":
      return row.pending_removals > 0
        ? `It was applied, but it would also have removed ${counted(row.pending_removals, "project")}. That is unusually many, so it waits for you.`
        : "It was applied, and a decision about removals is due.";
    case null:
      return row.started_at === null ? "It waits for its turn." : "It is running.";
  }
}
