// The state of the set-up form: what is typed, what has been seen to work, what is wrong where, and what is under way.
// It asks the shell; the rules it goes by are in `rules` and `form`.
import { call, type CodeCheck, commands, type Draft, type Failure, failureOf, type Integration, type IntegrationType, type Preset } from "../../seam";
import { blankForm, canLook, copyOf, draftOf, type Entry, type Form, formOf, sameForm, visibleSettings } from "./form";
import { commonProblems, connectionOf, isCode, mustValidate, type Problems, settingProblems } from "./rules";
import { freeCode, outcome, suggestCode, withoutTitle } from "./words";

const CHECK_AFTER_MS = 250;

/** The fields that every integration has, as core calls them. */
const COMMON = ["code", "name", "mode", "auto_admin", "default_assign_to", "default_work_type", "schedule", "adopt"];

export type Outcome = { good: boolean; title: string; text: string };
type Told = Outcome & { connection: string };

export class Setup {
  readonly type: IntegrationType;
  /** What is edited; null for a new one. */
  readonly stored: Integration | null;
  readonly #codes: readonly string[];
  readonly #begin: Form;

  form: Form = $state() as Form;
  problems: Problems = $state({});
  codeCheck: CodeCheck | null = $state.raw(null);
  validating = $state(false);
  saving = $state<"checked" | "unchecked" | null>(null);
  #told: Told | null = $state.raw(null);
  #seenToWork: string | null = $state(null);
  #codeTyped = false;
  #checking: Promise<void> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** The kinds of list that a spreadsheet can be. */
  presets: Preset[] = $state.raw([]);

