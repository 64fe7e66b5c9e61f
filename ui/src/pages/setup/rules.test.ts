import { describe, expect, test } from "vitest";

import { service, stored } from "./examples";
import { blankForm, formOf } from "./form";
import { commonProblems, connectionChanges, connectionOf, mustValidate, settingProblems } from "./rules";

describe("saving waits for a validation", () => {
  test("a new integration waits until exactly its values have been seen to work", () => {
    const form = blankForm(service);
    form.values["url"] = "https://client.example/";
    form.secrets["password"] = "secret";
    expect(mustValidate(service, form, null, null)).toBe(true);
    const seen = connectionOf(service, form, null);
    expect(mustValidate(service, form, null, seen)).toBe(false);
    form.secrets["password"] = "secret2";
    expect(mustValidate(service, form, null, seen)).toBe(true);
    form.secrets["password"] = "secret";
    expect(mustValidate(service, form, null, seen)).toBe(false);
  });

  test("a name, a schedule or a setting that is no connection value saves at once", () => {
    const form = formOf(service, stored);
    Object.assign(form, { name: "Other", every: "hourly", mode: "internal" });
    Object.assign(form.values, { encoding: "multipart", size: "2" });
    expect(connectionChanges(service, form, stored)).toEqual([]);
    expect(mustValidate(service, form, stored, null)).toBe(false);
  });

  test("a changed connection value, a typed secret and one to be forgotten each wait", () => {
    const with_token = { ...stored, secrets: ["password", "token"] };
    const url = formOf(service, with_token);
    url.values["url"] = "https://other.example/";
    const typed = formOf(service, with_token);
    typed.secrets["password"] = "x";
    const gone = formOf(service, with_token);
    gone.forgotten["token"] = true;
    for (const [form, name] of [[url, "url"], [typed, "password"], [gone, "token"]] as const) {
      expect(connectionChanges(service, form, with_token)).toEqual([name]);
      expect(mustValidate(service, form, with_token, null)).toBe(true);
    }
  });

  test("a value that is changed and changed back waits no longer", () => {
    const form = formOf(service, stored);
    form.values["url"] = "https://other.example/";
    form.values["url"] = "https://client.example/";
    expect(mustValidate(service, form, stored, null)).toBe(false);
  });

  test("a type that cannot validate never waits", () => {
    const type = { ...service, capabilities: { ...service.capabilities, validate: false } };
    expect(mustValidate(type, blankForm(type), null, null)).toBe(false);
  });

  test("what is typed cannot pass for what is stored", () => {
    const form = formOf(service, stored);
    const seen = connectionOf(service, form, stored);
    form.secrets["password"] = "stored";
    expect(connectionOf(service, form, stored)).not.toBe(seen);
  });
});

describe("what is missing", () => {
  test("required settings and secrets, unless the secret is stored", () => {
    expect(settingProblems(service, blankForm(service), null)).toEqual({
      url: "URL is needed.",
      password: "Password is needed.",
    });
    expect(settingProblems(service, formOf(service, stored), stored)).toEqual({});
  });

  test("a number has its limits, and only while it is shown", () => {
    const form = formOf(service, stored);
    for (const wrong of ["0", "10", "many", "1.5"]) {
      form.values["size"] = wrong;
      expect(settingProblems(service, form, stored)).toEqual({ size: "A whole number from 1 to 9 is expected." });
    }
    form.values["photos"] = false;
    expect(settingProblems(service, form, stored)).toEqual({});
  });

  test("a code has 1 to 16 letters, digits or dashes", () => {
    const form = blankForm(service);
    for (const good of ["A", "nwf-2", "1234567890123456", " NWF "]) {
      expect(commonProblems({ ...form, code: good })).toEqual({});
    }
    for (const bad of ["", " ", "12345678901234567", "N::F", "N F", "NÄF", "N_F"]) {
      expect(commonProblems({ ...form, code: bad })).toHaveProperty("code");
    }
  });

  test("daily needs a time of day", () => {
    const form = { ...blankForm(service), code: "A", every: "daily" as const };
    expect(commonProblems({ ...form, at: "23:59" })).toEqual({});
    expect(commonProblems({ ...form, at: "" })).toHaveProperty("schedule");
    expect(commonProblems({ ...form, every: "hourly", at: "" })).toEqual({});
  });
});
