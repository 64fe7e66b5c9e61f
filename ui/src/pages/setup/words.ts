// Words of the set-up window: what a type can do, choices, modes, outcomes of a validation, a suggested code.
import type { Capabilities, ErrorCode, Guide, Mode, Preset } from "../../seam";

import type { Every } from "./form";

/** A name as it is in JSON as a person would write it: `send_photos` as "Send photos". */
export function humanise(name: string): string {
  const words = name.replaceAll(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export type GuideRow = { name: keyof Guide; title: string };

/** What is told about a type before its fields: what to have at hand. */
export const BEFORE: GuideRow[] = [
  { name: "needs", title: "What you need" },
  { name: "credentials", title: "Where to find it" },
];

/** What is told about it after them. */
export const GOOD_TO_KNOW: GuideRow[] = [
  { name: "covers", title: "What it covers" },
  { name: "limits", title: "What it cannot do" },
  { name: "untried", title: "Never tried" },
];

/** The kinds of list to choose from, and the one that is chosen, whatever became of it. */
export function presetChoices(presets: readonly Preset[], chosen: string): { value: string; label: string }[] {
  const label = ({ title, own }: Preset) => (own ? `${title} (yours)` : title.replace(/^an? /, ""));
  const known = presets.map((preset) => ({ value: preset.name, label: label(preset) }));
  const odd = chosen === "" || known.some(({ value }) => value === chosen) ? [] : [{ value: chosen, label: chosen }];
  return [{ value: "", label: "Whatever its headers say" }, ...odd, ...known];
}

/** How an office that has Pruvan Online brings its list along. */
export const PRUVAN_ONLINE = {
  preset: "pruvan-online",
  export:
    "In Pruvan Online open the Project Manager with the projects that you want to bring along, and save them with its " +
    "CSV or Excel export.",
  codes:
    "Each project keeps its number and is filed under the code before it; an integration that is set up with that code " +
    "later takes it over.",
};

/** What a type can do. */
export function abilities(can: Capabilities): string[] {
  return [
    can.validate ? "Checks the credentials before they are saved" : null,
    can.refresh ? "Refresh: takes what is new or changed" : null,
    can.full_import && can.complete_list ? "Full Import: takes everything, removes what is gone" : null,
    can.full_import && !can.complete_list ? "Full Import: takes everything, removes nothing" : null,
    can.cancellations ? "Tells of cancelled work orders" : null,
    can.assignment ? "Sends who the work is assigned to" : null,
    can.look ? "Shows the first records before anything is imported" : null,
  ].filter((word) => word !== null);
}

export const MODES: { value: Mode; label: string; help: string }[] = [
  {
    value: "internal",
    label: "Internal",
    help: "Your own order system. Each import sets assignee, status, due date and the rest as that system has them.",
  },
  {
    value: "external",
    label: "External",
    help: "A client’s system. Your office manages the work; no import changes whom a project is assigned to.",
  },
];

export const AUTO_ADMIN_HELP =
  "Each import sets status, due date, info, description, instructions and tasks as the client has them, over what was " +
  "edited here. Off: they are taken once, with a new project.";

export const WORK_TYPE_HELP =
  "Gives its values and tasks to projects that come in from now on. Work types are made under Settings.";

/** None, the work types that there are, and the one that is chosen, whatever became of it. */
export function workTypeChoices(names: readonly string[], chosen: string): { value: string; label: string }[] {
  const all = names.includes(chosen) || chosen === "" ? names : [chosen, ...names];
  return [{ value: "", label: "None" }, ...all.map((name) => ({ value: name, label: name }))];
}

export const SCHEDULES: { value: Every; label: string }[] = [
  { value: "off", label: "Off" },
  { value: "quarter_hourly", label: "Every 15 minutes" },
  { value: "hourly", label: "Every hour" },
  { value: "daily", label: "Daily at" },
];

/** The outcome of a validation that did not go well, as a heading. */
export function outcome(code: ErrorCode): string {
  switch (code) {
    case "wrong_credentials":
      return "Wrong credentials";
    case "cannot_reach":
      return "The client system cannot be reached";
    case "refused":
      return "The client system refused";
    case "not_understood":
      return "The answer was not understood";
    case "invalid_input":
      return "Not accepted";
    case "secrets":
      return "The credential store cannot be used";
    case "conflict":
      return "This clashes with what is there";
    default:
      return "That did not work";
  }
}

/** The text without a beginning that says again what its title says. */
export function withoutTitle(text: string, title: string): string {
  if (!text.toLowerCase().startsWith(title.toLowerCase())) return text;
  const rest = text.slice(title.length).replace(/^[\s.:;,]+/, "");
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

const LONGEST_CODE = 16;

/** A code for that name which none of the others has: the initials, or the beginning of a single word. */
export function suggestCode(name: string, taken: readonly string[]): string {
  const plain = name.normalize("NFD").replaceAll(/\p{M}/gu, "");
  const words = plain.match(/[A-Za-z0-9]+/g) ?? [];
  const [first = ""] = words;
  const short = words.length > 1 ? words.map((word) => word.charAt(0)).join("") : first.slice(0, 6);
  return short === "" ? "" : freeCode(short.slice(0, 8).toUpperCase(), taken);
}

/** That code, or the same with the first number that makes it free. */
export function freeCode(code: string, taken: readonly string[]): string {
  const used = new Set(taken.map((other) => other.toUpperCase()));
  for (let count = 1; count < 1000; count += 1) {
    const end = count === 1 ? "" : `-${String(count)}`;
    const candidate = code.slice(0, LONGEST_CODE - end.length) + end;
    if (!used.has(candidate.toUpperCase())) return candidate;
  }
  return code;
}
