// The runs as the page orders them.
import type { ImportRow } from "../../seam";

/** Runs with removals that wait for somebody, newest first. */
export function needDecision(rows: ImportRow[]): ImportRow[] {
  return rows.filter((row) => row.outcome === "needs_confirmation").sort((a, b) => b.import - a.import);
}

/** What the address of the page says: the number of a run (`31`), an integration (`code:BETA`), or nothing. */
export function readParam(param: string | null): { code: string; import: number | null } {
  const code = param?.startsWith("code:") === true ? param.slice("code:".length) : "";
  const run = param !== null && /^\d{1,15}$/.test(param) ? Number(param) : null;
  return { code, import: run };
}
