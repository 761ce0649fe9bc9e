// Round to nearest: the scale of a group from its extremes, every weight to the code that is nearest. No data needed.

import type { GroupCodes, GroupSpec, RoundingAlgorithm, WeightRows } from "../algorithm.ts";
import { roundGroups } from "../grid.ts";
import { roundClipped } from "./clip.ts";
import { roundColumns } from "./columns.ts";
import { roundRows } from "./rows.ts";

/** How round to nearest chooses scales. */
export interface RtnOptions {
  /**
   * Shrink the range of each group of evenly spaced codes to where its squared error is least (ratios 0.805 to 1, step
   * 0.005). Default false.
   */
  readonly clipSearch?: boolean;
}

/** Round to nearest. */
export function rtn({ clipSearch = false }: RtnOptions = {}): RoundingAlgorithm {
  return {
    name: "rtn",
    needs: "nothing",
    showsNonFinite: true,
    open: (spec) => {
      if (spec.codebook !== "integer") return (rows) => roundToTable(spec, rows);
      return clipSearch ? (rows) => roundClipped(rows, spec) : (rows) => roundRows(rows, spec);
    },
    openTurned: (spec) =>
      spec.codebook === "integer" && !clipSearch ? (columns) => roundColumns(columns, spec) : undefined,
  };
}

/** Codes of a table: the scale is the largest magnitude, every weight takes the nearest value. */
function roundToTable(spec: GroupSpec, rows: WeightRows): GroupCodes {
  return roundGroups(spec, rows, (grid, start, end) => grid.cover(rows.data, start, end));
}
