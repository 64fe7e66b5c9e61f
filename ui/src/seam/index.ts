// The one door between the pages and the shell: commands and events with their types, and `call`, which turns an answer that
// is an error into a thrown `Failure`. Nothing else imports the generated bindings.
import type { Error as CoreError, ErrorCode } from "../generated/bindings";

export { commands, events } from "../generated/bindings";
export type * from "../generated/bindings";
export type { Error as CoreError, Value as JsonValue } from "../generated/bindings";

/** What a command answers. */
type Result<T> = { status: "ok"; data: T } | { status: "error"; error: CoreError };

/** What went wrong, in the words of the core. */
export class Failure extends globalThis.Error {
  readonly code: ErrorCode;
  readonly fields: string[];
  readonly retry: boolean;

  constructor(error: CoreError) {
    super(error.message);
    this.code = error.code;
    this.fields = error.fields;
    this.retry = error.retry;
  }

  override get name(): string {
    return "Failure";
  }
}

let signedOut: () => void = () => undefined;

/** What is done when the shell says that nobody is signed in any more. */
export function onSignedOut(act: () => void): void {
  signedOut = act;
}

/** The answer of a command, or a thrown `Failure`. */
export async function call<T>(asked: Promise<Result<T>>): Promise<T> {
  let result: Result<T>;
  try {
    result = await asked;
  } catch (e) {
    throw failureOf(e);
  }
  if (result.status === "ok") return result.data;
  const failure = failureOf(result.error);
  if (failure.code === "signed_out") signedOut();
  throw failure;
}

/** Whatever was thrown, as a `Failure` that can be shown. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  if (isCoreError(thrown)) return new Failure(thrown);
  const said = thrown instanceof globalThis.Error ? thrown.message : typeof thrown === "string" ? thrown : "";
  const message = said === "" ? "Something in Muster did not answer." : `Something in Muster did not answer: ${said}`;
  return new Failure({ code: "io", message, fields: [], retry: true });
}

/** The words for one field, or null when the failure is not about it. */
export function errorAt(failure: Failure | null, field: string): string | null {
  return failure?.fields.includes(field) === true ? failure.message : null;
}

/** The words for a banner: what is not shown at one of these fields. */
export function errorBeside(failure: Failure | null, fields: string[]): string | null {
  if (failure === null || failure.fields.some((field) => fields.includes(field))) return null;
  return failure.message;
}

function isCoreError(thrown: unknown): thrown is CoreError {
  if (typeof thrown !== "object" || thrown === null) return false;
  const { code, message, fields } = thrown as Partial<Record<keyof CoreError, unknown>>;
  return typeof code === "string" && typeof message === "string" && Array.isArray(fields);
}
