// How something stands, as a colour says it beside its word.
export type Tone = "neutral" | "busy" | "good" | "warn" | "bad";
