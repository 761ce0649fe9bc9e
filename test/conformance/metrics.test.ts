// Every built-in metric keeps the laws that plugins are held to. Values are those of the reference implementations.

import { describe, expect, it } from "vitest";
import { float32, int64, tensorOf, type Feeds, type Label } from "@tersor/core";
import { metricFrom, metricNames, standardMetrics, type MetricOptions } from "@tersor/evaluate";
import { metricChecks } from "@tersor/testing";

interface Example {
  readonly outputs: Feeds;
  readonly labels: readonly Label[];
  /** The value by name: metrics of one kind share outputs and labels. */
  readonly values: Readonly<Record<string, number>>;
  readonly options?: MetricOptions;
}

const logits = float32([4, 3], [1, 2, 0, 5, 4, 3, 0, 1, 2, 1, 0, 0]);
const classes = float32([5, 2], [0, 1, 0, 1, 1, 0, 1, 0, 0, 1]);
const texts = tensorOf("string", [3], ["the cat sat on a mat", "no", "one two three four"]);
const boxes = float32([2, 2, 4], [0, 0, 10, 10, 50, 50, 60, 60, 20, 20, 60, 60, 0, 0, 5, 5]);
const objects = [
  { boxes: [[0, 0, 10, 10]], classes: [0] },
  { boxes: [[20, 20, 60, 60]], classes: [0] },
];
const squadLabel = { context: "a big cat", offsets: [null, [0, 1], [2, 5], [6, 9]] };

const examples: readonly Example[] = [
  { outputs: { logits }, labels: [1, 0, 0, 2], values: { accuracy: 0.5, "top-2": 0.5 } },
  {
    // sklearn, y_true [1, 0, 0, 1, 1], y_pred [1, 1, 0, 0, 1]
    outputs: { classes },
    labels: [1, 0, 0, 1, 1],
    values: { f1: 2 / 3, "f1-macro": 7 / 12, "f1-micro": 0.6, "f1-weighted": 0.6, matthews: 1 / 6 },
  },
  {
    // scipy and sklearn, [1, 2, 3, 5] against [2, 1, 4, 4]
    outputs: { y: float32([4, 1], [1, 2, 3, 5]) },
    labels: [2, 1, 4, 4],
    values: { pearson: 0.7481900559272089, spearman: 0.7378647873726218, mse: 1 },
  },
  {
    outputs: {
      start_logits: float32([2, 4], [0, 0, 9, 0, 0, 0, 9, 0]),
      end_logits: float32([2, 4], [0, 0, 0, 9, 0, 0, 0, 9]),
    },
    labels: [
      { ...squadLabel, id: "1", answers: ["Big cat!"] },
      { ...squadLabel, id: "2", answers: ["cat", "dog"] },
    ],
    values: { "squad-em": 0.5, "squad-f1": 5 / 6, "squad-v2-em": 0.5, "squad-v2-f1": 5 / 6 },
  },
  {
    outputs: { tags: int64([2, 3], [1, 0, 1, 0, 1, 0]) },
    labels: [
      [1, 0, 0],
      [0, 1, 0],
    ],
    values: { "tagging-f1": 0.8 },
    options: { tags: ["O", "B-X"] },
  },
  {
    // Equal logits: each of four tokens has the probability 1/4.
    outputs: { logits: float32([2, 3, 4], new Float32Array(24)) },
    labels: [
      [0, 1, 2],
      [3, -100, 0],
    ],
    values: { perplexity: 4, "mlm-perplexity": 4, "mlm-accuracy": 2 / 5 },
  },
  {
    // sacrebleu, rouge-score, jiwer
    outputs: { texts },
    labels: ["the cat is on the mat", "no", "one two three five"],
    values: {
      bleu: 27.455024338805618,
      "rouge-1": 0.8055555555555555,
      "rouge-2": 0.28888888888888886,
      "rouge-l": 0.8055555555555555,
      "rouge-lsum": 0.8055555555555555,
      "exact-match": 1 / 3,
      wer: 3 / 11,
      cer: 9 / 41,
    },
  },
  {
    outputs: {
      boxes,
      scores: float32([2, 2], [0.9, 0.8, 0.7, 0.6]),
      labels: int64([2, 2], [0, 0, 0, 0]),
    },
    labels: objects,
    values: {
      map: 0.8349834983498349,
      "map-50": 0.8349834983498349,
      "map-75": 0.8349834983498349,
      "map-small": 1,
      "map-medium": 1,
      "mar-1": 1,
      "mar-10": 1,
      "mar-100": 1,
      "voc-map": 5 / 6,
      "voc-map-11": 28 / 33,
    },
  },
  {
    outputs: {
      boxes: float32([2, 1, 4], [0, 0, 200, 200, 0, 0, 100, 100]),
      scores: float32([2, 1], [1, 1]),
      labels: int64([2, 1], [0, 0]),
    },
    labels: [
      { boxes: [[0, 0, 200, 200]], classes: [0] },
      { boxes: [[100, 100, 250, 250]], classes: [0] },
    ],
    values: { "map-large": 51 / 101 },
  },
  {
    outputs: { map: int64([2, 1, 2], [0, 1, 1, 1]) },
    labels: [
      [0, 0],
      [1, 255],
    ],
    values: { miou: 0.5 },
  },
];

for (const { outputs, labels, values, options } of examples) {
  for (const [name, value] of Object.entries(values)) {
    describe(name, () => {
      const metric = metricFrom({ name, ...options });
      for (const check of metricChecks(metric, { outputs, labels, value })) it(check.name, check.run);
    });
  }
}

it("no built-in metric is left out", () => {
  const named = examples.flatMap(({ values }) => Object.keys(values));
  expect(new Set(named)).toEqual(new Set([...metricNames.filter((name) => name !== "top-k"), "top-2"]));
  expect(standardMetrics.map(({ name }) => name)).toEqual(expect.arrayContaining(["accuracy", "top-5", "f1", "map"]));
});
