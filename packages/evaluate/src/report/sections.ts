// The parts of a report as lines of text: what was quantized, how close it is, how right, how fast.

import type {
  BenchmarkReport,
  CheckedTensor,
  CheckResult,
  EvaluationReport,
  GoalResult,
  InstancesResult,
  Latency,
  MetricValue,
  PerplexityComparison,
  QuantizationReport,
  VariantFile,
  WorstOperator,
} from "@tersor/core";
import {
  formatBytes,
  formatChange,
  formatDb,
  formatMs,
  formatNumber,
  formatPercent,
  formatTimes,
  none,
} from "./format.ts";
import { metricText } from "./markdown.ts";
import { renderTable, type Cell, type TableOptions } from "./table.ts";
import { printable } from "./text-width.ts";

/** Most lines of a list in the terminal; the JSON report has all. */
const mostLines = 8;

/** Counts by operator type, and the operators that stay float, by reason. */
export function quantizationLines(quantization: QuantizationReport, options: TableOptions): readonly string[] {
  const { mode, format, quantized, float, byOp } = quantization;
  const columns = [{ title: "Operator" }, right("Quantized"), right("Float")];
  const rows = [...byOp]
    .sort((a, b) => b.quantized - a.quantized)
    .map((row) => [row.op, count(row.quantized), count(row.float)]);
  return [
    options.paint("strong", `Quantized ${quantized} of ${quantized + float.length} operators (${mode}, ${format})`),
    ...(rows.length > 0 ? renderTable(columns, rows, options) : []),
    ...floatLines(float, options),
  ];
}

function floatLines(float: QuantizationReport["float"], options: TableOptions): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const { node, reason } of float) byReason.set(reason, [...(byReason.get(reason) ?? []), node]);
  const rows = Array.from(byReason, ([reason, names]) => [String(names.length), someNames(names), reason]);
  if (rows.length === 0) return [];
  const columns = [right("Count"), { title: "Stays float" }, { title: "Because" }];
  return ["", ...renderTable(columns, rows.slice(0, mostLines), options), ...andMore(rows.length, "reasons")];
}

/** The outputs (the worst, where there are many), inner tensors, then what failed and which operators to look at. */
export function checkLines(check: CheckResult, options: TableOptions): readonly string[] {
  const { ok, samples, outputs, tensors = [], failing, worstOperators = [] } = check;
  const verdict = ok ? options.paint("good", "passed") : options.paint("bad", "FAILED");
  return [
    `${options.paint("strong", "Check")} ${verdict}, against the source on ${samples} ${samples === 1 ? "feed" : "feeds"}`,
    ...tensorTable("Output", outputs.length > mostLines ? worstFirst(outputs) : outputs, check.minSqnrDb, options),
    ...(tensors.length > 0 ? ["", ...tensorTable("Tensor", worstFirst(tensors), check.minSqnrDb, options)] : []),
    ...failing.map(({ name, reason }) => `  ${options.paint("bad", "✗")} ${printable(name)}: ${printable(reason)}`),
    ...(check.perplexity ? [perplexityLine(check.perplexity)] : []),
    ...worstLines(worstOperators, ok, options),
  ];
}

function perplexityLine({ reference, candidate, count: tokens, cached }: PerplexityComparison): string {
  const how = cached ? "token by token through the cache" : "at once";
  return `  Perplexity ${formatNumber(candidate)}, the source's ${formatNumber(reference)}, on ${tokens} tokens read ${how}`;
}

/** The files of a set, each with its size and how close it is to the source. */
export function variantLines(variants: readonly VariantFile[], options: TableOptions): readonly string[] {
  const columns = [{ title: "File" }, right("Size"), right("Of source"), right("SQNR"), right("Perplexity")];
  const rows = variants.map(({ path, sizeBytes, sourceSizeBytes, check }) => [
    path.split(/[\\/]/).at(-1)!,
    formatBytes(sizeBytes),
    formatPercent(sizeBytes / sourceSizeBytes),
    check ? formatDb(leastSqnr(check)) : none,
    check?.perplexity ? formatTimes(check.perplexity.candidate / check.perplexity.reference) : none,
  ]);
  return [options.paint("strong", `${variants.length} variants`), ...renderTable(columns, rows, options)];
}

