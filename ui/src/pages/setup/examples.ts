// An integration type and an integration for the tests of the set-up window.
import type { Choice, Integration, IntegrationType, Setting } from "../../seam";

const plain = { help: "", secret: false, required: false, required_with: null, default: null, suggestions: [], depends_on: null, connection: false };

export const plainChoice = (value: string): Choice => ({ value, title: null, help: null });

export const setting = (name: string, rest: Partial<Setting>): Setting => ({
  ...plain,
  name,
  title: name,
  kind: { kind: "text" },
  ...rest,
});

export const service: IntegrationType = {
  name: "service",
  title: "Service",
  about: "",
  guide: { covers: "", needs: "", credentials: "", limits: "", untried: "" },
  capabilities: {
    validate: true,
    refresh: true,
    full_import: true,
    complete_list: true,
    cancellations: false,
    assignment: true,
    tasks_fixed: false,
    look: false,
  },
  look_depends_on: null,
  settings: [
    setting("url", { title: "URL", required: true, connection: true }),
    setting("extension", { default: "", connection: true }),
    setting("password", { title: "Password", secret: true, required: true }),
    setting("token", { secret: true }),
    setting("token_name", { depends_on: "token", connection: true }),
    setting("encoding", { kind: { kind: "choice", choices: ["auto", "multipart"].map(plainChoice) }, default: "auto" }),
    setting("photos", { kind: { kind: "boolean" }, default: false }),
    setting("size", { kind: { kind: "number", least: 1, most: 9 }, default: 4, depends_on: "photos" }),
  ],
};

export const stored: Integration = {
  code: "NWF",
  name: "Northwind Field",
  type: "service",
  type_title: "Service",
  mode: "external",
  auto_admin: false,
  default_assign_to: "ben",
  default_work_type: "Lawn",
  schedule: { daily: "05:30" },
  settings: { url: "https://client.example/", photos: true, size: 7 },
  secrets: ["password"],
  status: "idle",
  last_refreshed: null,
  last_error: null,
  login_refused: false,
  publish_to: [],
  projects: 12,
  validated: true,
  waiting: null,
};
