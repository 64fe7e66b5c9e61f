// The rows of the integrations grid: an integration with what runs of it, what its status says, and their order.
// Everything here is pure.
import type { Tone } from "../../components/tone";
import type { Integration, Progress } from "../../seam";
import { amount, doing } from "../../state/imports";
import { shownNumber } from "../../text/counts";
import { searching } from "../../text/search";

export type Row = Integration & { progress: Progress | null };

export type StatusWord = { tone: Tone; label: string };

export function rowsOf(integrations: Integration[], running: (code: string) => Progress | null): Row[] {
  return integrations.map((integration) => ({ ...integration, progress: running(integration.code) }));
}

/** What runs now, as its pill says it: with counts as soon as there are some. */
function running(progress: Progress): string {
  if (progress.phase === "waiting") return "pending";
  if (progress.phase === "previewed") return doing(progress);
  return `running, ${amount(progress) || doing(progress)}`;
}

/** The status as its pill says it. What runs now is newer than what the list said. */
export function statusOf(row: Row): StatusWord {
  if (row.progress !== null && row.progress.phase !== "ended") {
    return { tone: row.progress.phase === "previewed" ? "warn" : "busy", label: running(row.progress) };
  }
  switch (row.status) {
    case "pending":
      return { tone: "busy", label: "pending" };
    case "running":
      return { tone: "busy", label: "running" };
    case "error":
      return { tone: "bad", label: "error" };
    case "needs_confirmation":
      return { tone: "warn", label: "needs confirmation" };
    case "idle":
      return { tone: "neutral", label: "idle" };
  }
}

/** What else there is to say beside the status; null if nothing. */
export function noteOf(row: Row): string | null {
  if (row.progress !== null && row.progress.phase !== "ended") return null;
  if (row.login_refused) return "wrong credentials";
  return row.validated ? null : "not validated";
}

/** What the button of a row does now. */
export type Action = "refresh" | "cancel" | "review" | "none";

export function actionOf(row: Row, canRefresh: boolean): Action {
  if (row.progress === null || row.progress.phase === "ended") return canRefresh ? "refresh" : "none";
  return row.progress.phase === "previewed" ? "review" : "cancel";
}

/** How much it needs a person: the lower, the more. */
export function urgency(row: Row): number {
  if (row.login_refused) return 0;
  if (row.status === "needs_confirmation" || row.waiting !== null) return 1;
  if (row.progress?.phase === "previewed") return 2;
  if (row.status === "error") return 3;
  return 4;
}

/** Those that need a person first, then by name or code. */
export function inOrder(rows: Row[]): Row[] {
  const called = (row: Row) => row.name ?? row.code;
  return rows.toSorted(
    (one, other) =>
      urgency(one) - urgency(other) ||
      called(one).localeCompare(called(other), undefined, { sensitivity: "base", numeric: true }) ||
      one.code.localeCompare(other.code),
  );
}

/** The rows in which each of the words is found: in name, code, type or error. */
export function matching(rows: Row[], search: string): Row[] {
  const holds = searching(search);
  return rows.filter((row) => holds(row.name, row.code, row.type_title, row.last_error));
}

/** How many of them need a person, for the header; nothing if none does. */
export function needing(rows: Row[]): string {
  const count = rows.filter((row) => urgency(row) < 4).length;
  if (count === 0) return "";
  return count === 1 ? "1 needs a person" : `${shownNumber(count)} need a person`;
}
