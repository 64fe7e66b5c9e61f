// Which page is shown, with one parameter such as the number of an import. Kept behind the # of the address, so that a reload
// shows the same page.
import type { Role } from "../seam";

export type Page = "projects" | "integrations" | "imports" | "users" | "settings";

const pages: Page[] = ["projects", "integrations", "imports", "users", "settings"];
const forRole: Record<Role, Page[]> = {
  admin: pages,
  staff: ["projects", "settings"],
  crew: ["settings"],
  client: ["settings"],
};

/** The pages that a role may see, in the order of the navigation. */
export function pagesFor(role: Role): Page[] {
  return forRole[role];
}

function read(): { page: Page; param: string | null } {
  const [name = "", ...rest] = location.hash.replace(/^#\/?/, "").split("/");
  const page = pages.find((each) => each === name) ?? "projects";
  let param: string | null = null;
  try {
    if (rest.length > 0) param = decodeURIComponent(rest.join("/"));
  } catch {
    param = null;
  }
  return { page, param };
}

/** The address of a page, for a link. */
export function address(page: Page, param: string | null = null): string {
  return param === null ? `#/${page}` : `#/${page}/${encodeURIComponent(param)}`;
}

class Router {
  page = $state<Page>("projects");
  param = $state<string | null>(null);
  /** Counted up with every link that is followed, also one to where one is: what it asked for may have been left meanwhile. */
  arrivals = $state(0);

  constructor() {
    this.#take();
    window.addEventListener("hashchange", () => {
      this.#take();
    });
  }

  go(page: Page, param: string | null = null): void {
    const hash = address(page, param);
    if (location.hash !== hash) history.pushState(null, "", hash);
    this.#take();
  }

  #take(): void {
    const { page, param } = read();
    this.page = page;
    this.param = param;
    this.arrivals += 1;
  }
}

export const router = new Router();
