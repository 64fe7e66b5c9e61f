// One Full Import that is looked at before it is done: fetching, the preview, applying, and how it ended.
import { call, commands, type Failure, failureOf, type Import, type PreviewSummary } from "../../seam";
import { cancelImport } from "../../state/imports";
import { live } from "../../state/live.svelte";

/** After so long without a word on an import, its record is asked for. */
const SILENCE_MS = 2500;

export type Step = "fetching" | "preview" | "applying" | "ended";

export class FullImport {
  readonly id: number;
  readonly code: string;
  summary: PreviewSummary | null = $state.raw(null);
  /** More would go than was shown: it is shown again. */
  grew = $state(false);
  applying = $state(false);
  cancelling = $state(false);
  record: Import | null = $state.raw(null);
  /** An answer that could not be had; what is there may be asked for again. */
  failure: Failure | null = $state.raw(null);
  #asking = false;

  readonly progress = $derived.by(() => live.progress(this.id));
  readonly step: Step = $derived.by(() => {
    if (this.record !== null) return "ended";
    if (this.applying) return "applying";
    return this.summary === null ? "fetching" : "preview";
  });

  constructor(id: number, code: string) {
    this.id = id;
    this.code = code;
  }

  /** To be called whenever the import moved. */
  follow(): void {
    const phase = this.progress?.phase;
    if (phase === "previewed" && this.summary === null) void this.look();
    if (phase === "ended" && !this.applying) void this.end();
  }

  /** Asks for the record if nothing is heard of the import: it may have ended before anybody listened. */
  listen(): () => void {
    const timer = setInterval(() => {
      if (this.progress === null && this.record === null && !this.applying) void this.end();
    }, SILENCE_MS);
    return () => {
      clearInterval(timer);
    };
  }

  async look(): Promise<void> {
    await this.#ask(async () => {
      this.summary = await call(commands.preview(this.id));
    });
    // It ended before it was looked at: the record says how.
    if (this.failure?.code === "not_found") await this.end();
  }

  async end(): Promise<void> {
    await this.#ask(async () => {
      const record = await call(commands.importRecord(this.id));
      if (record.outcome !== null) this.record = record;
    });
  }

  async apply(): Promise<void> {
    if (this.applying) return;
    this.applying = true;
    this.failure = null;
    try {
      const applied = await call(commands.applyPreview(this.id));
      if (applied.kind === "ended") {
        this.record = applied.import;
        live.ended(this.id);
      } else {
        this.summary = applied.preview;
        this.grew = true;
      }
    } catch (e) {
      this.failure = failureOf(e);
    } finally {
      this.applying = false;
    }
    // It may have ended without an answer.
    if (this.record === null) this.follow();
  }

  /** True if it has been cancelled, or has ended anyway. */
  async cancel(): Promise<boolean> {
    if (this.cancelling) return false;
    this.cancelling = true;
    this.failure = null;
    try {
      await cancelImport(this.id);
      // A preview is let go of at once; what still fetches takes a moment.
      if (live.phase(this.id) === "previewed") live.ended(this.id);
      return true;
    } catch (e) {
      this.failure = failureOf(e);
      return false;
    } finally {
      this.cancelling = false;
    }
  }

  async #ask(act: () => Promise<void>): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    this.failure = null;
    try {
      await act();
    } catch (e) {
      this.failure = failureOf(e);
    } finally {
      this.#asking = false;
    }
    // It may have moved on meanwhile.
    if (this.failure === null && this.record === null && live.phase(this.id) === "ended" && !this.applying) await this.end();
  }
}
