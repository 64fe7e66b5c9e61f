// What can be said of a new password before the core sees it. The core asks the same.
export const leastPassword = 10;

/** What is wrong with it, or null. */
export function shortPassword(password: string): string | null {
  if (password === "") return "A password is needed.";
  return Array.from(password).length < leastPassword ? `The password needs at least ${String(leastPassword)} characters.` : null;
}

export function notTheSame(password: string, again: string): string | null {
  return password === again ? null : "This is not the same password.";
}
