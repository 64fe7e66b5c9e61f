// What all grids share: the modules of AG Grid that are used, its looks made of our tokens, and its icons, drawn here because its
// own are `data:` addresses, which the policy of the window refuses.
import {
  CellStyleModule,
  ClientSideRowModelApiModule,
  ClientSideRowModelModule,
  ColumnApiModule,
  ColumnAutoSizeModule,
  createTheme,
  EventApiModule,
  InfiniteRowModelModule,
  ModuleRegistry,
  RenderApiModule,
  RowApiModule,
  RowAutoHeightModule,
  RowSelectionModule,
  RowStyleModule,
  ScrollApiModule,
  TooltipModule,
  ValidationModule,
} from "ag-grid-community";
import type { GridOptions } from "ag-grid-community";

ModuleRegistry.registerModules([
  CellStyleModule,
  ClientSideRowModelApiModule,
  ClientSideRowModelModule,
  ColumnApiModule,
  ColumnAutoSizeModule,
  EventApiModule,
  InfiniteRowModelModule,
  RenderApiModule,
  RowApiModule,
  RowAutoHeightModule,
  RowSelectionModule,
  RowStyleModule,
  ScrollApiModule,
  TooltipModule,
]);
// Says what is misused; only while developing.
if (import.meta.env.DEV) ModuleRegistry.registerModules([ValidationModule]);

export const theme = createTheme().withParams({
  accentColor: "var(--accent)",
  backgroundColor: "var(--surface)",
  borderColor: "var(--line)",
  borderRadius: "var(--radius)",
  browserColorScheme: "inherit",
  cellHorizontalPadding: "0.625rem",
  cellTextColor: "var(--text)",
  columnBorder: false,
  fontFamily: "inherit",
  fontSize: "var(--size-normal)",
  foregroundColor: "var(--text)",
  headerBackgroundColor: "var(--surface)",
  headerColumnResizeHandleColor: "var(--line)",
  headerColumnResizeHandleHeight: "50%",
  headerFontSize: "var(--size-small)",
  headerFontWeight: 600,
  headerHeight: "2.125rem",
  headerRowBorder: { color: "var(--line)" },
  headerTextColor: "var(--text-quiet)",
  iconSize: "0.875rem",
  oddRowBackgroundColor: "transparent",
  rangeSelectionBorderColor: "var(--focus)",
  rowBorder: { color: "var(--line)" },
  rowHoverColor: "var(--hover)",
  selectedRowBackgroundColor: "var(--selected)",
  spacing: "0.375rem",
  wrapperBorder: { color: "var(--line)" },
  wrapperBorderRadius: "var(--radius)",
});

function icon(path: string): () => HTMLElement {
  return () => {
    const holder = document.createElement("span");
    holder.className = "grid-icon";
    holder.setAttribute("aria-hidden", "true");
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    line.setAttribute("d", path);
    svg.append(line);
    holder.append(svg);
    return holder;
  };
}

const move = icon("M5 9l-3 3 3 3M9 5l3-3 3 3M15 19l-3 3-3-3M19 9l3 3-3 3M2 12h20M12 2v20");

export const icons: NonNullable<GridOptions["icons"]> = {
  sortAscending: icon("M12 19V5M6 11l6-6 6 6"),
  sortDescending: icon("M12 5v14M6 13l6 6 6-6"),
  sortUnSort: icon("M8 9l4-4 4 4M8 15l4 4 4-4"),
  columnMoveMove: move,
  columnMovePin: icon("M12 17v5M9 3h6l-1 8 3 3H7l3-3z"),
  columnMoveHide: icon("M4 4l16 16M2 12s4-6 10-6 10 6 10 6-4 6-10 6-10-6-10-6"),
  columnMoveLeft: icon("M19 12H5M11 6l-6 6 6 6"),
  columnMoveRight: icon("M5 12h14M13 6l6 6-6 6"),
  dropNotAllowed: icon("M12 3a9 9 0 100 18 9 9 0 000-18M6 6l12 12"),
  rowGroupLoading: icon("M12 3a9 9 0 109 9"),
};

/** How the columns of a grid are laid out, kept on this computer under the grid's name. */
export const layout = {
  read(name: string): unknown {
    try {
      return JSON.parse(localStorage.getItem(`muster.grid.${name}`) ?? "null");
    } catch {
      return null;
    }
  },
  write(name: string, state: unknown): void {
    localStorage.setItem(`muster.grid.${name}`, JSON.stringify(state));
  },
};
