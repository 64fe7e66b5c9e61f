// The state of the integrations page: the rows, which are asked for again when something changed, and what can be done to
// them. What goes wrong is told in a message at the edge of the window; the row itself shows the rest.
import { SvelteMap, SvelteSet } from "svelte/reactivity";

import { call, commands, type Failure, failureOf, type Integration, type IntegrationType } from "../../seam";
import { cancelImport } from "../../state/imports";
import { live } from "../../state/live.svelte";
import { settled, toast, toastFailure } from "../../state/toasts.svelte";
import { counted } from "../../text/counts";
import { result } from "./words";

export class Integrations {
  /** Null until they have come. */
  list: Integration[] | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  /** The codes for which something has been asked and not been answered yet. */
  readonly pending = new SvelteSet<string>();
  refreshingAll = $state(false);
  addingSample = $state(false);
  #types: IntegrationType[] = $state.raw([]);
  /** Refreshes that were asked for here, by import: their end is told. */
  readonly #asked = new SvelteMap<number, string>();
  #turn = 0;

  readonly codes = $derived((this.list ?? []).map(({ code }) => code));

  async load(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const [list] = await Promise.all([call(commands.integrations()), this.#loadTypes()]);
      if (turn !== this.#turn) return;
      this.list = list;
      this.failure = null;
    } catch (e) {
      if (turn === this.#turn) this.failure = failureOf(e);
    }
  }

  /** What the types can do. Without it everything is offered, and core says what cannot be. */
  async #loadTypes(): Promise<void> {
    if (this.#types.length > 0) return;
    this.#types = await call(commands.integrationTypes()).catch(() => []);
  }

  find(code: string): Integration | null {
    return this.list?.find((integration) => integration.code === code) ?? null;
  }

  canRefresh(integration: Integration): boolean {
    return this.#can(integration)?.refresh ?? true;
  }

  canFullImport(integration: Integration): boolean {
    return this.#can(integration)?.full_import ?? true;
  }

  #can(integration: Integration): IntegrationType["capabilities"] | null {
    return this.#types.find(({ name }) => name === integration.type)?.capabilities ?? null;
  }

  async refresh(code: string): Promise<void> {
    const started = await this.#ask(code, () => call(commands.refresh(code)));
    if (started === null) return;
    this.#asked.set(started, code);
    // It may have ended before the answer came that it began.
    this.tellEnded();
  }

  async cancel(code: string): Promise<void> {
    const progress = live.running(code);
    if (progress === null) return;
    await this.#ask(code, () => cancelImport(progress.import));
  }

  /** Begins a Full Import that is looked at before it is done; with `reRead` every order is read again. Gives the import, or null if that was not possible. */
  async preview(code: string, reRead = false): Promise<number | null> {
    return this.#ask(code, () => call(commands.startPreview(code, reRead)));
  }

  async refreshAll(): Promise<void> {
    if (this.refreshingAll) return;
    this.refreshingAll = true;
    try {
      const { started, refused } = await call(commands.refreshAll());
      if (started.length > 0) toast(`${counted(started.length, "refresh", "refreshes")} started.`);
      else if (refused.length === 0) toast("There is nothing to refresh.");
      if (refused.length > 0) {
        const words = refused.map(({ code, error }) => `${code}: ${error.message}`).join(" ");
        toast(`Not refreshed: ${words}`, { tone: "bad" });
      }
    } catch (e) {
      toastFailure(e);
    } finally {
      this.refreshingAll = false;
    }
  }

  /** Adds the sample client. Null if that was not possible. */
  async addSample(): Promise<Integration | null> {
    if (this.addingSample) return null;
    this.addingSample = true;
    try {
      const sample = await call(commands.addSample());
      await this.load();
      return sample;
    } catch (e) {
      toastFailure(e);
      return null;
    } finally {
      this.addingSample = false;
    }
  }

  /** Tells how the refreshes ended that were asked for here. To be called whenever imports moved. */
  tellEnded(): void {
    for (const [id, code] of this.#asked) {
      if (live.phase(id) !== "ended") continue;
      this.#asked.delete(id);
      void this.#tellEnd(id, code);
    }
  }

  async #tellEnd(id: number, code: string): Promise<void> {
    try {
      const record = await call(commands.importRecord(id));
      if (record.outcome === "succeeded") toast(`${code} is refreshed: ${result(record)}.`, { tone: "good", key: code });
      else if (record.outcome === "failed") toast(`${code}: ${record.error?.message ?? "the refresh failed."}`, { tone: "bad", key: code });
    } catch {
      // The row and the imports page say it as well.
    }
  }

  async #ask<T>(code: string, act: () => Promise<T>): Promise<T | null> {
    if (this.pending.has(code)) return null;
    this.pending.add(code);
    try {
      const done = await act();
      settled(code);
      return done;
    } catch (e) {
      toastFailure(e, `${code}: `, code);
      return null;
    } finally {
      this.pending.delete(code);
    }
  }
}
