import { describe, expect, test } from "vitest";

import type { WorkType, WorkTypeField } from "../../../seam";
import {
  columns,
  copyOf,
  farewell,
  type Form,
  formOf,
  freeName,
  helpOf,
  inputOf,
  isFine,
  moved,
  neighbour,
  newTask,
  problemsOf,
  sameForm,
  summary,
} from "./form";

const field = (name: string, rest: Partial<WorkTypeField> = {}): WorkTypeField => ({
  name,
  title: name,
  group: "work",
  kind: "text",
  overwrites: false,
  ...rest,
});

const fields = [
  field("city", { group: "place" }),
  field("due_in_days", { kind: "days" }),
  field("client_instructions", { group: "client", kind: "html" }),
  field("reference", { overwrites: true }),
];

const lawn: WorkType = {
  id: 7,
  name: "Lawn",
  fields: { city: "Tulsa", due_in_days: "14" },
  tasks: [
    { name: "Grass cut", instructions: null },
    { name: "Photo", instructions: "Street side" },
  ],
  used_by: ["NWF", "OHIO"],
};

const names = (form: Form) => form.tasks.map((task) => task.name);

describe("the form of a work type", () => {
  test("a new one is empty, and one that is there has what is stored", () => {
    expect(formOf(fields, null)).toMatchObject({ name: "", tasks: [], values: { city: "", reference: "" } });
    const form = formOf(fields, lawn);
    expect(form.values).toEqual({ city: "Tulsa", due_in_days: "14", client_instructions: "", reference: "" });
    expect(names(form)).toEqual(["Grass cut", "Photo"]);
    expect(inputOf(form, 7)).toEqual({ id: 7, name: "Lawn", fields: lawn.fields, tasks: lawn.tasks });
  });

  test("a copy has another name and is a new one", () => {
    const form = copyOf(fields, lawn, ["Lawn", "LAWN (COPY)"]);
    expect(form.name).toBe("Lawn (copy 2)");
    expect(names(form)).toEqual(["Grass cut", "Photo"]);
  });

  test("the name of a copy is never too long", () => {
    expect(freeName("ä".repeat(100), [])).toHaveLength(100);
  });

  test("empty values and tasks of which nothing was typed are not sent", () => {
    const form = formOf(fields, lawn);
    form.values["city"] = "  ";
    form.tasks = [newTask(), newTask(" Call ", " "), newTask("", "no name")];
    expect(inputOf(form, null)).toEqual({
      id: null,
      name: "Lawn",
      fields: { due_in_days: "14" },
      tasks: [
        { name: "Call", instructions: null },
        { name: "", instructions: "no name" },
      ],
    });
  });

  test("it is the same until something that would be saved differs", () => {
    const form = formOf(fields, lawn);
    const other = formOf(fields, lawn);
    other.tasks.push(newTask());
    other.values["reference"] = " ";
    expect(sameForm(form, other)).toBe(true);
    expect(sameForm(form, { ...other, name: "Grass" })).toBe(false);
    expect(sameForm(form, { ...other, tasks: moved(form.tasks, form.tasks[0]?.key ?? 0, 1) })).toBe(false);
  });
});

describe("what is wrong", () => {
  test("nothing is, with a name alone", () => {
    expect(isFine(problemsOf({ ...formOf(fields, null), name: "x" }, fields))).toBe(true);
    expect(problemsOf(formOf(fields, null), fields).name).not.toBeNull();
  });

  test("days are a whole number", () => {
    const form = formOf(fields, lawn);
    for (const bad of ["soon", "-1", "1.5"]) {
      form.values["due_in_days"] = bad;
      expect(problemsOf(form, fields).values).toHaveProperty("due_in_days");
    }
    form.values["due_in_days"] = " 0 ";
    expect(isFine(problemsOf(form, fields))).toBe(true);
  });

  test("a task needs a name that no other one has", () => {
    const form = formOf(fields, lawn);
    const [twice, nameless, untouched] = [newTask("photo "), newTask("", "text"), newTask()];
    form.tasks.push(twice, nameless, untouched, newTask());
    expect(Object.keys(problemsOf(form, fields).tasks)).toEqual([String(twice.key), String(nameless.key)]);
  });
});

describe("tasks", () => {
  const [a, b, c] = [newTask("a"), newTask("b"), newTask("c")];
  const order = (tasks: { name: string }[]) => tasks.map((task) => task.name).join("");

  test("move up and down, and not beyond the ends", () => {
    expect(order(moved([a, b, c], a.key, 1))).toBe("bac");
    expect(order(moved([a, b, c], c.key, -1))).toBe("acb");
    expect(order(moved([a, b, c], a.key, -1))).toBe("abc");
    expect(order(moved([a, b, c], c.key, 1))).toBe("abc");
    expect(order(moved([a, b, c], 0, 1))).toBe("abc");
  });

  test("when one is taken away the focus goes to the next, or to the one before", () => {
    expect(neighbour([a, b, c], b.key)).toBe(c.key);
    expect(neighbour([a, b, c], c.key)).toBe(b.key);
    expect(neighbour([a], a.key)).toBeNull();
  });
});

test("every value is in exactly one section", () => {
  const shown = columns(fields).flat().flatMap((section) => section.fields.map(({ name }) => name));
  expect(shown.sort()).toEqual(fields.map(({ name }) => name).sort());
});

test("what always overwrites says so", () => {
  expect(helpOf(field("reference", { overwrites: true }))).toContain("Always set");
  expect(helpOf(field("city"))).toBeUndefined();
});

test("it is said what a work type holds, where it is used, and what goes with it", () => {
  expect(summary(lawn)).toBe("2 values, 2 tasks · used by NWF, OHIO");
  expect(summary({ ...lawn, fields: {}, tasks: [], used_by: [] })).toBe("0 values, 0 tasks · not used");
  expect(farewell(lawn)).toContain("New projects of NWF, OHIO get no work type");
  expect(farewell({ ...lawn, used_by: [] })).toContain("No integration uses it.");
});
