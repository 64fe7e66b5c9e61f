// The width of the panel beside the list: kept on this computer, moved with the pointer or the arrow keys.
import type { Attachment } from "svelte/attachments";

const key = "muster.projects.panel";
export const LEAST = 320;
export const MOST = 760;
const USUAL = 420;
const STEP = 24;

export function bounded(width: number): number {
  return Math.round(Math.min(MOST, Math.max(LEAST, width)));
}

export function storedWidth(): number {
  const stored = Number(localStorage.getItem(key) ?? USUAL);
  return Number.isFinite(stored) && stored > 0 ? bounded(stored) : USUAL;
}

/** The width after a key was pressed on the handle; null when the key means nothing here. The panel is at the right. */
export function widthAfter(pressed: string, width: number): number | null {
  if (pressed === "ArrowLeft") return bounded(width + STEP);
  if (pressed === "ArrowRight") return bounded(width - STEP);
  if (pressed === "Home") return LEAST;
  if (pressed === "End") return MOST;
  return null;
}

/** Moves the panel's edge. `set` is told every new width. */
export function handle(width: () => number, set: (width: number) => void): Attachment<HTMLElement> {
  const change = (next: number): void => {
    set(next);
    localStorage.setItem(key, String(next));
  };
  return (element) => {
    let from: { x: number; width: number } | null = null;
    const down = (event: PointerEvent): void => {
      if (event.button !== 0) return;
      from = { x: event.clientX, width: width() };
      element.setPointerCapture(event.pointerId);
      event.preventDefault();
    };
    const move = (event: PointerEvent): void => {
      if (from !== null) change(bounded(from.width + from.x - event.clientX));
    };
    const up = (): void => {
      from = null;
    };
    const press = (event: KeyboardEvent): void => {
      const next = widthAfter(event.key, width());
      if (next === null) return;
      event.preventDefault();
      change(next);
    };
    element.addEventListener("pointerdown", down);
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", up);
    element.addEventListener("pointercancel", up);
    element.addEventListener("keydown", press);
    return () => {
      element.removeEventListener("pointerdown", down);
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", up);
      element.removeEventListener("pointercancel", up);
      element.removeEventListener("keydown", press);
    };
  };
}
