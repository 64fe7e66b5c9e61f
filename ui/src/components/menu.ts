// What the entries of a menu are, wherever it opens.
import type AnyIcon from "@lucide/svelte/icons/x";

/** An icon of @lucide/svelte, imported one by one: `@lucide/svelte/icons/search`. */
export type Icon = typeof AnyIcon;

export type MenuItem = {
  label: string;
  icon?: Icon | undefined;
  disabled?: boolean | undefined;
  danger?: boolean | undefined;
  onselect: () => void;
};

/** A menu at a place in the window, as a grid opens it. */
export type OpenMenu = { x: number; y: number; items: MenuItem[] };
