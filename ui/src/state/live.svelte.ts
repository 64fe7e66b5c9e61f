// What runs now: the progress of imports, from the snapshot `live` and the event `changes`; and counters that pages watch to
// know when to ask again.
import { SvelteMap } from "svelte/reactivity";

import { call, commands, events } from "../seam";
import type { Changes, Phase, Progress } from "../seam";
import { paced } from "../text/latest";

/** Lists are asked for again no more often than that, however many imports end one after the other; in milliseconds. */
const PACE = 1000;

class Live {
  /** Counted up when the rows of the imports page may have changed: one began, waits for a decision or ended. */
  importsVersion = $state(0);
  projectsVersion = $state(0);
  integrationsVersion = $state(0);

  readonly #now = new SvelteMap<number, Progress>();
  readonly #ended = new SvelteMap<number, Progress>();
  #sequence = -1;
  #stop: (() => void) | null = null;
  #turn = 0;
  readonly #projects = paced(() => {
    this.projectsVersion += 1;
  }, PACE);

  /** Imports that wait, run or are previewed, oldest first. */
  readonly imports: Progress[] = $derived([...this.#now.values()].sort((a, b) => a.import - b.import));

  /** What runs or waits for this integration; the one that runs before the one that waits. */
  running(code: string): Progress | null {
    const own = this.imports.filter((each) => each.code === code);
    return own.find((each) => each.phase !== "waiting") ?? own[0] ?? null;
  }

  /** The newest word on one import; null when nothing is known of it. */
  progress(id: number): Progress | null {
    return this.#now.get(id) ?? this.#ended.get(id) ?? null;
  }

  phase(id: number): Phase | null {
    return this.progress(id)?.phase ?? null;
  }

  /** An answer said that an import has ended; the event that says so may come later. */
  ended(id: number): void {
    const last = this.#now.get(id);
    if (last === undefined) return;
    this.#now.delete(id);
    this.#ended.set(id, { ...last, phase: "ended" });
    this.importsVersion += 1;
  }

  /** Begins to listen; for whoever is signed in. */
  async open(admin: boolean): Promise<void> {
    this.close();
    const turn = ++this.#turn;
    const stop = await events.changes.listen((event) => {
      this.#hear(event.payload);
    });
    if (turn !== this.#turn) {
      stop();
      return;
    }
    this.#stop = stop;
    if (!admin) return;
    const snapshot = await call(commands.live());
    if (turn !== this.#turn) return;
    // Changes may have come before the answer; each import takes only what is newer.
    this.#sequence = Math.max(this.#sequence, snapshot.sequence);
    this.#take(snapshot.imports);
  }

  close(): void {
    this.#turn += 1;
    this.#stop?.();
    this.#stop = null;
    this.#projects.cancel();
    this.#sequence = -1;
    this.#now.clear();
    this.#ended.clear();
  }

  #hear(changes: Changes): void {
    if (changes.sequence <= this.#sequence) return;
    this.#sequence = changes.sequence;
    this.#take(changes.imports);
    if (changes.integrations) this.integrationsVersion += 1;
    if (changes.projects) this.#projects.ask();
  }

  #take(imports: Progress[]): void {
    let moved = false;
    for (const next of imports) {
      const before = this.#now.get(next.import);
      if ((before !== undefined && next.sequence < before.sequence) || this.#ended.has(next.import)) continue;
      moved ||= before?.phase !== next.phase;
      if (next.phase === "ended") {
        this.#now.delete(next.import);
        this.#ended.set(next.import, next);
      } else {
        this.#now.set(next.import, next);
      }
    }
    if (moved) this.importsVersion += 1;
  }
}

export const live = new Live();
