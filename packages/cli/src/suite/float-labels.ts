// Labels that the float model gives itself: what it answers is taken for right, so that a metric of the quantized model
// says how far both agree, and nothing about the world.

import {
  datasetOf,
  elementCount,
  numbersOf,
  type Dataset,
  type Executor,
  type Feeds,
  type Label,
  type LabelRecord,
  type Sample,
  type Tensor,
} from "@tersor/core";
import { metricWithoutStandIn } from "../errors.ts";

type LabelMaker = (outputs: Feeds, sample: Sample) => Label | undefined;

/** By metric: how an answer becomes a label. */
const makers: readonly (readonly [metric: RegExp, maker: LabelMaker])[] = [
  [/^(accuracy|top-\d+|f1|f1-.*|matthews|tagging-f1)$/, (outputs) => classesOf(firstOf(outputs))],
  [/^squad-/, (outputs, { label }) => answeredLabel(outputs, label as LabelRecord)],
  [/^perplexity$/, () => undefined],
  [/^miou$/, (outputs) => classMap(firstOf(outputs))],
];

/**
 * The samples of a dataset with the answers of a model as labels. Each sample is run once, however often it is walked.
 * @throws TERSOR_STAND_IN_METRIC for a metric whose labels nobody knows how to make
 */
export async function labelledBy(
  executor: Executor,
  model: string,
  dataset: Dataset,
  metric: string,
): Promise<Dataset> {
  const make = makers.find(([pattern]) => pattern.test(metric))?.[1];
  if (make === undefined) throw metricWithoutStandIn(metric);
  const executable = await executor.compile({ file: model });
  try {
    const samples: Sample[] = [];
    for await (const { label: given, ...sample } of dataset) {
      const label = make(await executable.run(sample.feeds), {
        ...sample,
        ...(given !== undefined && { label: given }),
      });
      samples.push({ ...sample, ...(label !== undefined && { label }) });
    }
    return datasetOf(dataset.name, () => samples, samples.length);
  } finally {
    await executable.dispose();
  }
}

function firstOf(outputs: Feeds): Tensor {
  return Object.values(outputs)[0]!;
}

/** The class of the one row, or of each of several. */
function classesOf(tensor: Tensor): Label {
  const width = tensor.shape.at(-1)!;
  const rows = elementCount(tensor.shape) / width;
  const numbers = numbersOf(tensor);
  const classes = Array.from({ length: rows }, (_, row) => argmax(numbers, row * width, width, 1));
  return rows === 1 ? classes[0]! : classes;
}

/** The class of each pixel of [1, classes, height, width]. */
function classMap({ dtype, shape, data }: Tensor): Label {
  const [, classes = 1, ...size] = shape;
  const area = elementCount(size);
  const numbers = numbersOf({ dtype, shape, data });
  return Array.from({ length: area }, (_, at) => argmax(numbers, at, classes, area));
}

function argmax(numbers: ArrayLike<number>, from: number, count: number, stride: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (numbers[from + i * stride]! > numbers[from + best * stride]!) best = i;
  return best;
}

/** Most tokens of an answer. */
const MOST_ANSWER_TOKENS = 30;

/** The label with the model's best span as the answer. */
function answeredLabel(outputs: Feeds, label: LabelRecord): Label {
  const [starts, ends] = ["start_logits", "end_logits"].map((name) => numbersOf(outputs[name] ?? firstOf(outputs)));
  const offsets = label["offsets"] as readonly (readonly [number, number] | null)[];
  let best = { score: -Infinity, text: "" };
  for (const [i, first] of offsets.entries()) {
    for (let j = i; first && j < Math.min(offsets.length, i + MOST_ANSWER_TOKENS); j++) {
      const last = offsets[j];
      const score = starts![i]! + ends![j]!;
      if (last && score > best.score) best = { score, text: String(label["context"]).slice(first[0], last[1]) };
    }
  }
  return { ...label, answers: [best.text] };
}
