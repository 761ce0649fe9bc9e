// A report as text for a terminal: one section per part that ran, and what the reader should know at the end.

import type { Report } from "@tersor/core";
import { diagnosisLines } from "./diagnosis.ts";
import { formatBytes, formatPercent } from "./format.ts";
import { createPaint, type Paint } from "./paint.ts";
import {
  benchmarkLines,
  checkLines,
  evaluationLines,
  goalLines,
  metricLines,
  quantizationLines,
  variantLines,
} from "./sections.ts";
import { printable } from "./text-width.ts";

/** What the terminal can show. */
export interface TerminalOptions {
  /** Default false; `wantsColor` decides for a stream. */
  readonly color?: boolean;
  /** Columns of the terminal; tables are cut to it. Default 100. */
  readonly width?: number;
}

/** Most notes that are shown. */
const mostNotes = 5;

/** The report as lines of text, ending with a newline. */
export function renderTerminal(report: Report, { color = false, width = 100 }: TerminalOptions = {}): string {
  const paint = createPaint(color);
  const options = { paint, width };
  const { quantization, check, evaluation, metric, goal, benchmark } = report;
  const sections = [
    headLines(report, paint),
    quantization ? quantizationLines(quantization, options) : [],
    check ? checkLines(check, options) : [],
    report.variants ? variantLines(report.variants, options) : [],
    evaluation ? evaluationLines(evaluation, options) : [],
    metric ? metricLines(metric, options) : [],
    goal ? goalLines(goal, options) : [],
    benchmark ? benchmarkLines(benchmark, options) : [],
    ...diagnosisLines(report, options),
    remarks(report, paint),
    footLines(report, paint),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function headLines({ command, model, output, variants }: Report, paint: Paint): readonly string[] {
  const source = `${paint("strong", printable(command))} ${printable(model.path)} (${formatBytes(model.sizeBytes)})`;
  if (variants) return [source];
  const files = output.map(({ path, sizeBytes, format, dataFiles = [] }) => {
    const beside = dataFiles.length > 0 ? ` with ${dataFiles.map(printable).join(", ")}` : "";
    const share = formatPercent(sizeBytes / model.sizeBytes);
    return `  → ${printable(path)}${beside} (${printable(format)}, ${formatBytes(sizeBytes)}, ${share} of the source)`;
  });
  return [source, ...files];
}

/** All warnings, and the first notes. */
function remarks({ warnings, notes }: Report, paint: Paint): readonly string[] {
  const more = notes.length - mostNotes;
  return [
    ...warnings.map((text) => `${paint("warn", "warning")} ${printable(text)}`),
    ...notes.slice(0, mostNotes).map((text) => `${paint("dim", "note")} ${printable(text)}`),
    ...(more > 0 ? [paint("dim", `  … and ${more} more notes; the JSON report has all`)] : []),
  ];
}

function footLines({ machine, seconds }: Report, paint: Paint): readonly string[] {
  const { cpu, cores, platform, node, runtime } = machine;
  const where = `${cpu}, ${cores} cores, ${platform}, Node ${node}, ${runtime}`;
  const stages = Object.entries(seconds).map(([stage, value]) => `${stage} ${value.toFixed(1)} s`);
  return [where, stages.join(", ")].filter((line) => line !== "").map((line) => paint("dim", printable(line)));
}