  readonly settings = $derived.by(() => visibleSettings(this.type, this.form, this.stored));
  readonly canLook = $derived.by(() => canLook(this.type, this.form));
  /** The setting that says which column is what; null if no column can be corrected by hand. */
  readonly mapping = $derived.by(() => this.settings.find((setting) => setting.kind.kind === "mapping")?.name ?? null);
  readonly #connection = $derived.by(() => connectionOf(this.type, this.form, this.stored));
  readonly mustValidate = $derived.by(() => mustValidate(this.type, this.form, this.stored, this.#seenToWork));
  readonly changed = $derived.by(() => !sameForm(this.form, this.#begin));
  readonly codeFixed = $derived.by(() => (this.stored?.projects ?? 0) > 0);
  readonly busy = $derived.by(() => this.validating || this.saving !== null);
  /** The outcome of the last attempt, as long as these are the values that it was about. */
  readonly outcome: Outcome | null = $derived.by(() =>
    this.#told?.connection === this.#connection ? this.#told : null,
  );

  constructor(
    type: IntegrationType,
    stored: Integration | null,
    original: Integration | null,
    codes: readonly string[],
    given: Record<string, Entry> = {},
  ) {
    this.type = type;
    this.stored = stored;
    this.#codes = codes;
    const make = () => {
      if (stored !== null) return formOf(type, stored);
      return original === null ? blankForm(type, given) : copyOf(type, original, freeCode(original.code, codes));
    };
    this.#begin = make();
    this.form = make();
    this.#codeTyped = this.form.code !== "";
    if (stored === null && this.form.code !== "") this.#checkSoon(0);
    if (type.settings.some((setting) => setting.kind.kind === "preset")) void this.loadPresets();
  }

  async loadPresets(): Promise<void> {
    try {
      this.presets = await call(commands.presets());
    } catch (e) {
      this.problems["preset"] = failureOf(e).message;
    }
  }

  /** A setting is something else now. */
  set(name: string, value: Entry): void {
    this.form.values[name] = value;
    this.edited(name);
  }

  nameTyped(): void {
    this.#clear("name");
    if (this.#codeTyped) return;
    this.form.code = suggestCode(this.form.name, this.#codes);
    this.#codeChanged();
  }

  codeTyped(): void {
    this.#codeTyped = this.form.code.trim() !== "";
    this.#codeChanged();
  }

  /** A field was edited: what was wrong with it may be right now. */
  edited(name: string): void {
    this.#clear(name);
  }

  /** Connects for real. Whether these values work; null when that was cancelled. */
  async validate(): Promise<boolean | null> {
    if (this.busy) return null;
    this.problems = settingProblems(this.type, this.form, this.stored);
    if (Object.keys(this.problems).length > 0) {
      this.#tell(false, "Something is missing", "Nothing was sent yet.");
      return false;
    }
    const connection = this.#connection;
    const draft = draftOf(this.type, this.form, this.stored);
    this.#told = null;
    this.validating = true;
    try {
      await call(commands.validateIntegration(this.type.name, this.stored?.code ?? null, draft));
      this.#seenToWork = connection;
      this.#told = { good: true, title: "These values work", text: "What they name answered as it should.", connection };
      return true;
    } catch (e) {
      const failure = failureOf(e);
      if (failure.code === "cancelled") return null;
      if (connection === this.#connection) this.#fail(failure);
      return false;
    } finally {
      this.validating = false;
    }
  }

  /** Asks for something with what is typed. */
  look<T>(ask: (type: string, code: string | null, draft: Draft) => Promise<T>): Promise<T> {
    return ask(this.type.name, this.stored?.code ?? null, draftOf(this.type, this.form, this.stored));
  }

  /** Waits no longer for the client system. */
  cancel(): void {
    // If that does not work, the validation ends by itself.
    if (this.validating) void call(commands.cancelValidation()).catch(() => undefined);
  }

  /** Saves. Null if that was not possible; what is wrong is shown. */
  async save(without: boolean): Promise<Integration | null> {
    if (this.busy || (this.mustValidate && !without)) return null;
    this.saving = without ? "unchecked" : "checked";
    try {
      if (!(await this.#complete())) return null;
      const seen = this.#seenToWork === this.#connection;
      const draft = draftOf(this.type, this.form, this.stored);
      return await call(
        this.stored === null
          ? commands.addIntegration(this.type.name, draft, seen && !without)
          : commands.editIntegration(this.stored.code, draft, seen && !without),
      );
    } catch (e) {
      this.#fail(failureOf(e));
      return null;
    } finally {
      this.saving = null;
    }
  }

  /** To be called when the form goes: secrets do not linger. */
  forget(): void {
    clearTimeout(this.#timer);
    this.cancel();
    this.form.secrets = {};
  }

  async #complete(): Promise<boolean> {
    const problems = { ...commonProblems(this.form), ...settingProblems(this.type, this.form, this.stored) };
    if (!("code" in problems) && this.#codeIsNew()) {
      await (this.#checking ?? this.#check());
      const check = this.codeCheck;
      if (check !== null && !check.free) problems["code"] = check.problem ?? "This code is taken.";
      else if (check !== null && check.kept_projects > 0 && !this.form.adopt) {
        problems["adopt"] = "Take them over, or choose another code.";
      }
    }
    this.problems = problems;
    if (Object.keys(problems).length === 0) return true;
    this.#tell(false, "Something is missing", "Nothing was saved yet.");
    return false;
  }

  #codeIsNew(): boolean {
    return this.form.code.trim() !== (this.stored?.code ?? "");
  }

  #codeChanged(): void {
    this.#clear("code");
    this.#clear("adopt");
    this.codeCheck = null;
    this.form.adopt = false;
    this.#checkSoon(CHECK_AFTER_MS);
  }

  #checkSoon(ms: number): void {
    clearTimeout(this.#timer);
    this.#checking = null;
    this.#timer = setTimeout(() => {
      this.#checking = this.#check();
    }, ms);
  }

  async #check(): Promise<void> {
    clearTimeout(this.#timer);
    const code = this.form.code.trim();
    if (code === "" || !this.#codeIsNew()) return;
    if (!isCode(code)) {
      this.problems["code"] = commonProblems(this.form)["code"] ?? "";
      return;
    }
    try {
      const check = await call(commands.checkCode(code, this.stored?.code ?? null));
      if (this.form.code.trim() !== code) return;
      this.codeCheck = check;
      if (!check.free) this.problems["code"] = check.problem ?? "This code is taken.";
    } catch (e) {
      if (this.form.code.trim() === code) this.problems["code"] = failureOf(e).message;
    }
  }

  #clear(name: string): void {
    if (!(name in this.problems)) return;
    this.problems = Object.fromEntries(Object.entries(this.problems).filter(([other]) => other !== name));
  }

  #fail(failure: Failure): void {
    const known = (name: string) => COMMON.includes(name) || this.settings.some((setting) => setting.name === name);
    const fields = failure.fields.filter(known);
    if (fields.length > 0) this.problems = Object.fromEntries(fields.map((name) => [name, failure.message]));
    this.#tell(false, outcome(failure.code), failure.message);
  }

  #tell(good: boolean, title: string, text: string): void {
    this.#told = { good, title, text: withoutTitle(text, title), connection: this.#connection };
  }
}
