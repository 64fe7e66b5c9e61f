// Written by hand until the shell generates it: the commands, the events and the types of the seam between pages and shell.
import { invoke as TAURI_INVOKE } from "@tauri-apps/api/core";
import { listen, type Event, type UnlistenFn } from "@tauri-apps/api/event";

const answer = async <T>(asked: Promise<T>): Promise<Result<T, Error>> => {
  try {
    return { status: "ok", data: await asked };
  } catch (e) {
    if (e instanceof globalThis.Error) throw e;
    return { status: "error", error: e as Error };
  }
};
const ask = <T>(command: string, input?: Record<string, unknown>) => answer(TAURI_INVOKE<T>(command, input));

export const commands = {
  start: () => ask<Start>("start"),
  tryAgain: () => ask<Start>("try_again"),
  createFirstAdmin: (input: FirstAdmin, stay: boolean) => ask<SignedIn>("create_first_admin", { input, stay }),
  signIn: (username: string, password: string, stay: boolean) => ask<SignedIn>("sign_in", { username, password, stay }),
  signOut: () => ask<null>("sign_out"),
  changePassword: (old: string, new_: string) => ask<null>("change_password", { old, new: new_ }),

  users: () => ask<User[]>("users"),
  addUser: (input: NewUser) => ask<User>("add_user", { input }),
  editUser: (id: number, change: UserChange) => ask<User>("edit_user", { id, change }),
  resetPassword: (id: number, password: string) => ask<User>("reset_password", { id, password }),
  setUserActive: (id: number, active: boolean) => ask<User>("set_user_active", { id, active }),

  integrationTypes: () => ask<IntegrationType[]>("integration_types"),
  integrations: () => ask<Integration[]>("integrations"),
  integration: (code: string) => ask<Integration>("integration", { code }),
  checkCode: (code: string, but: string | null) => ask<CodeCheck>("check_code", { code, but }),
  validateIntegration: (type: string, code: string | null, draft: Draft) =>
    ask<null>("validate_integration", { type, code, draft }),
  addIntegration: (type: string, draft: Draft, validate: boolean) =>
    ask<Integration>("add_integration", { type, draft, validate }),
  editIntegration: (code: string, draft: Draft, validate: boolean) =>
    ask<Integration>("edit_integration", { code, draft, validate }),
  deleteIntegration: (code: string, removeProjects: boolean) =>
    ask<number>("delete_integration", { code, removeProjects }),
  addSample: () => ask<Integration>("add_sample"),
  assignees: () => ask<string[]>("assignees"),

  people: (code: string) => ask<Grant[]>("people", { code }),
  addPerson: (code: string, person: string) => ask<Grant[]>("add_person", { code, person }),
  removePerson: (code: string, person: string) => ask<Grant[]>("remove_person", { code, person }),

  refresh: (code: string) => ask<number>("refresh", { code }),
  refreshAll: () => ask<RefreshedAll>("refresh_all"),
  cancelImport: (import_: number) => ask<null>("cancel_import", { import: import_ }),
  startPreview: (code: string) => ask<number>("start_preview", { code }),
  preview: (import_: number) => ask<PreviewSummary>("preview", { import: import_ }),
  applyPreview: (import_: number) => ask<Applied>("apply_preview", { import: import_ }),
  imports: (code: string | null, limit: number) => ask<ImportRow[]>("imports", { code, limit }),
  importRecord: (import_: number) => ask<Import>("import_record", { import: import_ }),
  pendingRemovals: (import_: number) => ask<PendingRemoval[]>("pending_removals", { import: import_ }),
  confirmRemovals: (import_: number) => ask<number>("confirm_removals", { import: import_ }),
  declineRemovals: (import_: number) => ask<number>("decline_removals", { import: import_ }),
  removedProjects: (search: string, import_: number | null, offset: number, limit: number) =>
    ask<RemovedPage>("removed_projects", { search, import: import_, offset, limit }),
  bringBack: (ids: number[]) => ask<string[]>("bring_back", { ids }),
  bringBackImport: (import_: number) => ask<string[]>("bring_back_import", { import: import_ }),
  live: () => ask<Live>("live"),

  projectPage: (query: ProjectQuery, offset: number, limit: number) =>
    ask<ProjectPage>("project_page", { query, offset, limit }),
  project: (id: number) => ask<ProjectView>("project", { id }),
  editProject: (id: number, changes: FieldChange[]) => ask<ProjectView>("edit_project", { id, changes }),
  projectFacets: () => ask<ProjectFacets>("project_facets"),
  openInMaps: (id: number) => ask<null>("open_in_maps", { id }),
  openLink: (id: number, url: string) => ask<null>("open_link", { id, url }),
};

