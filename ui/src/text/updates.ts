// How things stand with newer programs, in a line.
import type { Updating } from "../seam";
import { shownNumber } from "./counts";

/** What is known now; null where a problem is all there is to say. */
export function standing(now: Updating): string | null {
  const { stage } = now;
  switch (stage.stage) {
    case "off":
      return stage.why;
    case "unknown":
      return now.looking ? "Looking for a newer version…" : now.problem === null ? "Nobody has looked for a newer version yet." : null;
    case "newest":
      return now.looking ? "Looking for a newer version…" : "This is the newest version.";
    case "downloading":
      return `Muster ${stage.news.version} is being downloaded${percent(stage.received, stage.total)}.`;
    case "ready":
      return `Muster ${stage.news.version} is ready to be installed.`;
    case "by_hand":
      return `There is Muster ${stage.news.version}, but this one cannot replace itself.`;
    case "installing":
      return `Muster ${stage.news.version} is being installed. The window closes and comes back.`;
  }
}

function percent(received: number, total: number | null): string {
  return total === null || total === 0 ? "" : `: ${shownNumber(Math.min(100, Math.round((received / total) * 100)))} %`;
}
