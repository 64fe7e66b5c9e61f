import { expect, test } from "vitest";

import { result } from "./words";

test("what an import came to names only what happened", () => {
  const none = { added: 0, changed: 0, unchanged: 9, removed: 0, skipped: 0 };
  expect(result(none)).toBe("nothing was new");
  expect(result({ ...none, added: 14, removed: 3 })).toBe("14 added, 3 removed");
  expect(result({ ...none, changed: 2, skipped: 1 })).toBe("2 changed, 1 skipped");
});
