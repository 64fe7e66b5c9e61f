// What an import came to, in words.
import type { Counts } from "../../seam";
import { shownNumber } from "../../text/counts";

/** What an import did, e.g. "14 added, 30 changed, 3 removed". */
export function result(counts: Counts): string {
  const parts: [number, string][] = [
    [counts.added, "added"],
    [counts.changed, "changed"],
    [counts.removed, "removed"],
    [counts.skipped, "skipped"],
  ];
  const done = parts.filter(([count]) => count > 0).map(([count, word]) => `${shownNumber(count)} ${word}`);
  return done.length === 0 ? "nothing was new" : done.join(", ");
}
