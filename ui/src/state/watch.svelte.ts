// An effect that says what it waits for.
import { untrack } from "svelte";

/** Acts now, and again whenever what `read` looks at has changed. */
export function watch(read: () => unknown, act: () => void): void {
  $effect(() => {
    read();
    untrack(act);
  });
}
