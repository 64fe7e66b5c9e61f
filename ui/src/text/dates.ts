// How an instant, a calendar date or a stretch of time is written, for people.
const minute = 60_000;
const exactly = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const calendar = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" });
const hour = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

const short = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" });
const shortWithYear = new Intl.DateTimeFormat(undefined, {
  year: "numeric",
  month: "short",
  day: "numeric",
  hour: "numeric",
  minute: "2-digit",
});

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

/** "just now", "5 min ago", "yesterday"; the date when it is longer ago. `now` is what `state/now` says. */
export function ago(at: string, now: number): string {
  const when = new Date(at);
  if (Number.isNaN(when.getTime())) return at;
  const minutes = Math.floor((now - when.getTime()) / minute);
  // The time is looked at twice a minute only: what is a moment ahead of it is now.
  if (minutes < -1) return exactly.format(when);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${String(minutes)} min ago`;
  const days = Math.round((midnight(new Date(now)) - midnight(when)) / (24 * 60 * minute));
  if (days === 0) return `${String(Math.floor(minutes / 60))} h ago`;
  if (days === 1) return "yesterday";
  if (days < 7) return `${String(days)} days ago`;
  return day.format(when);
}

/** An instant in local time, short enough for a column; the year only when it is another one. */
export function shortTime(at: string | null, now: Date = new Date()): string {
  const time = at === null ? NaN : Date.parse(at);
  if (Number.isNaN(time)) return "";
  const sameYear = new Date(time).getFullYear() === now.getFullYear();
  return (sameYear ? short : shortWithYear).format(time);
}

/** How long something took: "0.4 s", "12 s", "3 min 5 s", "1 h 2 min". Empty while one end is missing. */
export function took(from: string | null, to: string | null): string {
  if (from === null || to === null) return "";
  const ms = Date.parse(to) - Date.parse(from);
  if (Number.isNaN(ms)) return "";
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${String(whole)} s`;
  if (whole < 3600) return pair(Math.floor(whole / 60), "min", whole % 60, "s");
  return pair(Math.floor(whole / 3600), "h", Math.floor((whole % 3600) / 60), "min");
}

function pair(first: number, unit: string, second: number, smaller: string): string {
  const head = `${String(first)} ${unit}`;
  return second === 0 ? head : `${head} ${String(second)} ${smaller}`;
}

function midnight(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}
