// The search of lists that are all here: each word that is typed must be found somewhere.

/** Whether all words of the search are found in these texts taken together, whatever the case. */
export function searching(search: string): (...texts: (string | null | undefined)[]) => boolean {
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== "");
  return (...texts) => {
    if (words.length === 0) return true;
    const text = texts.map((each) => each ?? "").join("\n").toLowerCase();
    return words.every((word) => text.includes(word));
  };
}
