import { describe, expect, test } from "vitest";

import { plainChoice, service, setting, stored } from "./examples";
import { blankForm, canLook, copyOf, draftOf, type Form, formOf, sameForm, visibleSettings } from "./form";
import { settingProblems } from "./rules";

const names = (form: Form, of: typeof stored | null) => visibleSettings(service, form, of).map(({ name }) => name);

describe("the form", () => {
  test("a new one begins with the defaults, External, Auto Admin on", () => {
    const form = blankForm(service);
    expect(form).toMatchObject({ mode: "external", autoAdmin: true, every: "off", name: "", code: "" });
    expect(form.values).toEqual({
      url: "",
      extension: "",
      token_name: "",
      encoding: "auto",
      photos: false,
      size: "4",
    });
  });

  test("one that is there begins with what is stored, and with no secret", () => {
    const form = formOf(service, stored);
    expect(form).toMatchObject({ name: "Northwind Field", code: "NWF", autoAdmin: false, assignTo: "ben", workType: "Lawn" });
    expect([form.every, form.at]).toEqual(["daily", "05:30"]);
    expect(form.values).toMatchObject({ url: "https://client.example/", photos: true, size: "7", encoding: "auto" });
    expect(form.secrets).toEqual({});
  });

  test("a copy has the settings, another code and no secret, and sends what is not a default", () => {
    const form = copyOf(service, stored, "NWF-2");
    expect(form).toMatchObject({ name: "Northwind Field (copy)", code: "NWF-2", assignTo: "ben", workType: "Lawn", secrets: {} });
    expect(draftOf(service, form, null).settings).toEqual({ url: "https://client.example/", photos: true, size: 7 });
  });
});

describe("what depends on another", () => {
  test("a setting is hidden while the tick that it depends on is off", () => {
    const form = blankForm(service);
    expect(names(form, null)).not.toContain("size");
    form.values["photos"] = true;
    expect(names(form, null)).toContain("size");
  });

  test("a secret that is typed or stored counts as given, one to be forgotten does not", () => {
    const form = blankForm(service);
    expect(names(form, null)).not.toContain("token_name");
    form.secrets["token"] = "x";
    expect(names(form, null)).toContain("token_name");
    const with_token = { ...stored, secrets: ["password", "token"] };
    const edited = formOf(service, with_token);
    expect(names(edited, with_token)).toContain("token_name");
    edited.forgotten["token"] = true;
    expect(names(edited, with_token)).not.toContain("token_name");
  });

  test("a setting may depend on what another one is", () => {
    const format = setting("format", { kind: { kind: "choice", choices: ["json", "xml", "csv"].map(plainChoice) }, default: "json" });
    const type = {
      ...service,
      settings: [
        format,
        setting("separator", { depends_on: "format=csv", required: true }),
        setting("root", { depends_on: "format=json|xml" }),
        setting("depth", { depends_on: "root=items" }),
        setting("seal", { depends_on: "token=x" }),
        setting("token", { secret: true }),
      ],
    };
    const shown = (form: Form) => visibleSettings(type, form, null).map(({ name }) => name);
    const form = blankForm(type);
    expect(shown(form)).toEqual(["format", "root", "token"]);
    form.values["root"] = "items";
    expect(shown(form)).toEqual(["format", "root", "depth", "token"]);
    form.values["depth"] = "3";
    form.values["format"] = "csv";
    form.secrets["token"] = "x";
    expect(shown(form)).toEqual(["format", "separator", "token"]);
    expect(settingProblems(type, form, null)).toEqual({ separator: "separator is needed." });
    expect(draftOf(type, form, null).settings).toEqual({ format: "csv" });
    form.values["format"] = "xml";
    expect(settingProblems(type, form, null)).toEqual({});
    expect(draftOf(type, form, null).settings).toEqual({ format: "xml", root: "items", depth: "3" });
  });

  test("what depends on something hidden is hidden too, and a circle hides nothing", () => {
    const chained = {
      ...service,
      settings: [...service.settings, setting("unit", { depends_on: "size" }), setting("a", { depends_on: "b" }), setting("b", { depends_on: "a" })],
    };
    const form = blankForm(chained);
    form.values["a"] = form.values["b"] = "x";
    const shown = visibleSettings(chained, form, null).map(({ name }) => name);
    expect(shown).not.toContain("unit");
    expect(shown).toEqual(expect.arrayContaining(["a", "b"]));
  });

  test("what is hidden is not sent", () => {
    const form = blankForm(service);
    form.values["size"] = "9";
    form.values["token_name"] = "key";
    expect(draftOf(service, form, null).settings).toEqual({});
  });
});

