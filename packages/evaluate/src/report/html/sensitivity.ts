// Per-layer sensitivity: how noisy each tensor is, worst first, and which operators added the noise themselves; then the
// weights by what rounding cost them.

import type { Sensitivity, TensorError, WeightError } from "@tersor/core";
import { formatDb, formatNumber } from "../format.ts";
import { percentOf } from "./bars.ts";
import { withMore, type TableCell } from "./data-table.ts";
import { html, type Html } from "./markup.ts";
import type { Section } from "./section.ts";

const FIRST = 12;
const MOST = 1500;
/** Where the bar is empty: noise that far below the signal is nobody's concern. */
const QUIET_DB = 60;

/** Both tables. */
export function sensitivitySection({ tensors, weights, samples }: Sensitivity): Section {
  const feeds = `${samples} ${samples === 1 ? "feed" : "feeds"}`;
  const body = html`<p>
      Every tensor of the quantized model against the source on ${feeds}, errors from earlier layers included. A long
      bar is much error; "adds" is what the operator itself adds to the error of its inputs.
    </p>
    ${withMore(
      {
        id: "tensors",
        caption: "Tensors, most error first",
        columns: tensorColumns,
        rows: tensors.map(tensorCells),
        filter: "Find tensors",
      },
      FIRST,
      MOST,
    )}
    ${withMore(
      {
        id: "weights",
        caption: "Weights, most rounding error first",
        columns: weightColumns,
        rows: weights.map(weightCells),
        filter: "Find weights",
      },
      FIRST,
      MOST,
    )}`;
  return { id: "sensitivity", title: "Sensitivity by layer", body };
}

const tensorColumns = [
  { title: "Operator" },
  { title: "Type" },
  { title: "Error" },
  { title: "SQNR", numeric: true },
  { title: "Inputs had", numeric: true },
  { title: "Adds (noise/signal)", numeric: true },
  { title: "Max error", numeric: true },
];

function tensorCells(error: TensorError): readonly TableCell[] {
  const { tensor, node, op, sqnrDb, inputSqnrDb, addedNoise, maxAbsError } = error;
  return [
    html`<code title="${`tensor ${tensor}`}">${node || tensor}</code>`,
    op,
    { content: errorBar(sqnrDb), sort: -sqnrDb },
    { content: formatDb(sqnrDb), sort: sqnrDb },
    { content: formatDb(inputSqnrDb), sort: inputSqnrDb },
    { content: addedText(addedNoise), sort: addedNoise },
    { content: formatNumber(maxAbsError), sort: maxAbsError },
  ];
}

/** Noise over signal in powers of ten reads as noise; a share below a millionth is none. */
function addedText(noise: number): string {
  if (!(noise > 1e-6)) return noise === Infinity ? "∞" : "–";
  return noise >= 0.001 ? `${Number((100 * noise).toPrecision(2))} %` : noise.toExponential(1);
}

/** Full at 0 dB (as much error as signal), empty at 60 dB. */
function errorBar(sqnrDb: number): Html {
  return html`<span class="track"
    ><span class="bar error" style="width:${percentOf(QUIET_DB - sqnrDb, QUIET_DB)}%"></span
  ></span>`;
}

const weightColumns = [
  { title: "Operator" },
  { title: "Weight" },
  { title: "Stored as" },
  { title: "Error" },
  { title: "SQNR", numeric: true },
  { title: "Scales", numeric: true },
  { title: "Shape", numeric: true },
  { title: "Max error", numeric: true },
];

function weightCells({
  weight,
  node,
  op,
  sqnrDb,
  dtype,
  scales,
  shape,
  maxAbsError,
}: WeightError): readonly TableCell[] {
  return [
    html`<code title="${op}">${node}</code>`,
    html`<code>${weight}</code>`,
    dtype,
    { content: errorBar(sqnrDb), sort: -sqnrDb },
    { content: formatDb(sqnrDb), sort: sqnrDb },
    scales,
    { content: shape.join(" × "), sort: shape.reduce((a, b) => a * b, 1) },
    { content: formatNumber(maxAbsError), sort: maxAbsError },
  ];
}
