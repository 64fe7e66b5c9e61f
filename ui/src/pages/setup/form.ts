// What the set-up form holds, how it begins, which settings it shows, and the draft that is made of it.
// Everything here is pure; what is checked here is checked again by core.
import type { Draft, Integration, IntegrationType, JsonValue, Mode, Schedule, Setting } from "../../seam";

export type Every = "off" | "quarter_hourly" | "hourly" | "daily";

/** A value as its input holds it: a tick, or a text (numbers too). */
export type Entry = string | boolean;

export type Form = {
  name: string;
  code: string;
  mode: Mode;
  autoAdmin: boolean;
  assignTo: string;
  /** The name of a work type; empty: none. */
  workType: string;
  every: Every;
  at: string;
  values: Record<string, Entry>;
  /** Secrets that are typed anew. */
  secrets: Record<string, string>;
  /** Stored secrets that shall be forgotten. */
  forgotten: Record<string, boolean>;
  adopt: boolean;
};

const USUAL_TIME = "06:00";

function entryOf(setting: Setting, value: JsonValue | undefined): Entry {
  const given = value ?? setting.default;
  if (setting.kind.kind === "boolean") return given === true;
  if (typeof given === "string") return given;
  if (typeof given === "number") return String(given);
  return "";
}

function entriesOf(type: IntegrationType, settings: Record<string, JsonValue>): Record<string, Entry> {
  const plain = type.settings.filter((setting) => !setting.secret);
  return Object.fromEntries(plain.map((setting) => [setting.name, entryOf(setting, settings[setting.name])]));
}

/** The form of a new integration; `given` are values that are known already. */
export function blankForm(type: IntegrationType, given: Record<string, Entry> = {}): Form {
  return {
    name: "",
    code: "",
    mode: "external",
    autoAdmin: true,
    assignTo: "",
    workType: "",
    every: "off",
    at: USUAL_TIME,
    values: { ...entriesOf(type, {}), ...given },
    secrets: {},
    forgotten: {},
    adopt: false,
  };
}

/** The form of an integration that is there. What is secret stays where it is. */
export function formOf(type: IntegrationType, stored: Integration): Form {
  const { schedule } = stored;
  return {
    name: stored.name ?? "",
    code: stored.code,
    mode: stored.mode,
    autoAdmin: stored.auto_admin,
    assignTo: stored.default_assign_to ?? "",
    workType: stored.default_work_type ?? "",
    every: typeof schedule === "string" ? schedule : "daily",
    at: typeof schedule === "string" ? USUAL_TIME : schedule.daily,
    values: entriesOf(type, stored.settings),
    secrets: {},
    forgotten: {},
    adopt: false,
  };
}

/** The form of a new integration like that one: its settings, no secrets, another code. */
export function copyOf(type: IntegrationType, original: Integration, code: string): Form {
  const name = original.name === null ? "" : `${original.name} (copy)`;
  return { ...formOf(type, original), name, code };
}

function isOn(setting: Setting, form: Form, stored: Integration | null): boolean {
  if (setting.secret) return hasSecret(setting.name, form, stored);
  const entry = form.values[setting.name];
  if (typeof entry === "boolean") return entry;
  return entry !== undefined && !["", "0", "off", "none", "no"].includes(entry.trim().toLowerCase());
}

// What a secret is does not show, so nothing can depend on it.
function isOneOf(setting: Setting, values: string[], form: Form): boolean {
  const entry = form.values[setting.name];
  return !setting.secret && typeof entry === "string" && values.includes(entry.trim());
}

/**
 * The settings that have an effect as the form stands. One that depends on another (`other`) is hidden without it; one that
 * depends on what another is (`other=this|that`) is hidden while it is something else. Each says whether it is needed now.
 */
