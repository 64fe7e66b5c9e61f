// Words about imports on the integrations page: what an import came to, and what to do when it failed.
import type { Counts, ErrorCode } from "../../seam";
import { shownNumber } from "../../text/counts";

/** What an import did, e.g. "14 added, 30 changed, 3 removed". */
export function result(counts: Counts): string {
  const parts: [number, string][] = [
    [counts.added, "added"],
    [counts.changed, "changed"],
    [counts.removed, "removed"],
    [counts.skipped, "skipped"],
  ];
  const done = parts.filter(([count]) => count > 0).map(([count, word]) => `${shownNumber(count)} ${word}`);
  return done.length === 0 ? "nothing was new" : done.join(", ");
}

/** What an admin can do about a failed import. */
export function advice(code: ErrorCode): string {
  switch (code) {
    case "wrong_credentials":
      return "Open Edit, type the credentials anew and validate them.";
    case "cannot_reach":
      return "Look at the network and at the address, or try again later.";
    case "refused":
      return "The words are the client system’s own. Ask the client if they do not say what to do.";
    case "not_understood":
      return "The answer was not what the interface promises. Look at the address and the type, or ask the client.";
    case "too_large":
      return "The list is larger than Muster takes. Ask the client to close what is finished.";
    case "invalid_input":
      return "Open Edit and mend the settings.";
    case "settings_changed":
      return "The settings were changed while it ran. Fetch it again.";
    case "preview_expired":
      return "What is shown is held for half an hour. Fetch it again.";
    case "interrupted":
      return "It was cut off. Nothing was changed; try again.";
    case "secrets":
      return "Unlock the credential store of this computer, then try again.";
    case "conflict":
      return "Something of this integration is under way. Wait until it has ended, then try again.";
    case "cancelled":
      return "Nothing was changed.";
    default:
      return "Try again.";
  }
}
