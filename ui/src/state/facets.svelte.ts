// How many projects there are, by integration, and how many imports wait for a decision: the numbers of the navigation.
import { call, commands } from "../seam";
import type { ProjectFacets } from "../seam";

class Facets {
  current = $state.raw<ProjectFacets | null>(null);
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
