// What every metric owes: the same value however the samples are batched, and a typed error where outputs do not fit.

import {
  elementCount,
  isTersorError,
  tensorOf,
  type Feeds,
  type Label,
  type Metric,
  type Tensor,
  type Verdict,
} from "@tersor/core";
import { checksOf, type Check, type Finding } from "./check.ts";
import { fingerprint } from "./fingerprint.ts";
import { nameFinding } from "./names.ts";

/** Outputs of a model and the labels that belong to them, one per index of the first axis; at least two. */
export interface MetricExample {
  readonly outputs: Feeds;
  readonly labels: readonly Label[];
  /** The value, from a source other than the metric itself. */
  readonly value: number;
}

/** Values that should be equal may differ by rounding. */
const TOLERANCE = 1e-9;

/** The laws of metrics, tried on an example. */
export function metricChecks(metric: Metric, example: MetricExample): readonly Check[] {
  const before = fingerprint(example);
  return checksOf(`The metric "${metric.name}"`, {
    "its name is a word that recipes can say": () => nameFinding(metric.name),
    "it is not a number before the first sample": () => {
      const value = metric.begin().value();
      return Number.isNaN(value) ? undefined : `it is ${value}`;
    },
    "it gives the value of the example": () => valueFinding(judge(metric, example).value, example.value),
    "batches do not matter": () => batchFinding(metric, example),
    "asking for the value changes nothing": () => askingFinding(metric, example),
    "two accumulations do not disturb each other": () => independenceFinding(metric, example),
    "there is a verdict for each sample, or none": () => verdictFinding(metric, example),
    "outputs and labels are left as they are": () => {
      judge(metric, example);
      return fingerprint(example) === before ? undefined : "they were changed";
    },
    "what does not fit is refused with a TersorError": () => refusalFinding(metric, example),
  });
}

interface Judged {
  readonly value: number;
  readonly verdicts: readonly Verdict[];
}

function judge(metric: Metric, ...batches: readonly Pick<MetricExample, "outputs" | "labels">[]): Judged {
  const run = metric.begin();
  const verdicts = batches.flatMap(({ outputs, labels }) => run.update(outputs, labels));
  return { value: run.value(), verdicts };
}

function valueFinding(value: number, expected: number): Finding {
  const isNear = Math.abs(value - expected) <= TOLERANCE * Math.max(1, Math.abs(expected));
  return isNear ? undefined : `it is ${value}, not ${expected}`;
}

function batchFinding(metric: Metric, example: MetricExample): Finding {
  const single = example.labels.map((_, i) => rowsOf(example, i, i + 1));
  const halves = [rowsOf(example, 0, 1), rowsOf(example, 1, example.labels.length)];
  const { value } = judge(metric, example);
  return valueFinding(judge(metric, ...single).value, value) ?? valueFinding(judge(metric, ...halves).value, value);
}

/** The samples from `start` to `end` of the example. */
function rowsOf(
  { outputs, labels }: MetricExample,
  start: number,
  end: number,
): Pick<MetricExample, "outputs" | "labels"> {
  const cut = Object.entries(outputs).map(([name, tensor]) => [name, rowsOfTensor(tensor, start, end)] as const);
  return { outputs: Object.fromEntries(cut), labels: labels.slice(start, end) };
}

function rowsOfTensor({ dtype, shape, data }: Tensor, start: number, end: number): Tensor {
  const row = elementCount(shape.slice(1));
  return tensorOf(dtype, [end - start, ...shape.slice(1)], data.slice(start * row, end * row));
}

function askingFinding(metric: Metric, example: MetricExample): Finding {
  const run = metric.begin();
  for (const i of example.labels.keys()) {
    const { outputs, labels } = rowsOf(example, i, i + 1);
    run.update(outputs, labels);
    run.value();
  }
  return valueFinding(run.value(), judge(metric, example).value);
}

function independenceFinding(metric: Metric, example: MetricExample): Finding {
  const [first, second] = [metric.begin(), metric.begin()];
  first.update(example.outputs, example.labels);
  const { outputs, labels } = rowsOf(example, 0, 1);
  second.update(outputs, labels);
  return valueFinding(first.value(), judge(metric, example).value);
}

function verdictFinding(metric: Metric, example: MetricExample): Finding {
  const { value, verdicts } = judge(metric, example);
  if (metric.kind !== "proportion") return undefined;
  if (verdicts.length === 0) return "it is a proportion and gives none";
  const share = verdicts.filter(({ correct }) => correct).length / verdicts.length;
  return valueFinding(value, share);
}

function refusalFinding(metric: Metric, { outputs, labels }: MetricExample): Finding {
  const misfits: readonly [string, Feeds, readonly Label[]][] = [
    ["no output at all", {}, labels],
    ["a label too few", outputs, labels.slice(1)],
    ["labels that belong to no metric", outputs, labels.map(foreignLabel)],
  ];
  for (const [what, feeds, given] of misfits) {
    try {
      metric.begin().update(feeds, given);
      return `it accepts ${what}`;
    } catch (error) {
      if (!isTersorError(error)) return `with ${what} it threw ${String(error)}`;
    }
  }
  return undefined;
}

/** A label of another kind: text where it was none, else a tensor of numbers. */
function foreignLabel(label: Label): Label {
  const isText = typeof label === "string" || (Array.isArray(label) && typeof label[0] === "string");
  return isText ? tensorOf("float32", [1], Float32Array.of(0.5)) : "no such label";
}
