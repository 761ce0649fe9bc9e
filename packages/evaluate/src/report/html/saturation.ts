// What 16-bit saturation costs on CPUs without VNNI: the model as it would have been, and as it was written, under both
// kinds of arithmetic. The numbers come from running the whole model with every pair sum emulated.

import type { EmulatedModel, LayerSaturation, SaturationReport } from "@tersor/core";
import { formatDb, formatNumber, formatPercent, none } from "../format.ts";
import { dataTable, withMore, type TableCell } from "./data-table.ts";
import { html } from "./markup.ts";
import type { Section } from "./section.ts";

const FIRST = 10;
const MOST = 500;

/** The comparison, then the layers. */
export function saturationSection(saturation: SaturationReport): Section {
  const { models, layers, samples } = saturation;
  const hit = layers.filter(({ share }) => share > 0);
  const metric = models.find((model) => model.metric)?.metric?.metric;
  const columns = [
    { title: "Model" },
    { title: "Machine" },
    { title: "Least SQNR of the outputs", numeric: true },
    ...(metric === undefined ? [] : [{ title: metric, numeric: true }]),
  ];
  const body = html`<p>
      ${sentence(saturation)}
      ${hit.length > 0 && "A few decibels between models can be chance on few feeds; what a single layer loses is counted."}
    </p>
    ${dataTable({ id: "arithmetic", caption: `The whole model, emulated on ${samples} feeds`, columns, rows: models.map((model) => modelCells(model, metric !== undefined)) })}
    ${
      hit.length > 0 &&
      withMore(
        {
          id: "saturating",
          caption: "Layers whose sums saturate, worst first",
          columns: layerColumns,
          rows: hit.map(layerCells),
        },
        FIRST,
        MOST,
      )
    }`;
  return { id: "saturation", title: "16-bit saturation on older CPUs", body };
}

/** The finding in a sentence or two. */
export function sentence({ models, layers }: SaturationReport): string {
  const hit = layers.filter(({ share }) => share > 0).length;
  const why = "x86 CPUs without VNNI add two products u8 x s8 in 16 bits, which can saturate.";
  if (hit === 0) return `${why} On this data no sum does, so the model means the same on all CPUs.`;
  const find = (arithmetic: EmulatedModel["arithmetic"], cured: boolean) =>
    models.find((model) => model.arithmetic === arithmetic && model.cured === cured)?.sqnrDb;
  const [exact, uncured, cured] = [find("exact", true), find("saturating", false), find("saturating", true)];
  const part = `${why} Here it happens in ${hit} of ${layers.length} layers`;
  if (exact === undefined || cured === undefined) return `${part}.`;
  const here = `as written the outputs have ${formatDb(cured)} on such a machine and ${formatDb(exact)} where sums are exact`;
  return uncured === undefined
    ? `${part}: ${here}.`
    : `${part}: without cures the outputs would have ${formatDb(uncured)} there; ${here}.`;
}

function modelCells({ arithmetic, cured, sqnrDb, metric }: EmulatedModel, hasMetric: boolean): readonly TableCell[] {
  const machine = arithmetic === "exact" ? "exact sums (VNNI, AMX, ARM)" : "saturating sums (x86 without VNNI)";
  const value = metric
    ? metric.correct === undefined
      ? formatNumber(metric.value)
      : `${formatPercent(metric.value)} (${metric.correct} of ${metric.count})`
    : none;
  return [
    cured ? html`<b>as written</b>` : "without cures",
    machine,
    { content: formatDb(sqnrDb), sort: sqnrDb },
    ...(hasMetric ? [{ content: value, sort: metric?.value ?? NaN }] : []),
  ];
}

const layerColumns = [
  { title: "Operator" },
  { title: "Type" },
  { title: "Sums that saturate", numeric: true },
  { title: "SQNR of the output", numeric: true },
  { title: "As written", numeric: true },
  { title: "Cure" },
];

function layerCells({ node, op, share, sqnrDb, curedShare, curedSqnrDb, cure }: LayerSaturation): readonly TableCell[] {
  return [
    html`<code>${node}</code>`,
    op,
    { content: shareText(share), sort: share },
    { content: formatDb(sqnrDb), sort: sqnrDb },
    {
      content: curedShare === 0 ? "none saturate" : `${shareText(curedShare)}, ${formatDb(curedSqnrDb)}`,
      sort: curedSqnrDb,
    },
    cure ?? none,
  ];
}

function shareText(share: number): string {
  return share === 0 ? none : `${(100 * share).toPrecision(2)} %`;
}
