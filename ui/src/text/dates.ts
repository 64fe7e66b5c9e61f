// When an import ran and how long it took, short enough for a column.

const short = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" });
const shortWithYear = new Intl.DateTimeFormat(undefined, {
  year: "numeric",
  month: "short",
  day: "numeric",
  hour: "numeric",
  minute: "2-digit",
});

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
