// The page of metrics: every built-in one, what it takes, and the implementation whose values it gives.

import { metricDefinitions, type MetricDefinition, type OptionKind } from "@tersor/evaluate";
import { code, generatedNote, table, type Page } from "./page.ts";

/** The page of all built-in metrics. */
export function metricsPage(): Page {
  const text = [
    "# Metrics",
    generatedNote,
    "A recipe names a metric by its name, `metric: f1`, or with options, `metric: { name: map, format: xywh }`; `--metric` " +
      "takes the name. A metric reads the model's first output where its option `output` names no other. Each equals its " +
      "reference on stored cases; the scripts that made these are `tools/make-metric-cases-*.py`.",
    table(["Metric", "Better", "Range", "Outputs", "Labels", "Equals"], metricDefinitions.map(row)),
    "## Options",
    table(["Metric", "Options"], metricDefinitions.map(optionsRow)),
    "A metric of your own is `metricOf(name, higherIsBetter, (outputs, labels) => number)`, or one of a plugin: see " +
      "[plugins.md](plugins.md).",
    "## Labels of several parts",
    labels,
    "## Uncertainty",
    uncertainty,
  ].join("\n\n");
  return { file: "metrics.md", text: `${text}\n` };
}

function row(definition: MetricDefinition): readonly string[] {
  const { higherIsBetter, range, outputs, labels, reference } = definition;
  return [namesOf(definition), higherIsBetter ? "higher" : "lower", range, outputs, labels, reference];
}

function optionsRow(definition: MetricDefinition): readonly string[] {
  const options = Object.entries(definition.options).map(([option, kind]) => {
    const needed = definition.required.includes(option) ? ", needed" : "";
    return `${code(option)} (${kindText(kind)}${needed})`;
  });
  return [namesOf(definition), options.join(", ")];
}

function namesOf({ names, pattern }: MetricDefinition): string {
  return [...names, ...(pattern === undefined ? [] : [pattern.text])].map(code).join(", ");
}

function kindText(kind: OptionKind): string {
  return typeof kind === "string" ? kind : kind.map(code).join(", ");
}

const labels = `Labels are plain data, as a line of JSON holds them.

- \`squad-*\`: \`answers\` lists the texts that are right (none for a question without answer), \`offsets\` says for each token
  where its text begins and ends in \`context\`, or null for tokens of the question and special ones. Windows of one question
  share an \`id\`. The answer is the span with the largest sum of logits, of at most \`maxAnswerLength\` tokens (30).
- \`map*\`, \`mar-*\`, \`voc-*\`: \`boxes\` and \`classes\` list the objects of an image, \`labelFormat\` says how a box is written.
  \`iscrowd\`, \`area\` and \`difficult\` are those of the annotations. Where the model's boxes are shares of the image
  (\`normalized\`), \`width\` and \`height\` are needed. Boxes are those after non-maximum suppression.
- Texts: one string, a list of strings that are all right, or \`{ references: [...] }\`.`;

const uncertainty = `Metrics that are shares of right answers have Wilson's 95 % interval; two models are held against each other by
McNemar's exact test, and the interval of their difference is Bonett and Price's. All others keep a few numbers per sample and
draw the samples anew, 1,000 times with a fixed seed: percentile intervals, and for two models the paired bootstrap of the
difference. What is drawn whole is a sample, or a question with all its windows. Where there is no interval, \`noInterval\` says
why. \`smallestVisibleDrop\`, \`dropIsVisible\` and \`smallSetWarning\` tell whether a set is large enough for the drop that a goal
allows: on 408 samples, 1 % of accuracy is inside the noise.`;
