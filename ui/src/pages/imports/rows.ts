// The runs as the page orders them.
import type { ImportRow } from "../../seam";

/** Runs with removals that wait for somebody, newest first. */
export function needDecision(rows: ImportRow[]): ImportRow[] {
  return rows.filter((row) => row.outcome === "needs_confirmation").sort((a, b) => b.import - a.import);
}
