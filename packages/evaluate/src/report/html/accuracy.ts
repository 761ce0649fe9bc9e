// The metric before and after as points with their 95 % intervals, and what the paired test says of the difference.

import type { EvaluationReport, MetricValue, Report } from "@tersor/core";
import { formatChange, formatNumber, formatPercent } from "../format.ts";
import { metricText } from "../markdown.ts";
import { scaleOf } from "./axis.ts";
import { empty, html, type Html } from "./markup.ts";

/** The evaluation of two models, or of one. */
export function accuracyCard({ evaluation, metric, goal }: Report): Html {
  if (evaluation) return pairCard(evaluation, goal);
  if (!metric) return empty;
  return html`<article class="card">
    <h2>${metric.metric} <small>${directionOf(metric)}, ${countText(metric)}</small></h2>
    ${intervals([{ label: "Model", value: metric, kind: "fp32" }])}
  </article>`;
}

function pairCard(evaluation: EvaluationReport, goal: Report["goal"]): Html {
  const { int8, fp32, ratio, ratioInterval } = evaluation;
  const bounds = ratioInterval
    ? ` (95 %: ${formatChange(ratioInterval.low)} to ${formatChange(ratioInterval.high)})`
    : "";
  return html`<article class="card">
    <h2>${int8.metric} <small>${directionOf(int8)}, ${countText(int8)}</small></h2>
    ${intervals([
      { label: "FP32", value: fp32, kind: "fp32" },
      { label: "INT8", value: int8, kind: "int8" },
    ])}
    <p>Change ${formatChange(ratio)}${bounds}. ${significance(evaluation).long} ${int8.noInterval}</p>
    ${goal && html`<p>${goalText(goal)}</p>`}
  </article>`;
}

function directionOf({ higherIsBetter }: MetricValue): string {
  return higherIsBetter ? "higher is better" : "lower is better";
}

function countText({ correct, count }: MetricValue): string {
  return correct === undefined ? `${count} samples` : `${correct} of ${count} correct`;
}

function goalText({ maxDrop, relative, drop, met }: NonNullable<Report["goal"]>): string {
  const text = (value: number) => (relative ? formatPercent(value) : formatNumber(value));
  const change = drop < 0 ? `it gains ${text(-drop)}` : `it drops by ${text(drop)}`;
  return `Goal ${met ? "met" : "missed"}: the metric may drop by ${text(maxDrop)}, ${change}.`;
}

/** The usual level: below it, chance is not taken for an explanation. */
const LEVEL = 0.05;

/** What the paired test lets one say; without a test nothing is said. */
export function significance(evaluation: EvaluationReport): {
  readonly ok: boolean;
  readonly short: string;
  readonly long: string;
} {
  const test = testOf(evaluation);
  if (!test) return { ok: true, short: "", long: "" };
  const { int8, fp32 } = evaluation;
  const worse = int8.higherIsBetter ? int8.value < fp32.value : int8.value > fp32.value;
  if (!(test.pValue < LEVEL))
    return { ok: true, short: "No significant change", long: `${test.text}: the data can't tell the models apart.` };
  if (worse) return { ok: false, short: "Significantly worse", long: `${test.text}: INT8 is worse, beyond chance.` };
  return { ok: true, short: "Significantly better", long: `${test.text}: INT8 is better, beyond chance.` };
}

/** McNemar's exact test where samples are right or wrong, else that of the paired difference. */
function testOf({
  mcnemar,
  difference,
}: EvaluationReport): { readonly pValue: number; readonly text: string } | undefined {
  if (mcnemar) {
    const { onlyReference, onlyCandidate, pValue } = mcnemar;
    const text = `${onlyReference} samples are right only in FP32, ${onlyCandidate} only in INT8 (McNemar ${pText(pValue)})`;
    return { pValue, text };
  }
  if (difference?.pValue === undefined) return undefined;
  const { value, interval, pValue } = difference;
  const bounds = `${formatNumber(interval.low)} to ${formatNumber(interval.high)}`;
  return { pValue, text: `INT8 less FP32 is ${formatNumber(value)} (95 %: ${bounds}; ${pText(pValue)})` };
}

function pText(pValue: number): string {
  return pValue < 0.0001 ? "p < 0.0001" : `p = ${Number(pValue.toPrecision(2))}`;
}

interface IntervalRow {
  readonly label: string;
  readonly value: MetricValue;
  readonly kind: "fp32" | "int8";
}

const WIDTH = 320;
const LEFT = 44;
const ROW = 30;

/** Points with whiskers on an axis that spans the intervals, not the whole range: small changes are to be seen. */
function intervals(rows: readonly IntervalRow[]): Html {
  const ends = rows.flatMap(({ value: { value, interval } }) => [
    value,
    interval?.low ?? value,
    interval?.high ?? value,
  ]);
  const scale = scaleOf(ends, LEFT + 8, WIDTH - 12);
  const height = rows.length * ROW + 22;
  const label = rows.map((row) => `${row.label} ${metricText(row.value)}${intervalText(row.value)}`).join("; ");
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${label}">
      ${scale.ticks.map(
        (tick) =>
          html`<g class="tick">
            <line x1="${scale.at(tick)}" x2="${scale.at(tick)}" y1="4" y2="${height - 18}" />
            <text x="${scale.at(tick)}" y="${height - 5}">${tickText(tick, rows[0]!.value)}</text>
          </g>`,
      )}
      ${rows.map((row, i) => intervalMarks(row, i * ROW + 18, scale.at))}
    </svg>
    <dl class="values">
      ${rows.map(
        ({ label, value }) =>
          html`<div>
            <dt>${label}</dt>
            <dd><b>${metricText(value)}</b>${intervalText(value)}</dd>
          </div>`,
      )}
    </dl>`;
}

function intervalMarks({ label, value, kind }: IntervalRow, y: number, at: (value: number) => string): Html {
  const { interval } = value;
  return html`<text class="label" x="0" y="${y + 4}">${label}</text>
    ${interval && html`<path class="whisker ${kind}" d="M${at(interval.low)} ${y - 5}v10m0-5H${at(interval.high)}m0-5v10" />`}
    ${Number.isFinite(value.value) && html`<circle class="point ${kind}" cx="${at(value.value)}" cy="${y}" r="5" />`}`;
}

function tickText(value: number, { correct }: MetricValue): string {
  return correct === undefined ? String(Number(value.toPrecision(4))) : `${Number((100 * value).toFixed(2))}%`;
}

function intervalText({ interval, correct }: MetricValue): string {
  if (!interval) return "";
  const text = (value: number) => (correct === undefined ? String(Number(value.toPrecision(4))) : formatPercent(value));
  return `, ${text(interval.low)} to ${text(interval.high)}`;
}
