// How old the list is, from the integrations that it comes from.
import type { CodeFacet, Integration } from "../../seam";

/** When the whole list, or what comes from one integration, was last refreshed; null if it never was. */
export function newestOf(facets: CodeFacet[], code: string): string | null {
  const times = facets.flatMap((each) => (each.refreshed_at === null || !isOf(each, code) ? [] : [each.refreshed_at]));
  return times.reduce<string | null>(
    (newest, time) => (newest === null || Date.parse(time) > Date.parse(newest) ? time : newest),
    null,
  );
}

/** The integrations whose last import did not succeed, as they are called. */
export function failingOf(integrations: Integration[], code: string): string[] {
  return integrations
    .filter((each) => each.status === "error" && isOf(each, code))
    .map((each) => each.name ?? each.code);
}

function isOf(one: { code: string }, code: string): boolean {
  return code === "" || one.code === code;
}
