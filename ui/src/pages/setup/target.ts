// What the set-up window is opened for.
export type SetupTarget =
  | { kind: "new" }
  | { kind: "edit"; code: string }
  /** A new one with the settings of that one. */
  | { kind: "copy"; code: string };
