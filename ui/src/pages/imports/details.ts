// *Copy details*: a run as plain text, for a mail to the client or to support. It holds no settings and no secrets.
import type { Import } from "../../seam";
import { took } from "../../text/dates";
import { kindName, outcomeOf } from "./words";

/** At most so many problems: a mail has to stay readable. */
const MOST = 200;

export function details(run: Import, version: string): string {
  const lines = [
    `Import ${String(run.import)} of ${run.code}`,
    `Kind: ${kindName[run.kind]}`,
    `Outcome: ${outcomeOf(run).word}`,
    `Asked by: ${run.asked_by}, ${run.asked_at}`,
    `Started: ${run.started_at ?? "not yet"}`,
    `Ended: ${run.finished_at ?? "not yet"}`,
  ];
  const long = took(run.started_at, run.finished_at);
  if (long !== "") lines.push(`Took: ${long}`);
  lines.push(
    `Added: ${String(run.added)}`,
    `Changed: ${String(run.changed)}`,
    `Unchanged: ${String(run.unchanged)}`,
    `Removed: ${String(run.removed)}`,
    `Skipped: ${String(run.skipped)}`,
  );
  if (run.pending_removals > 0) lines.push(`Removals that wait for a decision: ${String(run.pending_removals)}`);
  if (run.error !== null) lines.push(`Error: ${run.error.message} (${run.error.code})`);
  for (const note of run.notes) lines.push(`Note: ${note}`);
  if (run.problem_count > 0) {
    lines.push("", `Problems: ${String(run.problem_count)}`);
    for (const { number, reason } of run.problems.slice(0, MOST)) lines.push(`- ${number ?? "(no number)"}: ${reason}`);
    const rest = run.problem_count - Math.min(MOST, run.problems.length);
    if (rest > 0) lines.push(`- and ${String(rest)} more`);
  }
  lines.push("", `Muster ${version}`);
  return lines.join("\n");
}
