import { expect, test } from "vitest";

import type { FieldView, Owner, ProjectView } from "../../seam";
import { addressLines, changesOf, draftOf, resetSoon } from "./edit";

function field(name: string, value: string | null, owner: Owner): FieldView {
  return { name, title: name.toUpperCase(), group: "work", kind: "text", owner, value, html: null };
}

function project(...fields: FieldView[]): ProjectView {
  return {
    id: 1,
    number: "A::1",
    code: "A",
    integration: "A",
    kept: false,
    created_at: "2026-01-01T00:00:00Z",
    changed_at: "2026-01-01T00:00:00Z",
    past_due: false,
    assignee_known: true,
    fields,
    tasks: [],
    more_tasks: 0,
    tasks_owner: "client",
    history: [],
  };
}

test("an edit begins with what is there, without the fields of the client", () => {
  const shown = project(field("status", "Rush", "yours"), field("info", null, "yours"), field("city", "Akron", "client"));
  expect(draftOf(shown)).toEqual({ status: "Rush", info: "" });
});

test("only what changed is sent", () => {
  const shown = project(field("status", "Rush", "yours"), field("info", "a\r\nb", "yours"), field("reference", null, "yours"));
  expect(changesOf(shown, { status: "Rush", info: "a\nb", reference: "  " })).toEqual([]);
  expect(changesOf(shown, { status: "Closed", info: "", reference: " new " })).toEqual([
    { field: "status", value: "Closed" },
    { field: "info", value: "" },
    { field: "reference", value: "new" },
  ]);
});

test("a field of the client is never sent", () => {
  expect(changesOf(project(field("city", "Akron", "client")), { city: "Dayton" })).toEqual([]);
});

test("it says which changed fields the next import resets", () => {
  const shown = project(field("status", "Rush", "yours_until_import"), field("info", "x", "yours_until_import"));
  expect(resetSoon(shown, { status: "Closed", info: "x" })).toEqual(["STATUS"]);
});

test("an address leaves out what is empty", () => {
  const full = project(
    field("address1", "12 Elm St", "client"),
    field("address2", "Unit 4", "client"),
    field("city", "Akron", "client"),
    field("state", "OH", "client"),
    field("zip", "44301", "client"),
  );
  expect(addressLines(full)).toEqual(["12 Elm St", "Unit 4", "Akron, OH 44301"]);
  expect(addressLines(project(field("city", "Akron", "client")))).toEqual(["Akron"]);
  expect(addressLines(project(field("state", "OH", "client")))).toEqual(["OH"]);
});