function leastSqnr({ outputs }: CheckResult): number {
  return Math.min(...outputs.map((output) => (output.kind === "float" ? output.sqnrDb : Infinity)));
}

function tensorTable(
  title: string,
  tensors: readonly CheckedTensor[],
  minSqnrDb: number,
  options: TableOptions,
): readonly string[] {
  const columns = [{ title }, right("SQNR"), right("Cosine"), right("Max error"), right("Top-1"), { title: "" }];
  const rows = tensors.slice(0, mostLines).map((tensor) => tensorCells(tensor, minSqnrDb));
  return [...renderTable(columns, rows, options), ...andMore(tensors.length, "tensors")];
}

function tensorCells(tensor: CheckedTensor, minSqnrDb: number): readonly Cell[] {
  if (tensor.kind === "not-comparable")
    return [tensor.name, none, none, none, none, `not comparable: ${tensor.reason}`];
  if (tensor.kind === "exact") return [tensor.name, none, none, none, none, `${formatPercent(tensor.matchRate)} equal`];
  const { name, sqnrDb, cosine, maxAbsError, top1Agreement, nonFinite } = tensor;
  return [
    name,
    { text: formatDb(sqnrDb), meaning: sqnrDb >= minSqnrDb ? "good" : "bad" },
    cosine.toFixed(5),
    formatNumber(maxAbsError),
    top1Agreement === undefined ? none : formatPercent(top1Agreement),
    nonFinite > 0 ? { text: `${nonFinite} NaN or infinite`, meaning: "bad" } : "",
  ];
}

function worstLines(worst: readonly WorstOperator[], ok: boolean, options: TableOptions): readonly string[] {
  if (worst.length === 0) return [];
  const columns = [{ title: "Adds most error" }, { title: "Operator" }, right("SQNR before"), right("after")];
  const rows = worst.map(({ node, op, tensor, sqnrDb, inputSqnrDb }) => [
    node || tensor,
    op,
    formatDb(inputSqnrDb),
    formatDb(sqnrDb),
  ]);
  const names = worst.slice(0, 3).map(({ node, tensor }) => `--exclude ${shellQuoted(node || tensor)}`);
  return ["", ...renderTable(columns, rows, options), ...(ok ? [] : [`  To keep them float: ${names.join(" ")}`])];
}

/** The metric before and after, with intervals and the test of the difference. */
export function evaluationLines(
  { int8, fp32, ratio, ratioInterval, difference, mcnemar }: EvaluationReport,
  options: TableOptions,
): readonly string[] {
  const columns = metricColumns(int8.metric);
  const rows = [metricCells("FP32", fp32), metricCells("INT8", int8)];
  const bounds = ratioInterval
    ? ` (95%: ${formatChange(ratioInterval.low)} to ${formatChange(ratioInterval.high)})`
    : "";
  const test = mcnemar
    ? [
        `  Right only in FP32: ${mcnemar.onlyReference}, only in INT8: ${mcnemar.onlyCandidate}; McNemar p = ${formatNumber(mcnemar.pValue)}`,
      ]
    : difference?.pValue === undefined
      ? []
      : [`  INT8 - FP32: ${formatNumber(difference.value)}; paired bootstrap p = ${formatNumber(difference.pValue)}`];
  return [
    options.paint("strong", "Evaluation"),
    ...renderTable(columns, rows, options),
    `  Change [(INT8-FP32)/FP32]: ${formatChange(ratio)}${bounds}; ${directionOf(int8)}`,
    ...test,
  ];
}

/** The metric of one model. */
export function metricLines(value: MetricValue, options: TableOptions): readonly string[] {
  const table = renderTable(metricColumns(value.metric), [metricCells("Model", value)], options);
  return [`${options.paint("strong", "Evaluation")}, ${directionOf(value)}`, ...table];
}

function metricColumns(metric: string) {
  return [{ title: "" }, right(metric), right("95% interval"), right("Correct")];
}

function metricCells(name: string, value: MetricValue): readonly string[] {
  return [
    name,
    metricText(value),
    intervalText(value),
    value.correct === undefined ? `${value.count} samples` : `${value.correct} of ${value.count}`,
  ];
}

