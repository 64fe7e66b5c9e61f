// The list of projects as the page shows it: filters, how many there are, and what went wrong. It outlives the page, so that
// coming back finds the same filters.
import type { GridApi } from "ag-grid-community";

import { call, commands, failureOf } from "../../seam";
import type { Failure, ProjectRow, ProjectRows } from "../../seam";
import { latest } from "../../text/latest";
import { filtered, noFilters, queryOf } from "./query";
import type { Filters } from "./query";
import { again, anew, prefetch, projectSource } from "./source";
import type { Sort } from "./source";

class ProjectList {
  /** What is asked for; the search box runs ahead of it by the time that one types. */
  filters = $state.raw<Filters>({ ...noFilters });
  /** How many match; null until the first answer. */
  total = $state<number | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** The first rows that answer a new question; null until one was asked. */
  first = $state.raw<ProjectRow[] | null>(null);
  #asksNew = false;
  readonly filtered: boolean = $derived(filtered(this.filters));

  readonly source = projectSource((sort, offset, limit) => this.#ask(sort, offset, limit));
  readonly #turns = latest();
  #current = this.#turns.begin();
  #api: GridApi<ProjectRow> | null = null;
  #first = 0;
  #person: number | null = null;

  /** The grid is there. Gives back what ends the connection. */
  attach(api: GridApi<ProjectRow>): void {
    this.#api = api;
    this.#first = 0;
    api.addEventListener("bodyScroll", ({ direction }) => {
      if (direction === "vertical") this.#first = prefetch(api, this.#first);
    });
  }

  detach(): void {
    this.#api = null;
  }

  set(filters: Filters): void {
    const before = this.filters;
    if (filters.search === before.search && filters.code === before.code && filters.status === before.status) return;
    this.filters = filters;
    this.#asksNew = true;
    this.#current = this.#turns.begin();
    if (this.#api !== null) anew(this.#api);
  }

  clear(): void {
    this.set({ ...noFilters });
  }

  /** The list has changed, or another try is wanted. */
  again(): void {
    if (this.#api !== null) again(this.#api);
  }

  /** Whether the project is among all that is found, also beyond the first rows. Unknown counts as found. */
  async holds(id: number, number: string | null): Promise<boolean> {
    const first = this.first ?? [];
    if (first.some((row) => row.id === id)) return true;
    if (this.total !== null && this.total <= first.length) return false;
    if (number === null) return true;
    try {
      // Each word narrows the list: with its number there are few left.
      const search = `${this.filters.search} ${number}`;
      const page = await call(commands.projectPage(queryOf({ ...this.filters, search }, []), 0, 100));
      return page.rows.some((row) => row.id === id);
    } catch {
      // The list says itself what is wrong; the panel stays as it is.
      return true;
    }
  }

  /** What somebody else has looked for is nobody's business. Whether it is somebody else. */
  takenOver(person: number | null): boolean {
    if (person === this.#person) return false;
    this.#person = person;
    this.#forget();
    return true;
  }

  #forget(): void {
    this.filters = { ...noFilters };
    this.total = null;
    this.first = null;
    this.failure = null;
  }

  async #ask(sort: Sort, offset: number, limit: number): Promise<ProjectRows | null> {
    const wanted = this.#current;
    try {
      const page = await call(commands.projectPage(queryOf(this.filters, sort), offset, limit));
      if (!wanted()) return null;
      this.total = page.total;
      this.failure = null;
      if (this.#asksNew && offset === 0) {
        this.#asksNew = false;
        this.first = page.rows;
      }
      return page;
    } catch (e) {
      if (wanted()) this.failure = failureOf(e);
      return null;
    }
  }
}

export const list = new ProjectList();
