// What all pages say of an import and do with it: what it is doing, how far it is, stopping it, and what mends a failure.
import { SvelteSet } from "svelte/reactivity";

import { call, commands, failureOf } from "../seam";
import type { ErrorCode, Phase, Progress } from "../seam";
import { counted, shownBytes, shownNumber } from "../text/counts";
import { toastFailure } from "./toasts.svelte";

const words: Record<Phase, string> = {
  waiting: "waits for its turn",
  connecting: "connecting",
  receiving: "receiving",
  // A preview goes through it as well, and writes nothing.
  applying: "comparing",
  previewed: "waits for review",
  ended: "ended",
};

/** How much there is so far: "12 kB", "30 orders", "30 of 412"; empty while there is nothing to count. */
export function amount({ phase, orders, total, bytes }: Progress): string {
  if (phase !== "receiving" && phase !== "applying") return "";
  if (orders === 0 && total === null) return bytes === 0 ? "" : shownBytes(bytes);
  return total === null ? counted(orders, "order") : `${shownNumber(orders)} of ${shownNumber(total)}`;
}

/** What it is doing: "waits for its turn", "receiving, 30 orders". */
export function doing(progress: Progress): string {
  const much = amount(progress);
  return much === "" ? words[progress.phase] : `${words[progress.phase]}, ${much}`;
}

/** How far it is with what it is doing, 0 to 1; null when nobody can say. */
export function share({ phase, orders, total }: Progress): number | null {
  if (phase === "waiting") return 0;
  if (phase === "previewed" || phase === "ended") return 1;
  return total === null || total === 0 ? null : Math.min(1, orders / total);
}

/** Stops an import, or lets go of its preview. One that has ended meanwhile has what was wanted. */
export async function cancelImport(id: number): Promise<void> {
  try {
    await call(commands.cancelImport(id));
  } catch (e) {
    if (failureOf(e).code !== "not_found") throw e;
  }
}

/** The imports that are being stopped, wherever that was asked for. */
export const stopping = new SvelteSet<number>();

/** Stops an import, and tells it if that does not work. */
export async function stopImport(id: number): Promise<void> {
  if (stopping.has(id)) return;
  stopping.add(id);
  try {
    await cancelImport(id);
  } catch (e) {
    toastFailure(e);
  } finally {
    stopping.delete(id);
  }
}

const advices: Partial<Record<ErrorCode, string>> = {
  wrong_credentials:
    "Open the integration with Edit, type the login anew, press Validate, then Save. Until then it does not run by itself.",
  cannot_reach: "Check the network and the address of the integration, or its file or folder. If it refreshes automatically, it tries again by itself.",
  refused: "These are the client system’s own words. If they do not say what to do, ask the client.",
  not_understood:
    "What came was not a list of work orders. Check the settings of the integration (its address, or its file or folder); if they are right, send these details to the client.",
  too_large: "The list is larger than Muster takes. Ask the client to close work orders that are finished.",
  invalid_input: "Open the integration with Edit and correct its settings.",
  conflict: "Something of this integration is under way. Wait until it has ended, then run it again.",
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
