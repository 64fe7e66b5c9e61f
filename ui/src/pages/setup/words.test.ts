import { describe, expect, test } from "vitest";

import { freeCode, humanise, presetChoices, suggestCode, workTypeChoices, withoutTitle } from "./words";

test("names of choices become words", () => {
  expect(["auto", "password_as_token", "end-of-day"].map(humanise)).toEqual(["Auto", "Password as token", "End of day"]);
});

describe("a suggested code", () => {
  test("is the initials, or the beginning of a single word", () => {
    expect(suggestCode("Northwind Field Services", [])).toBe("NFS");
    expect(suggestCode("Contoso", [])).toBe("CONTOS");
    expect(suggestCode("Peña Ålesund", [])).toBe("PA");
    expect(suggestCode("…", [])).toBe("");
  });

  test("is none that is taken, whatever the case", () => {
    expect(suggestCode("Northwind Field", ["nf", "NF-2"])).toBe("NF-3");
    expect(freeCode("ABCDEFGHIJKLMNOP", ["abcdefghijklmnop"])).toBe("ABCDEFGHIJKLMN-2");
  });
});

test("the choice of a work type offers none, all, and the one that is chosen while they are not known", () => {
  const values = (names: string[], chosen: string) => workTypeChoices(names, chosen).map(({ value }) => value);
  expect(values(["Lawn", "Photo"], "")).toEqual(["", "Lawn", "Photo"]);
  expect(values(["Lawn", "Photo"], "Photo")).toEqual(["", "Lawn", "Photo"]);
  expect(values([], "Lawn")).toEqual(["", "Lawn"]);
});

test("a sentence is not said twice", () => {
  const title = "The client system cannot be reached";
  expect(withoutTitle(`${title}: no route to host.`, title)).toBe("No route to host.");
  expect(withoutTitle(`${title}.`, title)).toBe("");
  expect(withoutTitle("No route to host.", title)).toBe("No route to host.");
});

test("a preset that is gone stays chosen; the office’s own are marked", () => {
  const presets = [
    { name: "ppw", title: "a PPW list", own: false },
    { name: "jobs", title: "jobs", own: true },
  ];
  const labels = (chosen: string) => presetChoices(presets, chosen).map(({ label }) => label);
  expect(labels("ppw")).toEqual(["Whatever its headers say", "PPW list", "jobs (yours)"]);
  expect(labels("gone")).toEqual(["Whatever its headers say", "gone", "PPW list", "jobs (yours)"]);
});
