import { expect, test } from "vitest";

import type { Stage, Updating } from "../seam";
import { standing } from "./updates";

const news = { version: "0.2.0", notes: "" };

function now(stage: Stage, more: Partial<Updating> = {}): Updating {
  return { current: "0.1.0", channel: "stable", stage, looking: false, looked: null, problem: null, asks: false, ...more };
}

test("a download says how far it is, if that is known", () => {
  expect(standing(now({ stage: "downloading", news, received: 50, total: 200 }))).toBe("Muster 0.2.0 is being downloaded: 25 %.");
  expect(standing(now({ stage: "downloading", news, received: 50, total: null }))).toBe("Muster 0.2.0 is being downloaded.");
  expect(standing(now({ stage: "downloading", news, received: 300, total: 200 }))).toContain("100 %");
});

test("a problem is all there is to say before the first list was read", () => {
  expect(standing(now({ stage: "unknown" }))).toContain("Nobody has looked");
  expect(standing(now({ stage: "unknown" }, { problem: { words: "No network.", passing: true, version: null } }))).toBeNull();
  expect(standing(now({ stage: "unknown" }, { looking: true }))).toContain("Looking");
});
