// The top of the page: what was done to which model, the verdicts, the facts in a few sentences, and the row in the shape
// that tables of validated models are published in.

import type { Report } from "@tersor/core";
import { formatBytes, formatDb, formatPercent, formatTimes, formatChange } from "../format.ts";
import { modelName, rowCells } from "../markdown.ts";
import { significance } from "./accuracy.ts";
import { empty, html, type Html } from "./markup.ts";

/** Name, command and verdicts. */
export function headOf(report: Report): Html {
  const { command, model, output, quantization } = report;
  const how = quantization
    ? `${quantization.mode}, ${quantization.format}`
    : output.map(({ format }) => format).join(", ");
  return html`<header>
    <p class="brand"><strong>Tersor</strong> ${command}${how && html` <span>· ${how}</span>`}</p>
    <h1>${modelName(report)}</h1>
    <p class="path">${model.path}${output.map(({ path }) => html` → ${path}`)}</p>
    <p class="chips">${verdicts(report)}</p>
  </header>`;
}

function verdicts({ check, goal, evaluation }: Report): readonly Html[] {
  const chip = (ok: boolean, text: string) =>
    html`<span class="chip ${ok ? "good" : "bad"}"><b aria-hidden="true">${ok ? "✓" : "✗"}</b> ${text}</span>`;
  return [
    ...(check ? [chip(check.ok, check.ok ? "Check passed" : "Check failed")] : []),
    ...(goal ? [chip(goal.met, goal.met ? "Goal met" : "Goal missed")] : []),
    ...(evaluation ? [significance(evaluation)] : []).flatMap(({ ok, short }) =>
      short === "" ? [] : [chip(ok, short)],
    ),
  ];
}

/** The facts as sentences, those that there are. */
export function inShort(report: Report): Html {
  const sentences = [sizeFact, speedFact, metricFact, operatorFact, worstFact].flatMap((fact) => fact(report) ?? []);
  if (sentences.length === 0) return empty;
  return html`<ul class="short" aria-label="In short">
    ${sentences.map((text) => html`<li>${text}</li>`)}
  </ul>`;
}

function sizeFact({ model, output }: Report): string | undefined {
  const [file] = output;
  if (!file) return undefined;
  const share = formatPercent(file.sizeBytes / model.sizeBytes);
  return `${formatBytes(file.sizeBytes)} instead of ${formatBytes(model.sizeBytes)}: ${share} of the size.`;
}

function speedFact({ benchmark }: Report): string | undefined {
  const pair = benchmark?.pair;
  if (!pair) return undefined;
  const { value, min, max } = pair.wall;
  const range = `${formatTimes(min)} to ${formatTimes(max)} over ${pair.rounds} rounds`;
  return value >= 1
    ? `${formatTimes(value)} as fast on this machine (${range}).`
    : `Slower on this machine: ${formatTimes(value)} the speed of FP32 (${range}).`;
}

function metricFact({ evaluation }: Report): string | undefined {
  if (!evaluation) return undefined;
  const { int8, ratio } = evaluation;
  return `${int8.metric} changes by ${formatChange(ratio)} on ${int8.count} samples. ${significance(evaluation).long}`;
}

function operatorFact({ quantization }: Report): string | undefined {
  if (!quantization) return undefined;
  const { quantized, float } = quantization;
  const rest =
    float.length === 0
      ? "none stays float"
      : `${float.length} ${float.length === 1 ? "stays" : "stay"} float, for the reasons below`;
  return `${quantized} of ${quantized + float.length} operators are quantized; ${rest}.`;
}

function worstFact({ sensitivity, check, graph }: Report): string | undefined {
  const outputs = (check?.outputs ?? []).flatMap((output) => (output.kind === "float" ? [output.sqnrDb] : []));
  // An operator that is float still passes on what its inputs lost; leaving it float changes nothing.
  const float = new Set(graph?.nodes.flatMap(({ node, kind }) => (kind === "float" ? [node] : [])));
  const suspects = (sensitivity?.tensors ?? []).filter(({ node }) => !float.has(node));
  const worst = suspects.sort((a, b) => b.addedNoise - a.addedNoise)[0];
  const output = outputs.length > 0 ? `The worst output keeps ${formatDb(Math.min(...outputs))}` : undefined;
  if (!worst || worst.addedNoise <= 0) return output && `${output} of signal over error.`;
  const adds = `"${worst.node || worst.tensor}" (${worst.op}) adds most error`;
  return output ? `${output} of signal over error; ${adds}.` : `The operator ${adds}.`;
}

/** The row of the published tables: two groups of three columns under their own heads. */
export function tableRow(report: Report): Html {
  if (!report.evaluation && !report.benchmark) return empty;
  const { example, int8, fp32, ratio, throughputInt8, throughputFp32, performanceRatio } = rowCells(report);
  return html`<div class="scroll">
    <table class="row">
      <caption>
        The row, in the shape of published tables of validated models
      </caption>
      <thead>
        <tr>
          <th rowspan="2" scope="col">Model</th>
          <th rowspan="2" scope="col">Example</th>
          <th colspan="3" scope="colgroup">Accuracy</th>
          <th colspan="3" scope="colgroup">Throughput (samples/sec)</th>
        </tr>
        <tr>
          <th scope="col">INT8</th>
          <th scope="col">FP32</th>
          <th scope="col">Ratio [(INT8-FP32)/FP32]</th>
          <th scope="col">INT8</th>
          <th scope="col">FP32</th>
          <th scope="col">Ratio [INT8/FP32]</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">${modelName(report)}</th>
          <td>${example}</td>
          ${[int8, fp32, ratio, throughputInt8, throughputFp32, performanceRatio].map((cell) => html`<td class="n">${cell}</td>`)}
        </tr>
      </tbody>
    </table>
  </div>`;
}
