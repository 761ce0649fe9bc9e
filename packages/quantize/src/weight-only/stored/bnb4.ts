// Codes of a table of 16 values (NF4, FP4) for com.microsoft.MatMulBnb4: all rows in one run, two codes to a byte, the
// first in the high bits; one scale (absmax) per block of the run, so that rows have to be whole blocks.

import type { GroupsSpec } from "@tersor/core";
import type { GroupCodes } from "../algorithm.ts";
import type { Matrix, Panel } from "../matrix.ts";
import type { StoredElements, StoredForm } from "./form.ts";

/** MatMulBnb4: codes [bytes], scales [blocks]. */
export function bnb4Form({ outputs, inputs }: Matrix, { groupSize }: GroupsSpec): StoredForm {
  return {
    codes: { dtype: "uint8", shape: [(outputs * inputs) / 2] },
    scales: { dtype: "float32", shape: [(outputs * inputs) / groupSize] },
    write: (panel, coded, into) => {
      writeCodes(inputs, panel, coded, into);
      writeScales(inputs / groupSize, panel, coded, into, groupSize);
    },
  };
}

function writeCodes(inputs: number, panel: Panel, { codes }: GroupCodes, into: StoredElements): void {
  for (let row = 0, i = 0; row < panel.outputs; row++) {
    let to = ((panel.firstOutput + row) * inputs + panel.firstInput) / 2;
    for (const end = i + panel.inputs; i < end; i += 2) into.codes[to++] = (codes[i]! << 4) | codes[i + 1]!;
  }
}

function writeScales(
  perRow: number,
  panel: Panel,
  { scale }: GroupCodes,
  into: StoredElements,
  groupSize: number,
): void {
  const inPanel = panel.inputs / groupSize;
  for (let row = 0; row < panel.outputs; row++)
    into.scales.set(
      scale.subarray(row * inPanel, (row + 1) * inPanel),
      (panel.firstOutput + row) * perRow + panel.firstInput / groupSize,
    );
}
