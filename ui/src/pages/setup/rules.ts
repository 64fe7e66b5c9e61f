// When the set-up window may save: what is missing at which field, and whether exactly these connection values have
// been seen to work. Everything here is pure.
import type { Integration, IntegrationType, Setting } from "../../seam";

import { changedSettings, type Form, hasSecret, visibleSettings } from "./form";

/** What is wrong at which field, by the field's name. */
export type Problems = Record<string, string>;

function problemOf(setting: Setting, form: Form, stored: Integration | null): string | null {
  if (setting.secret) {
    return setting.required && !hasSecret(setting.name, form, stored) ? `${setting.title} is needed.` : null;
  }
  const entry = form.values[setting.name] ?? "";
  if (typeof entry === "boolean") return null;
  const text = entry.trim();
  if (text === "") return setting.required ? `${setting.title} is needed.` : null;
  if (setting.kind.kind !== "number") return null;
  const { least, most } = setting.kind;
  const number = /^[+-]?\d+$/.test(text) ? Number(text) : null;
  if (number !== null && number >= (least ?? -Infinity) && number <= (most ?? Infinity)) return null;
  if (least !== null && most !== null) return `A whole number from ${String(least)} to ${String(most)} is expected.`;
  if (least !== null) return `A whole number of at least ${String(least)} is expected.`;
  return "A whole number is expected.";
}

/** What is missing or cannot be used among the settings of the type. */
export function settingProblems(type: IntegrationType, form: Form, stored: Integration | null): Problems {
  const problems: Problems = {};
  for (const setting of visibleSettings(type, form, stored)) {
    const problem = problemOf(setting, form, stored);
    if (problem !== null) problems[setting.name] = problem;
  }
  return problems;
}

/** What is missing or cannot be used of what every integration has. */
export function commonProblems(form: Form): Problems {
  const problems: Problems = {};
  const code = form.code.trim();
  if (code === "") problems["code"] = "An integration needs a code.";
  else if (!isCode(code)) problems["code"] = "A code has 1 to 16 letters, digits or dashes.";
  if (form.every === "daily" && !/^([01]\d|2[0-3]):[0-5]\d$/.test(form.at)) {
    problems["schedule"] = "A time of day is needed.";
  }
  return problems;
}

export function isCode(text: string): boolean {
  return /^[A-Za-z0-9-]{1,16}$/.test(text);
}

/** The names of the connection values that differ from what is stored: other ones may lead elsewhere. */
export function connectionChanges(type: IntegrationType, form: Form, stored: Integration | null): string[] {
  const plain = changedSettings(type, form, stored).filter((setting) => setting.connection);
  const secrets = visibleSettings(type, form, stored).filter(({ name, secret }) => {
    const typed = (form.secrets[name] ?? "") !== "";
    const gone = form.forgotten[name] === true && (stored?.secrets.includes(name) ?? false);
    return secret && (typed || gone);
  });
  return [...plain, ...secrets].map((setting) => setting.name);
}

/** The connection values as one text; two forms with the same one connect alike. */
export function connectionOf(type: IntegrationType, form: Form, stored: Integration | null): string {
  const values = visibleSettings(type, form, stored).map(({ name, secret, connection }) => {
    if (!secret) return connection ? [name, form.values[name] ?? ""] : [];
    const typed = form.secrets[name] ?? "";
    return [name, typed !== "" ? ["typed", typed] : [hasSecret(name, form, stored) ? "stored" : "none"]];
  });
  return JSON.stringify(values.filter((value) => value.length > 0));
}

/** Whether *Save* has to wait: connection values that have not been seen to work. */
export function mustValidate(
  type: IntegrationType,
  form: Form,
  stored: Integration | null,
  seenToWork: string | null,
): boolean {
  if (!type.capabilities.validate) return false;
  if (stored !== null && connectionChanges(type, form, stored).length === 0) return false;
  return seenToWork !== connectionOf(type, form, stored);
}