function intervalText({ interval, correct }: MetricValue): string {
  if (interval === undefined) return none;
  const text = correct === undefined ? formatNumber : formatPercent;
  return `${text(interval.low)} to ${text(interval.high)}`;
}

function directionOf({ higherIsBetter }: MetricValue): string {
  return higherIsBetter ? "higher is better" : "lower is better";
}

/** Whether the goal was met. */
export function goalLines({ maxDrop, relative, drop, met }: GoalResult, { paint }: TableOptions): readonly string[] {
  const text = (value: number) => (relative ? formatPercent(value) : formatNumber(value));
  const verdict = met ? paint("good", "met") : paint("bad", "MISSED");
  const change = drop < 0 ? `gains ${text(-drop)}` : `drops by ${text(drop)}`;
  return [`${paint("strong", "Goal")} ${verdict}: the metric ${change}, and may drop by ${text(maxDrop)}`];
}

/** Latency and throughput; the ratio of two models with its range over the rounds. */
export function benchmarkLines({ pair, single, instances }: BenchmarkReport, options: TableOptions): readonly string[] {
  const columns = [{ title: "" }, right("p50"), right("p90"), right("p99"), right("CPU p50"), right("Samples/s")];
  const times = pair
    ? [latencyCells("FP32", pair.fp32), latencyCells("INT8", pair.int8)]
    : single
      ? [latencyCells("Model", single)]
      : [];
  const shown = pair?.int8 ?? single;
  const title = shown
    ? `, batch ${shown.batchSize}, ${shown.threads} ${shown.threads === 1 ? "thread" : "threads"}`
    : "";
  return [
    options.paint("strong", `Benchmark${title}`),
    ...(times.length > 0 ? renderTable(columns, times, options) : []),
    ...(pair
      ? [
          `  INT8 is ${speed(pair.wall.value)} (wall ${range(pair.wall)}, CPU ${range(pair.cpu)}, ${pair.rounds} rounds by turns)`,
        ]
      : []),
    ...(instances?.fp32 ? [instancesLine("FP32", instances.fp32)] : []),
    ...(instances ? [instancesLine(instances.fp32 ? "INT8" : "Model", instances.int8)] : []),
  ];
}

function latencyCells(name: string, { wallMs, cpuMs, throughput }: Latency): readonly string[] {
  return [
    name,
    formatMs(wallMs.p50),
    formatMs(wallMs.p90),
    formatMs(wallMs.p99),
    formatMs(cpuMs.p50),
    throughput.toFixed(1),
  ];
}

function instancesLine(
  name: string,
  { instances, coresPerInstance, throughput, wallMs, pinned }: InstancesResult,
): string {
  const bound = pinned.kind === "pinned" ? "pinned" : `not pinned: ${pinned.why}`;
  return `  ${name}, ${instances} x ${coresPerInstance} cores (${bound}): ${throughput.toFixed(1)} samples/s, p50 ${formatMs(wallMs.p50)}`;
}

function speed(ratio: number): string {
  return ratio >= 1 ? `${formatTimes(ratio)} as fast as FP32` : `slower than FP32: ${formatTimes(ratio)} its speed`;
}

function range({ value, min, max }: { readonly value: number; readonly min: number; readonly max: number }): string {
  return `${formatTimes(value)}, ${formatTimes(min)} to ${formatTimes(max)}`;
}

/** A name as one word of a POSIX shell: it comes out of a model file, and readers copy the line. */
function shellQuoted(name: string): string {
  return `'${printable(name).replaceAll("'", "'\\''")}'`;
}

function worstFirst(tensors: readonly CheckedTensor[]): readonly CheckedTensor[] {
  const rank = (tensor: CheckedTensor) => (tensor.kind === "float" ? tensor.sqnrDb : Infinity);
  return [...tensors].sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
}

function someNames(names: readonly string[]): string {
  return names.length <= 2 ? names.join(", ") : `${names[0]}, … ${names.at(-1)}`;
}

function andMore(total: number, what: string): readonly string[] {
  return total > mostLines ? [`  … and ${total - mostLines} more ${what} (see --json)`] : [];
}

function count(value: number): string {
  return value === 0 ? none : String(value);
}

function right(title: string) {
  return { title, align: "right" } as const;
}
