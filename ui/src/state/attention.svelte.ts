// The integrations that need a person, for Admins: said in the status line, and beside the age of the list.
import { call, commands } from "../seam";
import type { Integration } from "../seam";
import { latest } from "../text/latest";

class Attention {
  integrations = $state.raw<Integration[]>([]);
  /** How many need a person: a failure, a login that was refused, a decision. */
  readonly needed: number = $derived(
    this.integrations.filter((each) => each.login_refused || each.status === "error" || each.waiting !== null).length,
  );
  readonly #turns = latest();

  async load(): Promise<void> {
    const newest = this.#turns.begin();
    try {
      const found = await call(commands.integrations());
      if (newest()) this.integrations = found;
    } catch {
      // The page says what is wrong; this is not worth a second message.
      if (newest()) this.integrations = [];
    }
  }

  clear(): void {
    this.#turns.end();
    this.integrations = [];
  }
}

export const attention = new Attention();
