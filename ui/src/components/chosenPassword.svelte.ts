// A new password while it is chosen: typed twice, and what is wrong with it once that was tried.
import { notTheSame, shortPassword } from "../text/passwords";

export class ChosenPassword {
  text = $state("");
  again = $state("");
  /** Somebody wanted to go on with it: from now on it is said what is wrong. */
  tried = $state(false);

  readonly short: string | null = $derived(shortPassword(this.text));
  readonly different: string | null = $derived(notTheSame(this.text, this.again));
  readonly fits: boolean = $derived(this.short === null && this.different === null);

  clear(): void {
    this.text = "";
    this.again = "";
    this.tried = false;
  }
}
