// A report as a row of the tables that validated models are published in:
// model, example, accuracy INT8 / FP32 / ratio, throughput INT8 / FP32 / ratio; then what those tables leave out.

import type { BenchmarkReport, EvaluationReport, MetricValue, Report } from "@tersor/core";
import { formatBytes, formatChange, formatPercent, formatTimes, none } from "./format.ts";
import { printable } from "./text-width.ts";

const columns: readonly { readonly title: string; readonly cell: (report: Report) => string }[] = [
  { title: "Model", cell: modelName },
  { title: "Example", cell: (report) => [...new Set(report.output.map(({ format }) => format))].join(", ") || none },
  { title: "Accuracy INT8", cell: ({ evaluation }) => metricText(evaluation?.int8) },
  { title: "Accuracy FP32", cell: ({ evaluation }) => metricText(evaluation?.fp32) },
  {
    title: "Accuracy Ratio [(INT8-FP32)/FP32]",
    cell: ({ evaluation }) => (evaluation ? formatChange(evaluation.ratio) : none),
  },
  { title: "Throughput INT8 (samples/sec)", cell: ({ benchmark }) => fixed(throughputs(benchmark).int8) },
  { title: "Throughput FP32 (samples/sec)", cell: ({ benchmark }) => fixed(throughputs(benchmark).fp32) },
  { title: "Performance Ratio [INT8/FP32]", cell: ({ benchmark }) => formatTimes(performanceRatio(benchmark)) },
  { title: "Accuracy Ratio 95% Interval", cell: ({ evaluation }) => intervalText(evaluation) },
  {
    title: "Size INT8",
    cell: (report) => report.output.map(({ sizeBytes }) => formatBytes(sizeBytes)).join(", ") || none,
  },
  { title: "Size FP32", cell: ({ model }) => formatBytes(model.sizeBytes) },
];

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

function performanceRatio(benchmark: BenchmarkReport | undefined): number {
  const { int8, fp32 } = throughputs(benchmark);
  return int8 / fp32;
}

function intervalText(evaluation: EvaluationReport | undefined): string {
  const interval = evaluation?.ratioInterval;
  return interval ? `${formatChange(interval.low)} to ${formatChange(interval.high)}` : none;
}

function modelName({ model }: Report): string {
  return model.name ?? (model.path.split(/[\\/]/).at(-1) ?? "").replace(/\.[^.]+$/, "");
}

function fixed(value: number): string {
  return Number.isFinite(value) ? value.toFixed(2) : none;
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function escapeCell(text: string): string {
  return printable(text).replace(/[\\|`<>[\]*_]/g, (character) => (character === "<" ? "&lt;" : `\\${character}`));
}
