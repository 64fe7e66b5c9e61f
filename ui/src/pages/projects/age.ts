// How old the list is, from the integrations that it comes from.
import type { Integration } from "../../seam";

export type Age = {
  /** The newest import that succeeded; null when there was none. */
  newest: string | null;
  /** Integrations whose last import did not succeed. */
  failing: string[];
};

/** The age of the whole list, or of what comes from one integration. */
export function ageOf(integrations: Integration[], code: string): Age {
  const counted = code === "" ? integrations : integrations.filter((each) => each.code === code);
  const times = counted.flatMap((each) => (each.last_refreshed === null ? [] : [each.last_refreshed]));
  return {
    newest: times.reduce<string | null>(
      (newest, time) => (newest === null || Date.parse(time) > Date.parse(newest) ? time : newest),
      null,
    ),
    failing: counted.filter((each) => each.status === "error").map((each) => each.name ?? each.code),
  };
}
