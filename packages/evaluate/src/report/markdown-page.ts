// A whole report as Markdown: the row of the published tables first, then what stays float, the check, the diagnosis, the
// recipe and the machine.

import type { CheckResult, QuantizationReport, Report } from "@tersor/core";
import { diagnosisTables, type TextTable } from "./diagnosis.ts";
import { formatDb, formatNumber, none } from "./format.ts";
import { renderJson } from "./json.ts";
import { escapeCell, renderMarkdownTable } from "./markdown.ts";
import { printable } from "./text-width.ts";

/** Most rows of a table; the JSON report has all. */
const MOST = 50;

/** The report as Markdown, ending with a newline. */
export function renderMarkdown(report: Report): string {
  const { quantization, check, notes, warnings, recipe } = report;
  const parts = [
    renderMarkdownTable([report]),
    ...list("Warnings", warnings),
    ...(quantization ? floatPart(quantization) : []),
    ...(check ? [tablePart(outputsOf(check))] : []),
    ...diagnosisTables(report)
      .filter(({ rows }) => rows.length > 0)
      .map(tablePart),
    ...list("Notes", notes.slice(0, MOST)),
    ...(recipe === undefined ? [] : [`## Recipe\n\n${fenced(renderJson(recipe as object))}`]),
    machinePart(report),
  ];
  return `${parts.join("\n\n")}\n`;
}

function list(title: string, texts: readonly string[]): readonly string[] {
  return texts.length === 0 ? [] : [`## ${title}\n\n${texts.map((text) => `- ${escapeCell(text)}`).join("\n")}`];
}

function floatPart({ float, quantized }: QuantizationReport): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const { node, reason } of float) byReason.set(reason, [...(byReason.get(reason) ?? []), node]);
  const rows = Array.from(byReason, ([reason, nodes]) => [String(nodes.length), reason, someOf(nodes)]);
  const title = `What stays float: ${float.length} of ${quantized + float.length} operators`;
  if (rows.length === 0) return [];
  return [
    tablePart({
      title,
      columns: [{ title: "Count", align: "right" }, { title: "Because" }, { title: "Operators" }],
      rows,
    }),
  ];
}

function someOf(nodes: readonly string[]): string {
  return nodes.length <= 5 ? nodes.join(", ") : `${nodes.slice(0, 5).join(", ")} and ${nodes.length - 5} more`;
}

function outputsOf({ outputs, ok, samples }: CheckResult): TextTable {
  return {
    title: `Check ${ok ? "passed" : "failed"}, on ${samples} ${samples === 1 ? "feed" : "feeds"}`,
    columns: [{ title: "Output" }, { title: "SQNR", align: "right" }, { title: "Max error", align: "right" }],
    rows: outputs.map((output) =>
      output.kind === "float"
        ? [output.name, formatDb(output.sqnrDb), formatNumber(output.maxAbsError)]
        : [output.name, none, none],
    ),
  };
}

function tablePart({ title, text, columns, rows }: TextTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(" | ")} |`;
  const rule = `| ${columns.map(({ align }) => (align === "right" ? "-:" : ":-")).join(" | ")} |`;
  const shown = rows.slice(0, MOST).map(line);
  const more = rows.length > MOST ? [`\n${rows.length - MOST} more rows are in the JSON report.`] : [];
  const table = [line(columns.map((column) => column.title)), rule, ...shown, ...more].join("\n");
  return [`## ${title}`, ...(text === undefined ? [] : [text]), table].join("\n\n");
}

/** A fence longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}json\n${text}\n${fence}`;
}

function machinePart({ machine }: Report): string {
  const { cpu, cores, platform, node, runtime } = machine;
  return `Measured on ${escapeCell(printable(`${cpu}, ${cores} cores, ${platform}, Node ${node}, ${runtime}`))}.`;
}
