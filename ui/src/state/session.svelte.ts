// Who is signed in and how the program started: what App decides by. Signing in and out go through here.
import { call, commands, failureOf, onSignedOut } from "../seam";
import type { CoreError, Failure, FirstAdmin, Me, SignedIn, Start } from "../seam";
import { clearToasts } from "./toasts.svelte";

class Session {
  /** The answer of `start`; null until it has come. */
  start = $state.raw<Start | null>(null);
  /** `start` itself failed. */
  failure = $state.raw<Failure | null>(null);
  me = $state.raw<Me | null>(null);
  /** Why whoever is signed in has to sign in again the next time, though they asked not to. */
  notKept = $state.raw<CoreError | null>(null);
  /** Whoever is signed in has read that the data is in danger where it lies. */
  riskSeen = $state(false);
  /** Somebody was signed in until a moment ago, and no longer is. */
  ended = $state(false);

  readonly admin: boolean = $derived(this.me?.role === "admin");

  async load(): Promise<void> {
    await this.#ask(commands.start);
  }

  async tryAgain(): Promise<void> {
    await this.#ask(commands.tryAgain);
  }

  async createFirstAdmin(input: FirstAdmin, stay: boolean): Promise<void> {
    this.#enter(await call(commands.createFirstAdmin(input, stay)));
  }

  async signIn(username: string, password: string, stay: boolean): Promise<void> {
    this.#enter(await call(commands.signIn(username, password, stay)));
  }

  async signOut(): Promise<void> {
    try {
      await call(commands.signOut());
    } finally {
      // Signed out here whatever becomes of the kept sign-in.
      this.#leave(false);
    }
  }

  /** A user as the core has it now, perhaps this one. */
  changed(user: Me): void {
    const me = this.me;
    if (me?.id !== user.id || (me.name === user.name && me.role === user.role)) return;
    this.me = { id: user.id, username: user.username, name: user.name, role: user.role };
  }

  /** The shell says that nobody is signed in. */
  lost(): void {
    if (this.me !== null) this.#leave(true);
  }

  async #ask(command: typeof commands.start): Promise<void> {
    try {
      const start = await call(command());
      this.start = start;
      this.me = start.me;
      this.failure = null;
    } catch (e) {
      this.failure = failureOf(e);
    }
  }

  #enter(signedIn: SignedIn): void {
    this.me = signedIn.me;
    this.notKept = signedIn.warning;
    this.ended = false;
    if (this.start !== null) this.start = { ...this.start, first_start: false, me: signedIn.me };
  }

  #leave(ended: boolean): void {
    clearToasts();
    this.me = null;
    this.notKept = null;
    this.riskSeen = false;
    this.ended = ended;
    if (this.start !== null) this.start = { ...this.start, me: null };
  }
}

export const session = new Session();
onSignedOut(() => {
  session.lost();
});
