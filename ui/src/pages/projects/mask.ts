// Lock-box and key codes are masked where many projects are on the screen at once; the panel of one project shows them whole.

// What stands before such a code. No look-behind: WebKit of macOS 13 does not know it.
const WORD =
  /\b(?:lock\s?-?\s?box(?:es)?|lbx?|l\/b|key\s?-?\s?(?:code|box|pad)s?|keys?|gates?|combos?|combination|pass\s?-?code|codes?|pin|padlock|alarm)(?![a-z])/gi;
// Three digits or more, also with one blank, dash, dot or stroke between them.
const DIGITS = /\d(?:[ \-–./]?\d){2,}/g;
// How far behind the word a code may stand.
const REACH = 32;
// Always the same, so that it does not tell how long the code is.
const DOTS = "••••";

/** The text with the codes in it replaced by dots. */
export function masked(text: string): string {
  const ends = [...text.matchAll(WORD)].map((word) => word.index + word[0].length);
  if (ends.length === 0) return text;
  let reachesTo = -1;
  return text.replace(DIGITS, (digits, at: number) => {
    for (const end of ends) if (end <= at) reachesTo = Math.max(reachesTo, end + REACH);
    if (at > reachesTo) return digits;
    // Several codes may follow one word.
    reachesTo = Math.max(reachesTo, at + digits.length + REACH);
    return DOTS;
  });
}
