// The changes of a project in words.
import type { ChangeView } from "../../seam";
import { date } from "../../text/dates";

/** How much is shown of a value. */
const SHOWN = 160;

/** What happened, in a few words. */
export function happened(change: ChangeView): string {
  if (change.field === "removed") return change.new === "yes" ? "Left the list" : "Came back to the list";
  return change.title;
}

/** Whether old and new are worth showing. */
export function hasValues(change: ChangeView): boolean {
  return change.field !== "removed" && (change.old !== null || change.new !== null);
}

/** A value in one line, without tags, cut when it is long. */
export function shownValue(value: string | null): string {
  const text = (value ?? "")
    .replace(/<[^<>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  if (text === "") return "empty";
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return date(text);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