describe("the draft", () => {
  test("nothing changed sends no setting and no secret", () => {
    expect(draftOf(service, formOf(service, stored), stored)).toEqual({
      code: "NWF",
      name: "Northwind Field",
      mode: "external",
      auto_admin: false,
      default_assign_to: "ben",
      default_work_type: "Lawn",
      schedule: { daily: "05:30" },
      settings: {},
      secrets: {},
      adopt: false,
    });
  });

  test("only what changed is sent, with its kind", () => {
    const form = formOf(service, stored);
    Object.assign(form.values, { size: " 8 ", encoding: "multipart", extension: "php" });
    expect(draftOf(service, form, stored).settings).toEqual({ size: 8, encoding: "multipart", extension: "php" });
  });

  test("what goes back to its default, or is emptied, is sent as null", () => {
    const form = formOf(service, stored);
    Object.assign(form.values, { size: "4", photos: true, url: "" });
    expect(draftOf(service, form, stored).settings).toEqual({ size: null, url: null });
  });

  test("an empty text over a default that is not empty stays an empty text", () => {
    const type = { ...service, settings: [setting("path", { default: "orders" })] };
    const form = blankForm(type);
    form.values["path"] = "";
    expect(draftOf(type, form, null).settings).toEqual({ path: "" });
  });

  test("a path or lines that look like a number stay a text", () => {
    const type = { ...service, settings: [setting("folder", { kind: { kind: "path" } }), setting("names", { kind: { kind: "lines" } })] };
    const form = blankForm(type);
    Object.assign(form.values, { folder: "2026", names: "7" });
    expect(draftOf(type, form, null).settings).toEqual({ folder: "2026", names: "7" });
  });

  test("a number that is none goes as it was typed, for core to refuse", () => {
    const form = formOf(service, stored);
    form.values["size"] = "many";
    expect(draftOf(service, form, stored).settings).toEqual({ size: "many" });
  });

  test("an empty secret keeps what is stored; one to be forgotten is sent empty; what is typed wins", () => {
    const with_token = { ...stored, secrets: ["password", "token"] };
    const form = formOf(service, with_token);
    form.secrets["password"] = "";
    expect(draftOf(service, form, with_token).secrets).toEqual({});
    form.forgotten["token"] = true;
    expect(draftOf(service, form, with_token).secrets).toEqual({ token: "" });
    form.secrets["token"] = "new";
    expect(draftOf(service, form, with_token).secrets).toEqual({ token: "new" });
  });

  test("each schedule is sent in its shape", () => {
    const form = { ...blankForm(service), every: "daily" as const, at: "07:15" };
    expect(draftOf(service, form, null).schedule).toEqual({ daily: "07:15" });
    expect(draftOf(service, { ...form, every: "hourly" }, null).schedule).toBe("hourly");
  });
});

test("a form is the same until something that would be saved differs", () => {
  const form = formOf(service, stored);
  const other = formOf(service, stored);
  other.secrets["password"] = "";
  other.forgotten["token"] = false;
  expect(sameForm(form, other)).toBe(true);
  expect(sameForm(form, { ...other, name: "X" })).toBe(false);
  expect(sameForm(form, { ...other, workType: "" })).toBe(false);
  expect(sameForm(form, { ...other, secrets: { password: "x" } })).toBe(false);
  expect(sameForm(form, { ...other, values: { ...other.values, photos: false } })).toBe(false);
});

test("the first records can be shown on some roads only", () => {
  const type = {
    ...service,
    capabilities: { ...service.capabilities, look: true },
    look_depends_on: "road=file|direct",
    settings: [setting("road", {})],
  };
  const form = blankForm(type, { road: "file" });
  expect(canLook(type, form)).toBe(true);
  expect(canLook({ ...type, look_depends_on: null }, blankForm(type))).toBe(true);
  expect(canLook(type, blankForm(type, { road: "ppw" }))).toBe(false);
  expect(canLook(service, form)).toBe(false);
});

test("a setting may be needed on one road and not on another", () => {
  const username = setting("username", { required: true, required_with: "road=ppw" });
  const type = { ...service, settings: [setting("road", {}), username] };
  const needed = (road: string) => visibleSettings(type, blankForm(type, { road }), null).map(({ required }) => required);
  expect(needed("ppw")).toEqual([false, true]);
  expect(needed("direct")).toEqual([false, false]);
});
