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
import { yoloObjects } from "./anchors.ts";
import { detectedFaces, distance } from "./faces.ts";

/** A sample that was run, with what the model answered. */
interface Answered {
  readonly sample: Sample;
  readonly outputs: Feeds;
}

/** The labels of all samples, in their order; undefined where the metric needs none. */
type LabelMaker = (answered: readonly Answered[], metric: string) => readonly (Label | undefined)[];

const each =
  (label: (answered: Answered) => Label | undefined): LabelMaker =>
  (answered) =>
    answered.map(label);

/** By metric: how answers become labels. */
const makers: readonly (readonly [metric: RegExp, maker: LabelMaker])[] = [
  [/^(accuracy|top-\d+|f1|f1-.*|matthews|tagging-f1)$/, each(({ outputs }) => classesOf(firstOf(outputs)))],
  [/^squad-/, each(({ outputs, sample }) => answeredLabel(outputs, sample.label as LabelRecord))],
  [/^(pearson|spearman|mse)$/, each(({ outputs }) => Array.from(numbersOf(firstOf(outputs))))],
  [/^perplexity$/, each(() => undefined)],
  [/^mlm-(perplexity|accuracy)$/, each(({ sample }) => sample.label)],
  [/^miou$/, each(({ outputs }) => classMap(firstOf(outputs)))],
  [/^(map|voc-map)/, each(({ outputs }) => detectedObjects(outputs))],
  [/^yolo-map(-center)?$/, (answered, metric) => answered.map(({ outputs }) => yoloObjects(outputs, metric))],
  [/^token-bleu$/, each(({ outputs }) => Array.from(numbersOf(firstOf(outputs))).join(" "))],
  [/^face-detection$/, each(({ outputs }) => detectedFaces(outputs))],
  [/^face-verification$/, (answered) => nearPairs(answered.map(({ outputs }) => numbersOf(firstOf(outputs))))],
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
  const answered = await answersOf(executor, model, dataset);
  const labels = make(answered, metric);
  const samples = answered.map(({ sample: { label: _, ...sample } }, i): Sample => {
    const label = labels[i];
    return label === undefined ? sample : { ...sample, label };
  });
  return datasetOf(dataset.name, () => samples, samples.length);
}

async function answersOf(executor: Executor, model: string, dataset: Dataset): Promise<readonly Answered[]> {
  const executable = await executor.compile({ file: model });
  try {
    const answered: Answered[] = [];
    for await (const sample of dataset) answered.push({ sample, outputs: await executable.run(sample.feeds) });
    return answered;
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
function classMap(tensor: Tensor): Label {
  const [, classes = 1, ...size] = tensor.shape;
  const area = elementCount(size);
  const numbers = numbersOf(tensor);
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

/** Objects of a label, at most: the detections a model is surest of. */
const MOST_OBJECTS = 5;

/** The best detections of a model whose outputs are boxes, scores and classes. */
function detectedObjects(outputs: Feeds): Label {
  const named = (...parts: readonly string[]) =>
    numbersOf(["det_", "", "detection_"].flatMap((start) => parts.map((part) => outputs[start + part])).find(isThere)!);
  const [boxes, scores, classes] = [named("boxes"), named("scores"), named("labels", "classes")];
  const isBox = (at: number) => boxes[4 * at + 2]! > boxes[4 * at]! && boxes[4 * at + 3]! > boxes[4 * at + 1]!;
  const best = Array.from(scores, (score, at) => ({ score, at })).sort((a, b) => b.score - a.score);
  const kept = best
    .map(({ at }) => at)
    .filter(isBox)
    .slice(0, MOST_OBJECTS);
  return {
    boxes: kept.map((at) => Array.from({ length: 4 }, (_, i) => boxes[4 * at + i]!)),
    classes: kept.map((at) => classes[at]!),
  };
}

function isThere(tensor: Tensor | undefined): tensor is Tensor {
  return tensor !== undefined;
}

/** For samples that are pairs one after the other: 1 where the embeddings of a pair are among the nearer half. */
function nearPairs(embeddings: readonly ArrayLike<number>[]): readonly Label[] {
  const pairs = Math.floor(embeddings.length / 2);
  const distances = Array.from({ length: pairs }, (_, i) => distance(embeddings[2 * i]!, embeddings[2 * i + 1]!));
  const middle = distances.toSorted((a, b) => a - b)[Math.floor(pairs / 2)]!;
  return embeddings.map((_, i) => ((distances[Math.floor(i / 2)] ?? Infinity) < middle ? 1 : 0));
}
