// Light or dark: the choice of the person, kept on this computer and told to the styles by `data-theme`.
export type Appearance = "system" | "light" | "dark";

const key = "muster.appearance";

function stored(): Appearance {
  const value = localStorage.getItem(key);
  return value === "light" || value === "dark" ? value : "system";
}

class Theme {
  #chosen = $state<Appearance>(stored());

  constructor() {
    document.documentElement.dataset["theme"] = this.#chosen;
  }

  get chosen(): Appearance {
    return this.#chosen;
  }

  set chosen(appearance: Appearance) {
    this.#chosen = appearance;
    localStorage.setItem(key, appearance);
    document.documentElement.dataset["theme"] = appearance;
  }
}

export const theme = new Theme();
