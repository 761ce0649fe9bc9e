// What a diagnosis found as tables of text, for the terminal (the first rows) and for Markdown.

import type { OpProfile, ProfileReport, Report, SaturationReport, Sensitivity, TensorHistogram } from "@tersor/core";
import { formatDb, formatMs, formatNumber, formatPercent, none } from "./format.ts";
import { createPaint } from "./paint.ts";
import type { TerminalOptions } from "./terminal.ts";
import { renderTable, type Column, type TableOptions } from "./table.ts";
import { sentence } from "./html/saturation.ts";
import { tuningTables } from "./tuning.ts";

/** A table with what it is about. */
export interface TextTable {
  readonly title: string;
  /** A sentence that says what was found. */
  readonly text?: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  /** Left to reports of more room than a terminal. */
  readonly detail?: true;
}

/** The tables of the parts that there are. */
export function diagnosisTables(report: Report): readonly TextTable[] {
  const { sensitivity, histograms, saturation, tuning, profile } = report;
  return [
    ...(sensitivity ? sensitivityTables(sensitivity) : []),
    ...(histograms ? [rangeTable(histograms)] : []),
    ...(saturation ? [saturationTable(saturation)] : []),
    ...(tuning ? tuningTables(tuning) : []),
    ...(profile ? [profileTable(profile)] : []),
  ];
}

function sensitivityTables({ tensors, weights, samples }: Sensitivity): readonly TextTable[] {
  return [
    {
      title: `Error by layer, on ${samples} ${samples === 1 ? "feed" : "feeds"}`,
      columns: [{ title: "Node" }, { title: "Operator" }, right("SQNR"), right("inputs"), right("Max error")],
      rows: tensors.map(({ node, tensor, op, sqnrDb, inputSqnrDb, maxAbsError }) => [
        node || tensor,
        op,
        formatDb(sqnrDb),
        formatDb(inputSqnrDb),
        formatNumber(maxAbsError),
      ]),
    },
    {
      title: "Rounding of weights",
      detail: true,
      columns: [{ title: "Weight" }, { title: "Stored as" }, right("SQNR"), right("Scales"), right("Shape")],
      rows: weights.map(({ weight, dtype, sqnrDb, scales, shape }) => [
        weight,
        dtype,
        formatDb(sqnrDb),
        String(scales),
        shape.join(" x "),
      ]),
    },
  ];
}

function rangeTable(histograms: readonly TensorHistogram[]): TextTable {
  return {
    title: "Chosen ranges",
    detail: true,
    columns: [{ title: "Tensor" }, { title: "Kind" }, right("Values"), right("Range"), right("Clipped")],
    rows: histograms.map(({ tensor, kind, min, max, chosen, clipped }) => [
      tensor,
      kind,
      `${formatNumber(min)} to ${formatNumber(max)}`,
      chosen ? `${formatNumber(chosen.min)} to ${formatNumber(chosen.max)}` : none,
      clipped === undefined ? none : formatPercent(clipped),
    ]),
  };
}

function saturationTable(saturation: SaturationReport): TextTable {
  const rows = saturation.models.map(({ arithmetic, cured, sqnrDb, metric }) => [
    cured ? "as written" : "without cures",
    arithmetic === "exact" ? "exact (VNNI, AMX, ARM)" : "saturating (x86 without VNNI)",
    formatDb(sqnrDb),
    metric ? `${metric.metric} ${formatNumber(metric.value)} on ${metric.count}` : none,
  ]);
  const columns = [{ title: "Model" }, { title: "Sums" }, right("SQNR"), right("Metric")];
  return { title: "16-bit saturation, emulated", text: sentence(saturation), columns, rows };
}

function profileTable({ fp32, int8 }: ProfileReport): TextTable {
  const after = new Map(int8?.byOp.map((row) => [row.op, row]));
  const before = new Map(fp32.byOp.map((row) => [row.op, row]));
  const most = (op: string) => Math.max(before.get(op)?.meanMs ?? 0, after.get(op)?.meanMs ?? 0);
  const ops = [...new Set([...before.keys(), ...after.keys()])].sort((a, b) => most(b) - most(a));
  const time = (ms: number | undefined) => (ms === undefined ? none : formatMs(ms));
  return {
    title: "Time by operator",
    columns: [{ title: "Operator" }, right(int8 ? "FP32" : "Time"), ...(int8 ? [right("INT8")] : [])],
    rows: ops.map((op) => [op, time(before.get(op)?.meanMs), ...(int8 ? [time(after.get(op)?.meanMs)] : [])]),
  };
}

/** Where the time of one model goes, as text for a terminal, ending with a newline. */
export function renderProfile(profile: OpProfile, { color = false, width = 100 }: TerminalOptions = {}): string {
  const options = { paint: createPaint(color), width };
  const { title, columns, rows } = profileTable({ fp32: profile });
  return `${[options.paint("strong", title), ...renderTable(columns, rows, options)].join("\n")}\n`;
}

function right(title: string): Column {
  return { title, align: "right" };
}

/** Most rows of a table in the terminal. */
const FIRST = 5;

/** The first rows of each table. */
export function diagnosisLines(report: Report, options: TableOptions): readonly (readonly string[])[] {
  return diagnosisTables(report)
    .filter(({ rows, detail }) => rows.length > 0 && !detail)
    .map(({ title, text, columns, rows }) => [
      options.paint("strong", title),
      ...(text === undefined ? [] : [`  ${text}`]),
      ...renderTable(columns, rows.slice(0, FIRST), options),
      ...(rows.length > FIRST ? [`  … and ${rows.length - FIRST} more (see --report page.html, or --json)`] : []),
    ]);
}
