// The cells of the list that are more than text. Plain elements: thousands of them pass by while one scrolls.
import type { ICellRendererParams } from "ag-grid-community";

import type { Tone } from "../../components/tone";
import type { ProjectRow } from "../../seam";
import { now } from "../../state/now.svelte";
import { ago, date, exact } from "../../text/dates";

type Params = ICellRendererParams<ProjectRow, string | null>;

const toneOfStatus: Record<string, Tone> = {
  Unassigned: "neutral",
  Assigned: "busy",
  Rush: "bad",
  Rework: "warn",
  Complete: "good",
  Submitted: "good",
  Invoiced: "neutral",
  Closed: "neutral",
};

/** The tone of a project's status. The word is always there too. */
export function statusTone(status: string): Tone {
  return toneOfStatus[status] ?? "neutral";
}

function element(name: string, className: string, text = ""): HTMLElement {
  const made = document.createElement(name);
  if (className !== "") made.className = className;
  made.textContent = text;
  return made;
}

/** A coloured dot beside the word. */
export function statusCell({ value }: Params): HTMLElement {
  const status = value ?? "";
  const cell = element("span", "status-cell");
  if (status !== "") cell.append(element("span", `dot ${statusTone(status)}`), element("span", "word", status));
  return cell;
}

/** A calendar date; when the project is late, marked by a sign and a word for screen readers. */
export function dueCell({ value, data, column }: Params): HTMLElement {
  const name = (data?.due_date ?? null) === null ? "client_due_date" : "due_date";
  const late = data?.past_due === true && column?.getColId() === name;
  const cell = element("span", late ? "due-cell late" : "due-cell");
  if (value === null || value === undefined) return cell;
  if (late) {
    cell.title = `Past due: ${date(value)}`;
    cell.append(warning());
  }
  cell.append(element("span", "", date(value)));
  if (late) cell.append(element("span", "unseen", ", past due"));
  return cell;
}

/** Whom a project is assigned to; marked by a sign and words when Muster knows no such person. */
export function assigneeCell({ value, data }: Params): HTMLElement {
  const cell = element("span", "due-cell");
  if (value === null || value === undefined) return cell;
  const unknown = data?.assignee_known === false;
  cell.title = unknown ? `${value}: not a user of Muster` : value;
  if (unknown) cell.append(warning());
  cell.append(element("span", "", value));
  if (unknown) cell.append(element("span", "unseen", ", not a user of Muster"));
  return cell;
}

/** "5 min ago", with the exact time on hover and to screen readers. */
export function changedCell({ value }: Params): HTMLElement {
  const cell = element("time", "", value === null || value === undefined ? "" : ago(value, now()));
  if (value !== null && value !== undefined) {
    const whole = exact(value);
    cell.setAttribute("datetime", value);
    cell.title = whole;
    if (whole !== cell.textContent) cell.append(element("span", "unseen", `, ${whole}`));
  }
  return cell;
}

const svg = "http://www.w3.org/2000/svg";
const triangle = "m21.73 18-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3M12 9v4M12 17h.01";

function warning(): SVGElement {
  const icon = document.createElementNS(svg, "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(svg, "path");
  path.setAttribute("d", triangle);
  icon.append(path);
  return icon;
}