const event = <T>(name: string) => ({
  listen: (heard: (event: Event<T>) => void): Promise<UnlistenFn> => listen<T>(name, heard),
});

export const events = {
  changes: event<Changes>("changes"),
};

export type Result<T, E> = { status: "ok"; data: T } | { status: "error"; error: E };
export type ErrorCode =
  | "invalid_input" | "not_found" | "conflict" | "wrong_credentials" | "cannot_reach" | "refused" | "not_understood"
  | "too_large" | "settings_changed" | "cancelled" | "interrupted" | "preview_expired" | "secrets" | "database_too_new"
  | "database" | "io" | "signed_out" | "not_allowed";
export type Error = { code: ErrorCode; message: string; fields: string[]; retry: boolean };
export type Role = "admin" | "staff" | "crew" | "client";
export type Me = { id: number; username: string; name: string | null; role: Role };
export type Start = {
  version: string;
  data_folder: string;
  problem: Error | null;
  first_start: boolean;
  me: Me | null;
  warning: Error | null;
};
export type SignedIn = { me: Me; warning: Error | null };
export type User = {
  id: number; username: string; name: string | null; email: string | null; role: Role; active: boolean;
  can_sign_in: boolean; last_sign_in: string | null; created_at: string;
};
export type NewUser = { username: string; name: string | null; email: string | null; role: Role; password: string | null };
export type UserChange = { name: string | null; email: string | null; role: Role };
export type Mode = "internal" | "external";
export type IntegrationStatus = "idle" | "pending" | "running" | "error" | "needs_confirmation";
export type Schedule = "off" | "quarter_hourly" | "hourly" | { daily: string };
export type Integration = {
  code: string; name: string | null; type: string; type_title: string; mode: Mode; auto_admin: boolean;
  default_assign_to: string | null; schedule: Schedule;
  settings: Record<string, JsonValue>;
  secrets: string[];
  status: IntegrationStatus; last_refreshed: string | null; last_error: string | null; login_refused: boolean;
  publish_to: number; projects: number; validated: boolean;
  waiting: { import: number; count: number } | null;
};
export type SettingKind = { kind: "text" } | { kind: "boolean" } | { kind: "number"; least: number | null; most: number | null } | { kind: "choice"; choices: string[] };
export type Setting = {
  name: string; title: string; help: string; kind: SettingKind; secret: boolean; required: boolean;
  default: JsonValue | null; depends_on: string | null; connection: boolean;
};
export type Capabilities = { validate: boolean; refresh: boolean; full_import: boolean; complete_list: boolean; cancellations: boolean; assignment: boolean; tasks_fixed: boolean };
export type IntegrationType = { name: string; title: string; about: string; capabilities: Capabilities; settings: Setting[] };
export type Draft = {
  code: string; name: string; mode: Mode; auto_admin: boolean; default_assign_to: string; schedule: Schedule;
  settings: Record<string, JsonValue>;
  secrets: Record<string, string>;
  adopt: boolean;
};
export type CodeCheck = { free: boolean; kept_projects: number; problem: string | null };
export type Grant = { person: string; kind: "email" | "username"; added_by: string; added_at: string };
export type ImportKind = "refresh" | "full_import";
export type Outcome = "succeeded" | "failed" | "cancelled" | "needs_confirmation";
export type Phase = "waiting" | "connecting" | "receiving" | "applying" | "previewed" | "ended";
export type Progress = { import: number; code: string; kind: ImportKind; sequence: number; phase: Phase; bytes: number; orders: number; total: number | null };
export type Counts = { added: number; changed: number; unchanged: number; removed: number; skipped: number };
export type OrderProblem = { number: string | null; reason: string };
export type ImportRow = Counts & {
  import: number; code: string; kind: ImportKind; outcome: Outcome | null;
  pending_removals: number; problem_count: number; error: Error | null; asked_by: string;
  asked_at: string; started_at: string | null; finished_at: string | null;
};
export type Import = ImportRow & { problems: OrderProblem[]; notes: string[] };
export type PreviewSummary = {
  import: number; code: string; to_add: number; to_change: number; to_remove: string[]; unchanged: number; skipped: number;
  problems: OrderProblem[]; notes: string[]; expires_at: string;
};
export type Applied = { kind: "ended"; import: Import } | { kind: "grew"; preview: PreviewSummary };
export type Refused = { code: string; error: Error };
export type PendingRemoval = { import: number; code: string; number: string; address: string; status: string };
export type RemovedProject = { id: number; number: string; address: string; status: string; removed_at: string; import: number | null; removed_by: string | null };
export type RemovedPage = { total: number; rows: RemovedProject[] };
export type Changes = {
  sequence: number;
  imports: Progress[];
  integrations: boolean;
  projects: boolean;
};
export type ProjectStatus = "Unassigned" | "Assigned" | "Rush" | "Rework" | "Complete" | "Submitted" | "Invoiced" | "Closed";
export type ProjectColumn = "number" | "status" | "client_status" | "due_date" | "client_due_date" | "address" | "city" | "state" | "zip" | "assigned_to" | "tasks" | "reference" | "description" | "info" | "integration" | "changed_at";
export type ProjectQuery = { search: string; code: string | null; status: ProjectStatus | null; sort: { column: ProjectColumn; descending: boolean }[] };
export type ProjectRow = {
  id: number; number: string; status: string; client_status: string | null; due_date: string | null; client_due_date: string | null;
  address: string; city: string; state: string; zip: string; assigned_to: string | null; tasks: number; reference: string | null;
  description: string | null; info: string | null; code: string; integration: string | null;
  changed_at: string; past_due: boolean;
};
export type ProjectPage = { total: number; rows: ProjectRow[] };
export type Owner = "client" | "yours_until_import" | "yours";
export type FieldGroup = "work" | "place" | "client" | "source" | "more";
export type FieldView = { name: string; title: string; group: FieldGroup; kind: "text" | "html" | "date" | "status" | "assignee" | "json"; owner: Owner; value: string | null; html: string | null };
export type TaskView = { name: string; origin: "client" | "work_type" | "person"; instructions: string | null; survey: string | null };
export type ChangeView = { at: string; field: string; title: string; old: string | null; new: string | null; import: number | null; person: string | null };
export type ProjectView = {
  id: number; number: string; code: string; integration: string | null; kept: boolean; created_at: string; changed_at: string; past_due: boolean;
  fields: FieldView[]; tasks: TaskView[]; tasks_owner: Owner; history: ChangeView[];
};
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
export type FirstAdmin = { username: string; name: string | null; password: string };
export type RefreshedAll = { started: number[]; refused: Refused[] };
export type Live = { sequence: number; imports: Progress[] };
export type FieldChange = { field: string; value: string };
export type IntegrationFacet = { code: string; name: string | null; projects: number };
export type ProjectFacets = { integrations: IntegrationFacet[]; projects: number; decisions: number };
