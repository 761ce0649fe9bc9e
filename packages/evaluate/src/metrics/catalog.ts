// All built-in metrics, in the order of the documentation: a new one is a definition here.

import { accuracy, type AccuracyOptions } from "./accuracy.ts";
import { bleuMetric } from "./bleu.ts";
import { f1, matthews, type Average, type F1Options } from "./classification.ts";
import { define, type MetricDefinition } from "./definition.ts";
import { boxFormats } from "./detection/boxes.ts";
import { cocoFigures, cocoMetric, vocMetric, type CocoFigure } from "./detection/mean-average-precision.ts";
import type { DetectionOptions } from "./detection/read.ts";
import {
  maskedAccuracy,
  maskedPerplexity,
  perplexity,
  type LanguageModelOptions,
  type PerplexityOptions,
} from "./language-model.ts";
import type { ClassOptions } from "./predicted-classes.ts";
import { mse, pearson, spearman, type RegressionOptions } from "./regression.ts";
import { rougeMetric, type RougeKind, type RougeOptions } from "./rouge.ts";
import { meanIou, type SegmentationOptions } from "./segmentation.ts";
import { squad, type SquadOptions } from "./squad.ts";
import { taggingF1, type TaggingOptions } from "./tagging.ts";
import type { TextOptions } from "./text-output.ts";
import { cer, exactMatch, wer } from "./word-errors.ts";

const scores = "scores [samples, classes]";
const classes = "scores, one score per row with `threshold`, or classes";
const textOutput = "a text per sample, or token ids with `decode`";
const textLabel = "a text, or several that are right";
const boxOutputs = "boxes [samples, boxes, 4], scores and classes [samples, boxes]";
const share = "0 to 1";

const classOptions = { output: "text", threshold: "number" } as const;
const textOptions = { output: "text", decode: "function" } as const;
const detectionOptions = {
  boxes: "text",
  scores: "text",
  classes: "text",
  detections: "text",
  format: boxFormats,
  labelFormat: boxFormats,
  normalized: "boolean",
  classOffset: "number",
} as const;

const classification: readonly MetricDefinition[] = [
  define<Omit<AccuracyOptions, "k">>({
    names: ["accuracy"],
    pattern: { text: "top-k", matches: /^top-([2-9]|[1-9]\d{1,5})$/ },
    higherIsBetter: true,
    range: share,
    outputs: scores,
    labels: "a class",
    reference: "scikit-learn `accuracy_score`, `top_k_accuracy_score`",
    options: { output: "text", classOffset: "number" },
    make: (name, options) => accuracy({ ...options, k: name === "accuracy" ? 1 : Number(name.slice(4)) }),
  }),
  define<Omit<F1Options, "average">>({
    names: ["f1", "f1-macro", "f1-micro", "f1-weighted"],
    higherIsBetter: true,
    range: share,
    outputs: classes,
    labels: "a class",
    reference: "scikit-learn `f1_score`",
    options: { ...classOptions, positive: "count" },
    make: (name, options) => f1({ ...options, average: name === "f1" ? "binary" : (name.slice(3) as Average) }),
  }),
  define<ClassOptions>({
    names: ["matthews"],
    higherIsBetter: true,
    range: "-1 to 1",
    outputs: classes,
    labels: "a class",
    reference: "scikit-learn `matthews_corrcoef`",
    options: classOptions,
    make: (_, options) => matthews(options),
  }),
];

const regression: readonly MetricDefinition[] = [
  define<RegressionOptions>({
    names: ["pearson", "spearman"],
    higherIsBetter: true,
    range: "-1 to 1",
    outputs: "numbers",
    labels: "as many numbers",
    reference: "scipy `pearsonr`, `spearmanr`",
    options: { output: "text" },
    make: (name, options) => (name === "pearson" ? pearson : spearman)(options),
  }),
  define<RegressionOptions>({
    names: ["mse"],
    higherIsBetter: false,
    range: "0 or more",
    outputs: "numbers",
    labels: "as many numbers",
    reference: "scikit-learn `mean_squared_error`",
    options: { output: "text" },
    make: (_, options) => mse(options),
  }),
];

