// Of several questions that are on their way at once, only the answer to the newest counts.

export type Turn = () => boolean;

/** Each call begins a new turn; the function that it returns says whether that turn is still the newest. */
export function latest(): { begin: () => Turn; end: () => void } {
  let newest = 0;
  return {
    begin() {
      newest += 1;
      const mine = newest;
      return () => mine === newest;
    },
    end() {
      newest += 1;
    },
  };
}

/** Calls `act` at once, and then no more often than every `pace` milliseconds; a burst of asks ends with one of its own. */
export function paced(act: () => void, pace: number): { ask: () => void; cancel: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again = false;
  const turn = () => {
    again = false;
    timer = setTimeout(() => {
      timer = undefined;
      if (again) turn();
    }, pace);
    act();
  };
  const ask = () => {
    if (timer === undefined) turn();
    else again = true;
  };
  const cancel = () => {
    clearTimeout(timer);
    timer = undefined;
    again = false;
  };
  return { ask, cancel };
}

/** Calls `act` once, `wait` milliseconds after the last time it was asked to. */
export function debounced(act: () => void, wait: number): { soon: () => void; now: () => void; cancel: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const cancel = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const now = () => {
    cancel();
    act();
  };
  const soon = () => {
    cancel();
    timer = setTimeout(now, wait);
  };
  return { soon, now, cancel };
}
