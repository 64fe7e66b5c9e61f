import { expect, test } from "vitest";

import { masked } from "./mask";

test.each([
  ["Lock box 4711", "Lock box ••••"],
  ["lockbox: 4711", "lockbox: ••••"],
  ["LOCK-BOX #4711, front door", "LOCK-BOX #••••, front door"],
  ["lockbox4711", "lockbox••••"],
  ["Lock box no. 4711", "Lock box no. ••••"],
  ["Lockbox code is A389", "Lockbox code is A••••"],
  ["LBX 4711", "LBX ••••"],
  ["L/B 4711", "L/B ••••"],
  ["Key code 389", "Key code ••••"],
  ["keycode=0001", "keycode=••••"],
  ["Gate 12345 then turn left", "Gate •••• then turn left"],
  ["combo 12-34-56", "combo ••••"],
  ["Combination 12 34 56", "Combination ••••"],
  ["Lock box\n4711", "Lock box\n••••"],
  ["Codes 4711, 4712 and 4713", "Codes ••••, •••• and ••••"],
  ["Call 555-0100. Lock box 4711", "Call 555-0100. Lock box ••••"],
])("%j is shown as %j", (text, shown) => {
  expect(masked(text)).toBe(shown);
});

test.each([
  "",
  "Occupied, call before",
  "Lot 4711",
  "Gate 12",
  "Lock box on the left of the porch, behind the meter; the neighbour at 4711 has keep",
  "Decoder 4711",
  "Keystone 4711",
  "$450.00",
])("%j holds no code", (text) => {
  expect(masked(text)).toBe(text);
});

test("codes of any length become the same dots", () => {
  expect(masked("code 123")).toBe("code ••••");
  expect(masked("code 1234567890")).toBe("code ••••");
});