export function visibleSettings(type: IntegrationType, form: Form, stored: Integration | null): Setting[] {
  const byName = new Map(type.settings.map((setting) => [setting.name, setting]));
  const visible = (setting: Setting, seen: string[]): boolean => {
    if (setting.depends_on === null) return true;
    const [name = "", values] = setting.depends_on.split("=", 2);
    const other = byName.get(name);
    if (other === undefined || seen.includes(other.name)) return true;
    const holds = values === undefined ? isOn(other, form, stored) : isOneOf(other, values.split("|"), form);
    return holds && visible(other, [...seen, other.name]);
  };
  return type.settings
    .filter((setting) => visible(setting, [setting.name]))
    .map((setting) => ({ ...setting, required: setting.required && holds(setting.required_with, form) }));
}

/** Whether the form is as a condition (`other=this|that`) wants it; null wants nothing. */
function holds(condition: string | null, form: Form): boolean {
  if (condition === null) return true;
  const [name = "", values = ""] = condition.split("=", 2);
  return values.split("|").includes(String(form.values[name] ?? ""));
}

/** Whether the first records can be shown as the form stands. */
export function canLook(type: IntegrationType, form: Form): boolean {
  return type.capabilities.look && holds(type.look_depends_on, form);
}

/** Whether there will be such a secret once the form is saved. */
export function hasSecret(name: string, form: Form, stored: Integration | null): boolean {
  if ((form.secrets[name] ?? "") !== "") return true;
  return (stored?.secrets.includes(name) ?? false) && form.forgotten[name] !== true;
}

function jsonOf(setting: Setting, entry: Entry): JsonValue {
  if (typeof entry === "boolean") return entry;
  const text = entry.trim();
  if (setting.kind.kind === "choice") return text === "" ? null : entry;
  if (setting.kind.kind !== "number") return entry;
  if (text === "") return null;
  // What is no number goes as it is, and core says what is wrong with it.
  return /^[+-]?\d+$/.test(text) ? Number(text) : text;
}

/** The plain settings that differ from what is stored, or for a new integration from their defaults. */
export function changedSettings(type: IntegrationType, form: Form, stored: Integration | null): Setting[] {
  const before = entriesOf(type, stored?.settings ?? {});
  return visibleSettings(type, form, stored).filter(
    (setting) => !setting.secret && form.values[setting.name] !== before[setting.name],
  );
}

function settingsOf(type: IntegrationType, form: Form, stored: Integration | null): Record<string, JsonValue> {
  const changed = changedSettings(type, form, stored).map((setting): [string, JsonValue] => {
    const entry = form.values[setting.name] ?? "";
    const isDefault = entry === entryOf(setting, undefined);
    return [setting.name, isDefault ? null : jsonOf(setting, entry)];
  });
  return Object.fromEntries(changed);
}

function secretsOf(type: IntegrationType, form: Form, stored: Integration | null): Record<string, string> {
  const secrets: Record<string, string> = {};
  for (const { name, secret } of visibleSettings(type, form, stored)) {
    const typed = form.secrets[name] ?? "";
    if (secret && typed !== "") secrets[name] = typed;
    else if (secret && form.forgotten[name] === true && stored?.secrets.includes(name)) secrets[name] = "";
  }
  return secrets;
}

function scheduleOf(form: Form): Schedule {
  return form.every === "daily" ? { daily: form.at } : form.every;
}

/** What is sent: of the settings and secrets only those that change. */
export function draftOf(type: IntegrationType, form: Form, stored: Integration | null): Draft {
  return {
    code: form.code.trim(),
    name: form.name.trim(),
    mode: form.mode,
    auto_admin: form.autoAdmin,
    default_assign_to: form.assignTo.trim(),
    default_work_type: form.workType,
    schedule: scheduleOf(form),
    settings: settingsOf(type, form, stored),
    secrets: secretsOf(type, form, stored),
    adopt: form.adopt,
  };
}

/** Whether two states of the form would save the same. */
export function sameForm(one: Form, other: Form): boolean {
  const plain = ({ secrets, forgotten, ...rest }: Form) => {
    const typed = Object.entries(secrets).filter(([, text]) => text !== "");
    const gone = Object.keys(forgotten).filter((name) => forgotten[name] === true);
    return JSON.stringify([
      Object.entries({ ...rest, values: null }).sort(),
      Object.entries(rest.values).sort(),
      typed.sort(),
      gone.sort(),
    ]);
  };
  return plain(one) === plain(other);
}
