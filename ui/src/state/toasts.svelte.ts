// Short messages at the edge of the window: what was done, and the way to undo it.
import { failureOf } from "../seam";

export type ToastTone = "info" | "good" | "bad";
export type ToastAction = { label: string; run: () => void };
export type Toast = { id: number; message: string; tone: ToastTone; action: ToastAction | null; key: string | null };

type Options = {
  action?: ToastAction | undefined;
  tone?: ToastTone | undefined;
  /** What it is about, such as the code of an integration: the next message about the same takes its place. */
  key?: string | null;
};

const shownFor = 5000;
const shownForWithAction = 10_000;
const failureShownFor = 20_000;
const most = 3;
let last = 0;

export const toasts = $state<Toast[]>([]);

export function toast(message: string, { action, tone = "info", key = null }: Options = {}): void {
  settled(key);
  const id = ++last;
  toasts.push({ id, message, tone, action: action ?? null, key });
  if (toasts.length > most) toasts.shift();
  later(id, tone === "bad" ? failureShownFor : action === undefined ? shownFor : shownForWithAction);
}

/** Tells what went wrong; `before` says with what. Not that somebody was signed out: the window says so itself. */
export function toastFailure(thrown: unknown, before = "", key: string | null = null): void {
  const failure = failureOf(thrown);
  if (failure.code !== "signed_out") toast(`${before}${failure.message}`, { tone: "bad", key });
}

/** It went well now: what was said of it before is over. */
export function settled(key: string | null): void {
  if (key === null) return;
  for (let at = toasts.length - 1; at >= 0; at -= 1) if (toasts[at]?.key === key) toasts.splice(at, 1);
}

export function closeToast(id: number): void {
  const at = toasts.findIndex((each) => each.id === id);
  if (at >= 0) toasts.splice(at, 1);
}

/** What one person was told is not for the next. */
export function clearToasts(): void {
  toasts.length = 0;
}

function later(id: number, ms: number): void {
  setTimeout(() => {
    // Not while somebody reads it or is about to press its button.
    if (document.querySelector("[data-toasts]:hover, [data-toasts]:focus-within") === null) closeToast(id);
    else later(id, 2000);
  }, ms);
}
