// Newer programs: how things stand, as the shell says it. Asked for at the start and after each sign of a change, whoever is
// signed in; a shell that hears nothing from its pages asks the person itself.
import { call, commands, events } from "../seam";
import type { ReleaseChannel, Updating } from "../seam";

class Updates {
  /** Null until the shell has answered. */
  now = $state.raw<Updating | null>(null);
  /** The window that tells what is new is open. */
  open = $state(false);

  /** A newer program is here and waits for a restart; its version. */
  readonly ready: string | null = $derived(this.now?.stage.stage === "ready" ? this.now.stage.news.version : null);
  /** What stands in the way and does not go away by itself. */
  readonly refused: string | null = $derived(
    this.now?.problem?.passing === false ? this.now.problem.words : null,
  );

  /** Begins to listen; once, for as long as the page is there. */
  async begin(): Promise<void> {
    await events.updatesMoved.listen(() => void this.#ask());
    await this.#ask();
  }

  /** The person is shown that this version is ready. */
  offered(version: string): void {
    // A shell that does not hear it asks in a window of its own.
    call(commands.updateOffered(version)).catch(() => undefined);
  }

  async look(): Promise<void> {
    await call(commands.lookForUpdate());
  }

  async restart(): Promise<void> {
    await call(commands.restartWithUpdate());
  }

  async choose(channel: ReleaseChannel): Promise<void> {
    await call(commands.chooseChannel(channel));
  }

  async #ask(): Promise<void> {
    this.now = await call(commands.updating());
  }
}

export const updates = new Updates();
