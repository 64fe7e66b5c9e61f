import { expect, test, vi } from "vitest";

import { call, errorAt, errorBeside, Failure, failureOf, onSignedOut } from ".";
import type { CoreError } from ".";

const error = (over: Partial<CoreError> = {}): CoreError => ({
  code: "invalid_input",
  message: "No.",
  fields: ["username"],
  retry: false,
  ...over,
});

test("an answer is unwrapped", async () => {
  await expect(call(Promise.resolve({ status: "ok", data: 3 }))).resolves.toBe(3);
});

test("an error is thrown with its words and fields", async () => {
  const failure = await call(Promise.resolve({ status: "error", error: error() })).catch(failureOf);
  expect(failure).toBeInstanceOf(Failure);
  expect(failure).toMatchObject({ code: "invalid_input", message: "No.", fields: ["username"], retry: false });
});

test("whoever is signed out is told so", async () => {
  const told = vi.fn();
  onSignedOut(told);
  await call(Promise.resolve({ status: "error", error: error({ code: "signed_out" }) })).catch(failureOf);
  expect(told).toHaveBeenCalledOnce();
});

test("whatever else was thrown has words too", async () => {
  await expect(call(Promise.reject(new TypeError("gone")))).rejects.toMatchObject({ code: "io", retry: true });
  expect(failureOf("Command x not found").message).toContain("Command x not found");
  expect(failureOf(undefined).message).not.toBe("");
});

test("a failure is shown at its field or beside the form, never at both and never nowhere", () => {
  const failure = new Failure(error());
  expect(errorAt(failure, "username")).toBe("No.");
  expect(errorBeside(failure, ["username"])).toBeNull();
  expect(errorAt(failure, "password")).toBeNull();
  expect(errorBeside(failure, ["password"])).toBe("No.");
  expect(errorAt(null, "username")).toBeNull();
});
