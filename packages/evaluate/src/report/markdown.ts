// A report as a row of the tables that validated models are published in:
// model, example, accuracy INT8 / FP32 / ratio, throughput INT8 / FP32 / ratio; then what those tables leave out.

import type { BenchmarkReport, EvaluationReport, MetricValue, Report } from "@tersor/core";
import { formatBytes, formatChange, formatPercent, formatTimes, none } from "./format.ts";
import { printable } from "./text-width.ts";

const columns: readonly { readonly title: string; readonly cell: (report: Report) => string }[] = [
  { title: "Model", cell: modelName },
  { title: "Example", cell: (report) => rowCells(report).example },
  { title: "Accuracy INT8", cell: (report) => rowCells(report).int8 },
  { title: "Accuracy FP32", cell: (report) => rowCells(report).fp32 },
  { title: "Accuracy Ratio [(INT8-FP32)/FP32]", cell: (report) => rowCells(report).ratio },
  { title: "Throughput INT8 (samples/sec)", cell: (report) => rowCells(report).throughputInt8 },
  { title: "Throughput FP32 (samples/sec)", cell: (report) => rowCells(report).throughputFp32 },
  { title: "Performance Ratio [INT8/FP32]", cell: (report) => rowCells(report).performanceRatio },
  { title: "Accuracy Ratio 95% Interval", cell: ({ evaluation }) => intervalText(evaluation) },
  {
    title: "Size INT8",
    cell: (report) => report.output.map(({ sizeBytes }) => formatBytes(sizeBytes)).join(", ") || none,
  },
  { title: "Size FP32", cell: ({ model }) => formatBytes(model.sizeBytes) },
];

/** The cells that published tables have, as text; "–" where there is nothing. */
export function rowCells({ output, evaluation, benchmark }: Report) {
  const { int8, fp32 } = throughputs(benchmark);
  return {
    example: [...new Set(output.map(({ format }) => format))].join(", ") || none,
    int8: metricText(evaluation?.int8),
    fp32: metricText(evaluation?.fp32),
    ratio: evaluation ? formatChange(evaluation.ratio) : none,
    throughputInt8: fixed(int8),
    throughputFp32: fixed(fp32),
    performanceRatio: formatTimes(int8 / fp32),
  } as const;
}

/** One row, without the titles. */
export function renderMarkdownRow(report: Report): string {
  return rowOf(columns.map(({ cell }) => escapeCell(cell(report))));
}

/** The titles and a row per report. */
export function renderMarkdownTable(reports: readonly Report[]): string {
  const rule = rowOf(columns.map((_, i) => (i < 2 ? ":-" : "-:")));
  return [rowOf(columns.map(({ title }) => title)), rule, ...reports.map(renderMarkdownRow)].join("\n");
}

/** Samples per second: of all processes where several ran, else of one. */
export function throughputs(benchmark: BenchmarkReport | undefined): { readonly int8: number; readonly fp32: number } {
  const { instances, pair, single } = benchmark ?? {};
  if (instances) return { int8: instances.int8.throughput, fp32: instances.fp32?.throughput ?? NaN };
  return { int8: (pair?.int8 ?? single)?.throughput ?? NaN, fp32: pair?.fp32.throughput ?? NaN };
}

/** Proportions as percent, other metrics as they are. */
export function metricText(value: MetricValue | undefined): string {
  if (!value || Number.isNaN(value.value)) return none;
  return value.correct === undefined ? value.value.toPrecision(5) : formatPercent(value.value);
}

function intervalText(evaluation: EvaluationReport | undefined): string {
  const interval = evaluation?.ratioInterval;
  return interval ? `${formatChange(interval.low)} to ${formatChange(interval.high)}` : none;
}

/** What a report calls its model: the name it was given, or that of its file. */
export function modelName({ model }: Report): string {
  return model.name ?? (model.path.split(/[\\/]/).at(-1) ?? "").replace(/\.[^.]+$/, "");
}

function fixed(value: number): string {
  return Number.isFinite(value) ? value.toFixed(2) : none;
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** Text of a model as the text of a cell, without markup of its own. */
export function escapeCell(text: string): string {
  return printable(text).replace(/[\\|`<>[\]*_]/g, (character) => (character === "<" ? "&lt;" : `\\${character}`));
}
