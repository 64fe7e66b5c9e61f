// The edit of a project as data: what may be edited, what was changed, which words stand for an owner. The core checks all of
// it again.
import type { FieldGroup, FieldView, Owner, ProjectView } from "../../seam";

export type Draft = Record<string, string>;

export const groups: readonly { group: FieldGroup; title: string }[] = [
  { group: "work", title: "Work" },
  { group: "place", title: "Place" },
  { group: "client", title: "From the client" },
  { group: "source", title: "Where it came from" },
  { group: "more", title: "More" },
];

export const owners: Record<Owner, { tag: string; about: string }> = {
  client: { tag: "client", about: "Belongs to the client: every import may overwrite it, and it cannot be changed here." },
  yours: { tag: "yours", about: "Yours to change. No import overwrites it." },
  yours_until_import: {
    tag: "yours, reset at the next import",
    about: "You can change it, but the next import of this integration overwrites it with what the client sent.",
  },
};

export function editable(field: FieldView): boolean {
  return field.owner !== "client";
}

/** Whether it takes more than a line. */
export function isLong(field: FieldView): boolean {
  return field.kind === "html" || field.kind === "json" || ["description", "work_order_info"].includes(field.name);
}

/** The values to begin an edit with. */
export function draftOf(project: ProjectView): Draft {
  return Object.fromEntries(project.fields.filter(editable).map((field) => [field.name, field.value ?? ""]));
}

/** Only what differs from the project; blanks at the ends and the kind of line break make no difference. */
export function changesOf(project: ProjectView, draft: Draft): { field: string; value: string }[] {
  return project.fields.filter(editable).flatMap((field) => {
    const value = draft[field.name];
    if (value === undefined || plain(value) === plain(field.value ?? "")) return [];
    return [{ field: field.name, value: value.trim() }];
  });
}

/** Titles of the changed fields that the next import would reset. */
export function resetSoon(project: ProjectView, draft: Draft): string[] {
  const changed = new Set(changesOf(project, draft).map((change) => change.field));
  return project.fields
    .filter((field) => field.owner === "yours_until_import" && changed.has(field.name))
    .map((field) => field.title);
}

export function valueOf(project: ProjectView, name: string): string | null {
  return project.fields.find((field) => field.name === name)?.value ?? null;
}

/** The address as one writes it on an envelope. */
export function addressLines(project: ProjectView): string[] {
  const value = (name: string) => valueOf(project, name)?.trim() ?? "";
  const region = [value("state"), value("zip")].filter((part) => part !== "").join(" ");
  const town = [value("city"), region].filter((part) => part !== "").join(", ");
  return [value("address1"), value("address2"), town].filter((line) => line !== "");
}

function plain(text: string): string {
  return text.replace(/\r\n?/g, "\n").trim();
}
