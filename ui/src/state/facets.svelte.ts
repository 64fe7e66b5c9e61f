// What the lists can be narrowed to, how many projects there are, and how many imports wait for a decision.
import { call, commands } from "../seam";
import type { ProjectFacets } from "../seam";

class Facets {
  current = $state.raw<ProjectFacets | null>(null);
  /** The integrations as a filter offers them: all of them, and codes whose projects were kept. */
  readonly choices: { value: string; label: string }[] = $derived([
    { value: "", label: "All" },
    ...(this.current?.integrations ?? []).map(({ code, name }) => ({
      value: code,
      label: name === null ? code : `${name} (${code})`,
    })),
  ]);
  #asking = false;
  #again = false;

  async load(): Promise<void> {
    if (this.#asking) {
      this.#again = true;
      return;
    }
    this.#asking = true;
    try {
      do {
        this.#again = false;
        this.current = await call(commands.projectFacets());
      } while (this.#again as boolean);
    } catch {
      // The page says what is wrong; the navigation goes without numbers.
      this.current = null;
    } finally {
      this.#asking = false;
    }
  }

  clear(): void {
    this.current = null;
  }
}

export const facets = new Facets();
