// Short messages at the edge of the window: what was done, and the way to undo it.
export type ToastTone = "info" | "good" | "bad";
export type ToastAction = { label: string; run: () => void };
export type Toast = { id: number; message: string; tone: ToastTone; action: ToastAction | null };

const shownFor = 6000;
const shownForWithAction = 20_000;
let last = 0;

export const toasts = $state<Toast[]>([]);

export function toast(message: string, { action, tone = "info" }: { action?: ToastAction; tone?: ToastTone } = {}): void {
  const id = ++last;
  toasts.push({ id, message, tone, action: action ?? null });
  if (toasts.length > 4) toasts.shift();
  // A failure stays until it is closed.
  if (tone !== "bad") later(id, action === undefined ? shownFor : shownForWithAction);
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
