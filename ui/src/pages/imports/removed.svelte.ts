// Projects that left the list, a page at a time, and their way back.
import { SvelteSet } from "svelte/reactivity";

import { call, commands, failureOf } from "../../seam";
import type { Failure, RemovedPage } from "../../seam";
import { toast, toastFailure } from "../../state/toasts.svelte";
import { counted } from "../../text/counts";
import { latest } from "../../text/latest";

export class Removed {
  page = $state.raw<RemovedPage | null>(null);
  failure = $state.raw<Failure | null>(null);
  offset = $state(0);
  /** The ids that are on their way back; "all" for the whole import. */
  busy = $state.raw<number[] | "all" | null>(null);
  readonly chosen = new SvelteSet<number>();

  readonly size: number;
  readonly #turns = latest();
  #search = "";
  #import: number | null = null;

  constructor(size: number) {
    this.size = size;
  }

  /** Shows what matches, from the first page on. */
  async ask(search: string, of: number | null): Promise<void> {
    this.#search = search.trim();
    this.#import = of;
    this.offset = 0;
    await this.load();
  }

  async turnTo(offset: number): Promise<void> {
    this.offset = Math.max(0, offset);
    await this.load();
  }

  async load(): Promise<void> {
    const newest = this.#turns.begin();
    try {
      const page = await call(commands.removedProjects(this.#search, this.#import, this.offset, this.size));
      if (!newest()) return;
      this.page = page;
      this.failure = null;
      // What stood on the last page has come back: the one before is the last now.
      if (page.rows.length === 0 && this.offset > 0) await this.turnTo(this.offset - this.size);
    } catch (e) {
      if (newest()) this.failure = failureOf(e);
    }
  }

  async bringBack(ids: number[]): Promise<void> {
    if (this.busy !== null || ids.length === 0) return;
    this.busy = ids;
    await this.#back(() => call(commands.bringBack(ids)), ids);
  }

  async bringBackAll(of: number): Promise<void> {
    if (this.busy !== null) return;
    this.busy = "all";
    await this.#back(() => call(commands.bringBackImport(of)), []);
  }

  end(): void {
    this.#turns.end();
  }

  async #back(act: () => Promise<string[]>, ids: number[]): Promise<void> {
    try {
      const numbers = await act();
      for (const id of ids) this.chosen.delete(id);
      const [only] = numbers;
      if (only === undefined) toast("Nothing was brought back; it is in the list already.");
      else {
        const what = numbers.length === 1 ? `${only} is` : `${counted(numbers.length, "project")} are`;
        toast(`${what} back in the list.`, { tone: "good" });
      }
      await this.load();
    } catch (e) {
      toastFailure(e);
    } finally {
      this.busy = null;
    }
  }
}
