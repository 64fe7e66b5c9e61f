// Svelte components in the cells of a grid: AG Grid asks for an element, we mount a component into one.
import type { ICellRendererComp, ICellRendererParams } from "ag-grid-community";
import { mount, unmount } from "svelte";
import type { Component } from "svelte";

import CellHost from "./CellHost.svelte";

export class Cell<P extends Record<string, unknown>> {
  readonly component: Component<P>;
  props = $state.raw<P | null>(null);

  constructor(component: Component<P>) {
    this.component = component;
  }
}

/**
 * A cell renderer that shows `component` with what `props` makes of the row; null shows nothing (a row that is still on its way
 * has no `data`). For `cellRenderer` of a column.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- AG Grid's value and context have no type of their own
export function svelteCell<Row, P extends Record<string, any> = any>(
  component: Component<P>,
  props: (params: ICellRendererParams<Row>) => P | null,
): new () => ICellRendererComp<Row> {
  return class {
    readonly #element = document.createElement("span");
    readonly #cell = new Cell<P>(component);
    #mounted: Record<string, unknown> | null = null;

    init(params: ICellRendererParams<Row>): void {
      this.#element.className = "svelte-cell";
      this.#cell.props = props(params);
      this.#mounted = mount(CellHost<P>, { target: this.#element, props: { cell: this.#cell } });
    }

    getGui(): HTMLElement {
      return this.#element;
    }

    refresh(params: ICellRendererParams<Row>): boolean {
      this.#cell.props = props(params);
      return true;
    }

    destroy(): void {
      if (this.#mounted !== null) void unmount(this.#mounted);
      this.#mounted = null;
    }
  };
}
