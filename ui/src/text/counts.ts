// Numbers with their nouns, as people read them.

const number = new Intl.NumberFormat();

/** A whole number with the reader's own separators. */
export function shownNumber(count: number): string {
  return number.format(count);
}

/** "1 project", "1,200 projects". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${shownNumber(count)} ${count === 1 ? one : many}`;
}

/** So many bytes, "12 kB". */
export function shownBytes(bytes: number): string {
  if (bytes < 1000) return `${String(bytes)} bytes`;
  if (bytes < 1_000_000) return `${shownNumber(Math.round(bytes / 1000))} kB`;
  return `${shownNumber(Math.round(bytes / 100_000) / 10)} MB`;
}

/** "955 projects", or "12 of 955 projects" when not all of them are shown. */
export function shownOf(shown: number, all: number, one: string, many = `${one}s`): string {
  return shown === all ? counted(all, one, many) : `${shownNumber(shown)} of ${counted(all, one, many)}`;
}
