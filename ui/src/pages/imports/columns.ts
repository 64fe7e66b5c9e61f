// The columns of the runs.
import type { ColDef } from "ag-grid-community";

import { svelteCell } from "../../components/cell.svelte";
import type { ImportRow } from "../../seam";
import { shownNumber } from "../../text/counts";
import { exact, shortTime, took } from "../../text/dates";
import OutcomeCell from "./OutcomeCell.svelte";
import { kindName, outcomeOf } from "./words";

type Counted = "added" | "changed" | "unchanged" | "removed" | "skipped";

function count(name: Counted, headerName: string, width: number): ColDef<ImportRow, number> {
  return {
    colId: name,
    headerName,
    width,
    type: "rightAligned",
    valueGetter: ({ data }) => data?.[name] ?? 0,
    valueFormatter: ({ value, data }) => (data?.outcome === null ? "" : shownNumber(value ?? 0)),
    cellClass: ({ value }) => ["ag-right-aligned-cell", value === 0 ? "zero" : ""],
  };
}

export const columns: ColDef<ImportRow>[] = [
  {
    colId: "code",
    headerName: "Integration",
    flex: 1,
    minWidth: 92,
    valueGetter: ({ data }) => data?.code,
    tooltip: true,
  },
  { colId: "kind", headerName: "Kind", width: 92, valueGetter: ({ data }) => data && kindName[data.kind] },
  { colId: "asked_by", headerName: "Asked by", width: 82, valueGetter: ({ data }) => data?.asked_by, tooltip: true },
  {
    colId: "started_at",
    headerName: "Started",
    width: 134,
    valueGetter: ({ data }) => data && (data.started_at ?? data.asked_at),
    valueFormatter: ({ value }) => shortTime((value as string | undefined) ?? null),
    tooltip: ({ data }) => (data === undefined ? "" : exact(data.started_at ?? data.asked_at)),
  },
  {
    colId: "took",
    headerName: "Took",
    width: 60,
    type: "rightAligned",
    valueGetter: ({ data }) =>
      data?.started_at && data.finished_at ? Date.parse(data.finished_at) - Date.parse(data.started_at) : null,
    valueFormatter: ({ data }) => took(data?.started_at ?? null, data?.finished_at ?? null),
  },
  count("added", "Added", 62),
  count("changed", "Changed", 76),
  count("unchanged", "Unchanged", 92),
  count("removed", "Removed", 80),
  count("skipped", "Skipped", 74),
  {
    colId: "outcome",
    headerName: "Outcome",
    width: 168,
    pinned: "right",
    valueGetter: ({ data }) => data && outcomeOf(data).word,
    cellRenderer: svelteCell<ImportRow>(OutcomeCell, ({ data }) => (data === undefined ? null : { row: data })),
  },
];
