// How an instant or a calendar date is written, for people.
import { now } from "./now.svelte";

const minute = 60_000;
const exactly = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const calendar = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" });
const hour = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

/** An instant as the clock on this computer shows it. */
export function exact(at: string): string {
  const when = new Date(at);
  return Number.isNaN(when.getTime()) ? at : exactly.format(when);
}

/** A calendar date "YYYY-MM-DD"; never shifted by a time zone. */
export function date(at: string): string {
  const when = new Date(`${at}T00:00:00Z`);
  return Number.isNaN(when.getTime()) ? at : calendar.format(when);
}

/** The hour of an instant, "9:12". */
export function clock(at: string | number): string {
  return hour.format(new Date(at));
}

/** "just now", "5 min ago", "yesterday"; the date when it is longer ago. */
export function ago(at: string): string {
  const when = new Date(at);
  if (Number.isNaN(when.getTime())) return at;
  const minutes = Math.floor((now() - when.getTime()) / minute);
  // The time is looked at twice a minute only: what is a moment ahead of it is now.
  if (minutes < -1) return exactly.format(when);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${String(minutes)} min ago`;
  const days = Math.round((midnight(new Date(now())) - midnight(when)) / (24 * 60 * minute));
  if (days === 0) return `${String(Math.floor(minutes / 60))} h ago`;
  if (days === 1) return "yesterday";
  if (days < 7) return `${String(days)} days ago`;
  return day.format(when);
}

function midnight(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}
