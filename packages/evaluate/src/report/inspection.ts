// An inspection, and the difference of two, as text for a terminal.

import type { ModelDifference } from "../inspect/compare.ts";
import type { Inspection } from "../inspect/inspect.ts";
import type { Precision } from "../inspect/precision.ts";
import { typeText } from "../inspect/type-text.ts";
import { formatBytes, formatCount, none } from "./format.ts";
import { createPaint } from "./paint.ts";
import { renderTable, type TableOptions } from "./table.ts";
import type { TerminalOptions } from "./terminal.ts";
import { printable } from "./text-width.ts";

/** Most weights that are listed. */
const mostWeights = 10;

/** An inspection as lines of text, ending with a newline. */
export function renderInspection(inspection: Inspection, { color = false, width = 100 }: TerminalOptions = {}): string {
  const options = { paint: createPaint(color), width };
  const sections = [
    summaryLines(inspection),
    valueLines(inspection, options),
    operatorLines(inspection, options),
    weightLines(inspection, options),
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function summaryLines({
  name,
  nodes,
  opsets,
  weights,
  weightBytes,
  macs,
  unknownMacs,
  functions,
}: Inspection): readonly string[] {
  const versions = Object.entries(opsets).map(([domain, version]) => `${domain} ${version}`);
  const unknown =
    unknownMacs > 0 ? `, without ${unknownMacs} nodes of symbolic shape (give the shapes of the inputs)` : "";
  return [
    `Graph ${printable(name)}: ${nodes.length} nodes, ${weights.length} weights of ${formatBytes(weightBytes)}`,
    `Opsets: ${printable(versions.join(", "))}`,
    ...(macs === undefined ? [] : [`Multiply-accumulates: ${formatCount(macs)}${unknown}`]),
    ...(functions.length > 0 ? [`Local functions: ${printable(functions.join(", "))}`] : []),
  ];
}

function valueLines({ inputs, outputs }: Inspection, options: TableOptions): readonly string[] {
  const rows = [
    ...inputs.map(({ name, type }) => ["input", name, typeText(type)]),
    ...outputs.map(({ name, type }) => ["output", name, typeText(type)]),
  ];
  return renderTable([{ title: "" }, { title: "Name" }, { title: "Type" }], rows, options);
}

/** One line per operator type, one column per precision that occurs. */
function operatorLines({ nodes, ops, macs }: Inspection, options: TableOptions): readonly string[] {
  const counts = new Map<string, Map<string, number>>();
  for (const { op, precision } of nodes) {
    const row = counts.get(op) ?? new Map<string, number>();
    counts.set(op, row.set(precisionText(precision), (row.get(precisionText(precision)) ?? 0) + 1));
  }
  const precisions = [...new Set(nodes.map(({ precision }) => precisionText(precision)))].sort();
  const columns = ["Count", ...precisions, ...(macs === undefined ? [] : ["MACs"])];
  const rows = ops.map(({ op, count, macs: cost }) => [
    op,
    String(count),
    ...precisions.map((precision) => String(counts.get(op)?.get(precision) ?? none)),
    ...(macs === undefined ? [] : [cost === 0 ? none : formatCount(cost)]),
  ]);
  return renderTable([{ title: "Operator" }, ...columns.map(right)], rows, options);
}

/** A precision in a word or two. */
export function precisionText(precision: Precision): string {
  switch (precision.kind) {
    case "integer":
      return precision.form === "qdq" ? `${precision.dtype} QDQ` : precision.dtype;
    case "weight-only":
      return `${precision.dtype} weights`;
    case "float":
      return precision.dtype;
    case "conversion":
    case "other":
      return precision.kind;
  }
}

function weightLines({ weights }: Inspection, options: TableOptions): readonly string[] {
  const rows = weights
    .slice(0, mostWeights)
    .map(({ name, dtype, shape, sizeBytes }) => [name, dtype, `[${shape.join(", ")}]`, formatBytes(sizeBytes)]);
  const more = weights.length - rows.length;
  const columns = [{ title: "Largest weights" }, { title: "Type" }, { title: "Shape" }, right("Size")];
  return [...renderTable(columns, rows, options), ...(more > 0 ? [`  … and ${more} more weights`] : [])];
}

/** The difference of two models as lines of text, ending with a newline. */
export function renderDifference(
  difference: ModelDifference,
  { color = false, width = 100 }: TerminalOptions = {},
): string {
  const options = { paint: createPaint(color), width };
  const { ops, weights, opsets } = difference;
  const sides = [right("Before"), right("After")];
  const sections = [
    ops.length > 0
      ? renderTable(
          [{ title: "Operator" }, ...sides],
          ops.map(({ op, before, after }) => [op, count(before), count(after)]),
          options,
        )
      : ["The same operators."],
    renderTable(
      [{ title: "Weights" }, ...sides],
      weights.map(({ dtype, before, after }) => [dtype, bytes(before), bytes(after)]),
      options,
    ),
    opsets.map(({ domain, before, after }) => `Opset ${printable(domain)}: ${before ?? none} → ${after ?? none}`),
    difference.interface.map((text) => printable(text)),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function count(value: number): string {
  return value === 0 ? none : String(value);
}

function bytes(value: number): string {
  return value === 0 ? none : formatBytes(value);
}

function right(title: string) {
  return { title, align: "right" } as const;
}
