// Where links into the Imports page lead: what its address says after the page, and how it is read. `router.go(...toRun(31))`.
import type { Page } from "./router.svelte";

export type Place = [page: Page, param: string | null];

/** What the address of the Imports page asks for. */
export type AskedImports = {
  tab: "runs" | "removed";
  /** Only the runs of this integration; empty for all. */
  code: string;
  /** The run that is open beside the list. */
  import: number | null;
};

const OF = "code:";
const REMOVED = "removed";

/** One run. */
export function toRun(id: number): Place {
  return ["imports", String(id)];
}

/** The runs of one integration; of all for an empty code. */
export function toRunsOf(code: string): Place {
  return ["imports", code === "" ? null : OF + code];
}

/** The projects that left the list. */
export function toRemoved(): Place {
  return ["imports", REMOVED];
}

export function readImports(param: string | null): AskedImports {
  const asked: AskedImports = { tab: "runs", code: "", import: null };
  if (param === REMOVED) asked.tab = "removed";
  else if (param?.startsWith(OF) === true) asked.code = param.slice(OF.length);
  else if (param !== null && /^\d{1,15}$/.test(param)) asked.import = Number(param);
  return asked;
}
