// What the window of a work type holds, what is wrong with it, and what is made of it. Everything here is pure; what is
// checked here is checked again by core.
import type { WorkType, WorkTypeField, WorkTypeInput } from "../../../seam";
import { counted } from "../../../text/counts";

const LONGEST_NAME = 100;

/** A task as it is typed. The key stays with it wherever it is moved to. */
export type TaskEntry = { key: number; name: string; instructions: string };

export type Form = {
  name: string;
  values: Record<string, string>;
  tasks: TaskEntry[];
};

/** What is wrong: with the name, with a value by its field, with a task by its key. */
export type Problems = { name: string | null; values: Record<string, string>; tasks: Record<number, string> };

let lastKey = 0;

/** A task without a name yet. */
export function newTask(name = "", instructions = ""): TaskEntry {
  lastKey += 1;
  return { key: lastKey, name, instructions };
}

/** The form of a work type that is there, or of a new one. */
export function formOf(fields: WorkTypeField[], workType: WorkType | null): Form {
  return {
    name: workType?.name ?? "",
    values: Object.fromEntries(fields.map((field) => [field.name, workType?.fields[field.name] ?? ""])),
    tasks: (workType?.tasks ?? []).map((task) => newTask(task.name, task.instructions ?? "")),
  };
}

/** The form of a new one like that one, under a name that none of the others has. */
export function copyOf(fields: WorkTypeField[], original: WorkType, taken: readonly string[]): Form {
  return { ...formOf(fields, original), name: freeName(original.name, taken) };
}

/** "Lawn (copy)", "Lawn (copy 2)", ... */
export function freeName(name: string, taken: readonly string[]): string {
  const used = new Set(taken.map((other) => other.toLowerCase()));
  for (let count = 1; ; count += 1) {
    const end = count === 1 ? " (copy)" : ` (copy ${String(count)})`;
    const candidate = Array.from(name).slice(0, LONGEST_NAME - end.length).join("") + end;
    if (!used.has(candidate.toLowerCase())) return candidate;
  }
}

/** What is sent. A task of which nothing was typed is none. */
export function inputOf(form: Form, id: number | null): WorkTypeInput {
  const values = Object.entries(form.values).map(([name, text]) => [name, text.trim()] as const);
  const tasks = form.tasks.map(({ name, instructions }) => ({ name: name.trim(), instructions: instructions.trim() }));
  return {
    id,
    name: form.name.trim(),
    fields: Object.fromEntries(values.filter(([, text]) => text !== "")),
    tasks: tasks
      .filter((task) => task.name !== "" || task.instructions !== "")
      .map((task) => ({ name: task.name, instructions: task.instructions === "" ? null : task.instructions })),
  };
}

/** Whether two states of the form would save the same. */
export function sameForm(one: Form, other: Form): boolean {
  const sent = (form: Form) => {
    const { name, fields, tasks } = inputOf(form, null);
    return JSON.stringify([name, Object.entries(fields).sort(), tasks]);
  };
  return sent(one) === sent(other);
}

/** What is wrong with the form. */
export function problemsOf(form: Form, fields: WorkTypeField[]): Problems {
  const problems: Problems = { name: null, values: {}, tasks: {} };
  if (form.name.trim() === "") problems.name = "A work type needs a name.";
  for (const field of fields) {
    const text = (form.values[field.name] ?? "").trim();
    if (field.kind === "days" && text !== "" && !/^\d+$/.test(text)) {
      problems.values[field.name] = "A whole number of days is expected.";
    }
  }
  const seen = new Set<string>();
  for (const task of form.tasks) {
    const name = task.name.trim().toLowerCase();
    if (name === "" && task.instructions.trim() !== "") problems.tasks[task.key] = "A task needs a name.";
    if (name !== "" && seen.has(name)) problems.tasks[task.key] = "There is a task of this name already.";
    seen.add(name);
  }
  return problems;
}

export function isFine(problems: Problems): boolean {
  return (
    problems.name === null && Object.keys(problems.values).length === 0 && Object.keys(problems.tasks).length === 0
  );
}

/** The tasks with that one so many places further down (or up, if it is less than 0), as far as there are places. */
export function moved(tasks: readonly TaskEntry[], key: number, by: number): TaskEntry[] {
  const from = tasks.findIndex((task) => task.key === key);
  const task = tasks[from];
  if (task === undefined) return [...tasks];
  const rest = tasks.filter((other) => other !== task);
  const to = Math.min(Math.max(from + by, 0), rest.length);
  return [...rest.slice(0, to), task, ...rest.slice(to)];
}

/** The task that has the focus when that one is taken away: the next one, or the one before. */
export function neighbour(tasks: readonly TaskEntry[], key: number): number | null {
  const place = tasks.findIndex((task) => task.key === key);
  return (tasks[place + 1] ?? tasks[place - 1])?.key ?? null;
}

export type Section = { title: string; fields: WorkTypeField[] };

/** The values as they are shown, in two columns: what is to be done; where, and how. */
export function columns(fields: WorkTypeField[]): Section[][] {
  const place = fields.filter((field) => field.group === "place");
  const instructions = fields.filter((field) => field.kind === "html");
  const work = fields.filter((field) => !place.includes(field) && !instructions.includes(field));
  return [
    [{ title: "Work", fields: work }],
    [
      { title: "Place", fields: place },
      { title: "Instructions", fields: instructions },
    ],
  ];
}

/** Whether it takes more than a line. */
export function isLong(field: WorkTypeField): boolean {
  return field.kind === "html" || ["description", "work_order_info"].includes(field.name);
}

/** The line of help below a value. */
export function helpOf(field: WorkTypeField): string | undefined {
  if (field.overwrites) return "Always set, over what the client sends with a new project.";
  switch (field.kind) {
    case "assignee":
      return "A username, or ~all~ for everybody. Only if nobody else assigns the project.";
    case "days":
      return "0 is the day on which it comes in.";
    case "html":
      return "Plain text, or simple HTML.";
    default:
      return undefined;
  }
}

/** What a work type holds, and where it is used, in one line. */
export function summary(workType: WorkType): string {
  const values = counted(Object.keys(workType.fields).length, "value");
  const tasks = counted(workType.tasks.length, "task");
  const used = workType.used_by.length === 0 ? "not used" : `used by ${workType.used_by.join(", ")}`;
  return `${values}, ${tasks} · ${used}`;
}

/** What deleting it does. */
export function farewell(workType: WorkType): string {
  const kept = "Projects that are there keep what they have. This cannot be undone.";
  if (workType.used_by.length === 0) return `No integration uses it. ${kept}`;
  return `New projects of ${workType.used_by.join(", ")} get no work type from now on. ${kept}`;
}
