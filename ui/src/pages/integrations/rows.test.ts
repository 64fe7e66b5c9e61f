import { describe, expect, test } from "vitest";

import type { Progress } from "../../seam";
import { stored } from "../setup/examples";
import { actionOf, inOrder, matching, needing, noteOf, type Row, rowsOf, statusOf } from "./rows";

const row = (rest: Partial<Row>): Row => ({ ...stored, progress: null, ...rest });
const progress = (rest: Partial<Progress>): Progress => ({
  import: 7,
  code: "NWF",
  kind: "refresh",
  sequence: 1,
  phase: "receiving",
  bytes: 0,
  orders: 0,
  total: null,
  ...rest,
});

describe("the status", () => {
  test("says what the integration says while nothing runs", () => {
    expect(statusOf(row({ status: "idle" })).label).toBe("idle");
    expect(statusOf(row({ status: "pending" })).label).toBe("pending");
    expect(statusOf(row({ status: "running" })).label).toBe("running");
    expect(statusOf(row({ status: "error" }))).toEqual({ tone: "bad", label: "error" });
    expect(statusOf(row({ status: "needs_confirmation" }))).toEqual({ tone: "warn", label: "needs confirmation" });
  });

  test("has a note for refused credentials and for what was never validated, unless something runs", () => {
    expect(noteOf(row({}))).toBeNull();
    expect(noteOf(row({ status: "error", login_refused: true, validated: false }))).toBe("wrong credentials");
    expect(noteOf(row({ validated: false }))).toBe("not validated");
    expect(noteOf(row({ validated: false, progress: progress({}) }))).toBeNull();
  });

  test("says with counts what runs, which is newer", () => {
    const running = (rest: Partial<Progress>) => statusOf(row({ status: "error", progress: progress(rest) })).label;
    expect(running({ phase: "waiting" })).toBe("pending");
    expect(running({ phase: "connecting" })).toBe("running, connecting");
    expect(running({ phase: "receiving" })).toBe("running, receiving");
    expect(running({ phase: "receiving", bytes: 12_345 })).toBe("running, 12 kB");
    expect(running({ phase: "receiving", orders: 1 })).toBe("running, 1 order");
    expect(running({ phase: "applying", orders: 30, total: 412 })).toBe("running, 30 of 412");
    expect(running({ phase: "previewed" })).toBe("waits for review");
    expect(running({ phase: "ended" })).toBe("error");
  });
});

test("the button refreshes, cancels what runs, or reviews what waits for it", () => {
  expect(actionOf(row({}), true)).toBe("refresh");
  expect(actionOf(row({}), false)).toBe("none");
  expect(actionOf(row({ progress: progress({ phase: "waiting" }) }), true)).toBe("cancel");
  expect(actionOf(row({ progress: progress({ phase: "applying" }) }), true)).toBe("cancel");
  expect(actionOf(row({ progress: progress({ phase: "previewed" }) }), true)).toBe("review");
});

test("rows that need a person come first, then by name or code", () => {
  const rows = [
    row({ code: "D", name: "alpha 10" }),
    row({ code: "E", name: "Alpha 9" }),
    row({ code: "A", name: null }),
    row({ code: "ERR", status: "error" }),
    row({ code: "REV", progress: progress({ phase: "previewed" }) }),
    row({ code: "CONF", status: "needs_confirmation", waiting: { import: 1, count: 9 } }),
    row({ code: "PASS", status: "error", login_refused: true }),
  ];
  expect(inOrder(rows).map(({ code }) => code)).toEqual(["PASS", "CONF", "REV", "ERR", "A", "E", "D"]);
  expect(needing(rows)).toBe("4 need a person");
  expect(needing([row({})])).toBe("");
});

test("a search finds each of its words in name, code, type or error", () => {
  const rows = [row({ code: "NWF", name: "Northwind" }), row({ code: "X", name: null, last_error: "No route to host" })];
  const found = (search: string) => matching(rows, search).map(({ code }) => code);
  expect(found(" ")).toEqual(["NWF", "X"]);
  expect(found("north nwf")).toEqual(["NWF"]);
  expect(found("route")).toEqual(["X"]);
  expect(found("north route")).toEqual([]);
});

test("each integration is shown with what runs of it", () => {
  const [only] = rowsOf([stored], (code) => (code === "NWF" ? progress({}) : null));
  expect(only).toMatchObject({ code: "NWF", progress: { import: 7 } });
});