const language: readonly MetricDefinition[] = [
  define<Omit<SquadOptions, "noAnswer">>({
    names: ["squad-em", "squad-f1", "squad-v2-em", "squad-v2-f1"],
    higherIsBetter: true,
    range: share,
    outputs: "logits of beginnings and of ends [samples, tokens]",
    labels: "`answers`, `context`, `offsets`, `id`",
    reference: "SQuAD's evaluation scripts 1.1 and 2.0, over 100",
    options: { start: "text", end: "text", nullThreshold: "number", maxAnswerLength: "count", nBest: "count" },
    make: (name, options) =>
      squad(name.endsWith("em") ? "exact" : "f1", { ...options, noAnswer: name.startsWith("squad-v2") }),
  }),
  define<TaggingOptions>({
    names: ["tagging-f1"],
    higherIsBetter: true,
    range: share,
    outputs: "scores [samples, tokens, classes], or classes",
    labels: "a class per token, -100 where none counts",
    reference: "seqeval `f1_score`",
    options: { tags: "texts", output: "text", ignore: "number" },
    required: ["tags"],
    make: (_, options) => taggingF1(options),
  }),
  define<PerplexityOptions>({
    names: ["perplexity"],
    higherIsBetter: false,
    range: "1 or more",
    outputs: "logits [samples, tokens, vocabulary]",
    labels: "token ids; else the input `input_ids` without its padding",
    reference: "scipy `log_softmax`",
    options: { output: "text", ignore: "number", ids: "text", mask: "text" },
    make: (_, options) => perplexity(options),
  }),
  define<LanguageModelOptions>({
    names: ["mlm-perplexity"],
    higherIsBetter: false,
    range: "1 or more",
    outputs: "logits [samples, tokens, vocabulary]",
    labels: "ids of masked tokens, -100 elsewhere",
    reference: "scipy `log_softmax`",
    options: { output: "text", ignore: "number" },
    make: (_, options) => maskedPerplexity(options),
  }),
  define<LanguageModelOptions>({
    names: ["mlm-accuracy"],
    higherIsBetter: true,
    range: share,
    outputs: "logits [samples, tokens, vocabulary]",
    labels: "ids of masked tokens, -100 elsewhere",
    reference: "numpy `argmax`",
    options: { output: "text", ignore: "number" },
    make: (_, options) => maskedAccuracy(options),
  }),
];

const generation: readonly MetricDefinition[] = [
  define<TextOptions>({
    names: ["bleu"],
    higherIsBetter: true,
    range: "0 to 100",
    outputs: textOutput,
    labels: textLabel,
    reference: "sacrebleu `corpus_bleu`",
    options: textOptions,
    make: (_, options) => bleuMetric(options),
  }),
  define<RougeOptions>({
    names: ["rouge-1", "rouge-2", "rouge-l", "rouge-lsum"],
    higherIsBetter: true,
    range: share,
    outputs: textOutput,
    labels: textLabel,
    reference: "rouge-score, mean F-measure",
    options: { ...textOptions, stem: "boolean" },
    make: (name, options) => rougeMetric(rougeKinds[name]!, options),
  }),
  define<TextOptions>({
    names: ["exact-match"],
    higherIsBetter: true,
    range: share,
    outputs: textOutput,
    labels: textLabel,
    reference: "Python `str.strip` and equality",
    options: textOptions,
    make: (_, options) => exactMatch(options),
  }),
  define<TextOptions>({
    names: ["wer", "cer"],
    higherIsBetter: false,
    range: "0 or more",
    outputs: textOutput,
    labels: textLabel,
    reference: "jiwer `wer`, `cer`",
    options: textOptions,
    make: (name, options) => (name === "wer" ? wer : cer)(options),
  }),
];

const rougeKinds: Readonly<Record<string, RougeKind>> = {
  "rouge-1": 1,
  "rouge-2": 2,
  "rouge-l": "l",
  "rouge-lsum": "lsum",
};

const vision: readonly MetricDefinition[] = [
  define<DetectionOptions>({
    names: cocoFigures,
    higherIsBetter: true,
    range: share,
    outputs: boxOutputs,
    labels: "`boxes`, `classes`, `iscrowd`, `area`, `width`, `height`",
    reference: "pycocotools `COCOeval`",
    options: detectionOptions,
    make: (name, options) => cocoMetric(name as CocoFigure, options),
  }),
  define<DetectionOptions>({
    names: ["voc-map", "voc-map-11"],
    higherIsBetter: true,
    range: share,
    outputs: boxOutputs,
    labels: "`boxes`, `classes`, `difficult`, `width`, `height`",
    reference: "py-faster-rcnn `voc_eval`",
    options: detectionOptions,
    make: (name, options) => vocMetric(name as "voc-map" | "voc-map-11", options),
  }),
  define<SegmentationOptions>({
    names: ["miou"],
    higherIsBetter: true,
    range: share,
    outputs: "scores [samples, classes, height, width], or classes [samples, height, width]",
    labels: "a class per pixel, 255 where none counts",
    reference: "scikit-learn `jaccard_score`, macro",
    options: { output: "text", classesLast: "boolean", ignore: "number" },
    make: (_, options) => meanIou(options),
  }),
];

/** The built-in metrics. */
export const metricDefinitions: readonly MetricDefinition[] = [
  ...classification,
  ...regression,
  ...language,
  ...generation,
  ...vision,
];
