// The first records of a client system while it is set up: asked for with what is typed, and what each column is read as.
import { call, commands, type Failure, failureOf, type Look } from "../../seam";
import type { Setup } from "./setup.svelte";

/** What was corrected by hand, as the setting holds it: a JSON object of column names and what they are read as. What cannot be read counts as nothing. */
export function readMapping(text: string): Record<string, string> {
  try {
    const read: unknown = JSON.parse(text === "" ? "{}" : text);
    if (typeof read !== "object" || read === null || Array.isArray(read)) return {};
    return Object.fromEntries(Object.entries(read).filter(([, to]) => typeof to === "string"));
  } catch {
    return {};
  }
}

export class FirstLook {
  readonly #setup: Setup;
  records: Look | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  looking = $state(false);
  /** What was typed when the records came; other values give other records. */
  #values = $state("");
  readonly outdated = $derived.by(() => this.records !== null && this.#values !== this.#now());

  constructor(setup: Setup) {
    this.#setup = setup;
  }

  async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    this.failure = null;
    const now = this.#now();
    try {
      this.records = await this.#setup.look((type, code, draft) => call(commands.lookAtRecords(type, code, draft)));
      this.#values = now;
    } catch (e) {
      this.failure = failureOf(e);
    } finally {
      this.looking = false;
    }
  }

  /** Reads a column as something else from now on, and shows what that gives. */
  async readAs(column: string, target: string): Promise<void> {
    await this.#correct({ ...this.corrected(), [column]: target });
  }

  /** The columns that were corrected by hand, and what they are read as. */
  corrected(): Record<string, string> {
    const { mapping, form } = this.#setup;
    return mapping === null ? {} : readMapping(String(form.values[mapping] ?? ""));
  }

  /** Forgets all corrections. */
  async forget(): Promise<void> {
    await this.#correct({});
  }

  /** Keeps what the columns are read as now under a name, and chooses that. */
  async savePreset(name: string): Promise<void> {
    const columns = this.records?.columns ?? [];
    const mapping = Object.fromEntries(columns.map((column) => [column.name, column.goes_to ?? ""]));
    const preset = this.#setup.settings.find((setting) => setting.kind.kind === "preset");
    const base = preset === undefined ? "" : String(this.#setup.form.values[preset.name] ?? "");
    await call(commands.savePreset(name, base, JSON.stringify(mapping)));
    await this.#setup.loadPresets();
    if (preset !== undefined) this.#setup.set(preset.name, name);
    await this.forget();
  }

  async #correct(mapping: Record<string, string>): Promise<void> {
    const setting = this.#setup.mapping;
    if (setting === null) return;
    this.#setup.set(setting, Object.keys(mapping).length === 0 ? "" : JSON.stringify(mapping));
    await this.look();
  }

  #now(): string {
    return JSON.stringify([this.#setup.form.values, this.#setup.form.secrets]);
  }
}
