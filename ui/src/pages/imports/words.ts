// Imports in words: what they are, how they ended, and what an admin can do about it.
import type { ErrorCode, ImportKind, ImportRow, Outcome, Progress } from "../../seam";
import { counted, shownNumber } from "../../text/counts";

export type Tone = "neutral" | "busy" | "good" | "warn" | "bad";

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

const advices: Partial<Record<ErrorCode, string>> = {
  wrong_credentials:
    "Open the integration with Edit, type the login anew, press Validate, then Save. Until then it does not run by itself.",
  cannot_reach: "Check the network and the address of the integration. The next scheduled refresh tries again by itself.",
  refused: "These are the client system's own words. If they do not say what to do, ask the client.",
  not_understood:
    "The answer was not a list of work orders. Check the address and the type of the integration, or send these details to the client.",
  too_large: "The list is larger than Muster takes. Ask the client to close work orders that are finished.",
  invalid_input: "Open the integration with Edit and correct its settings.",
  settings_changed: "The settings were changed while it ran. Run it again.",
  preview_expired: "Nobody pressed Import within half an hour, or the settings changed. Start the Full Import again.",
  interrupted: "The program was closed or the computer stopped. Run it again.",
  secrets: "Unlock the credential store of this computer, then run it again.",
  database: "Run it again. If it stays, copy these details for whoever looks after this computer.",
  io: "Check that the disk has room and that Muster may write to its data folder, then run it again.",
};

/** What can be done about a failure; null when there is nothing to say. */
export function advice(code: ErrorCode): string | null {
  return advices[code] ?? null;
}

/** Whether the way to mend it leads through the integration's settings. */
export function mendedInSettings(code: ErrorCode): boolean {
  return ["wrong_credentials", "invalid_input", "cannot_reach", "not_understood"].includes(code);
}

/** Where a running import is. */
export function whereItIs(progress: Progress | null): string {
  switch (progress?.phase) {
    case "waiting":
      return "Waits for its turn";
    case "connecting":
      return "Connecting";
    case "receiving":
      return progress.total === null
        ? `Receiving: ${counted(progress.orders, "order")} so far`
        : `Receiving: ${shownNumber(progress.orders)} of ${counted(progress.total, "order")}`;
    case "applying":
      return `Writing ${counted(progress.orders, "order")}`;
    case "previewed":
      return "Fetched; its preview waits to be looked at";
    case "ended":
      return "Ended";
    case undefined:
      return "Running";
  }
}

