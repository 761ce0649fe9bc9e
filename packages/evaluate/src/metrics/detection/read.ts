// Detections out of a model's outputs, and the objects that labels say are there.

import { isFloat, isInteger, numbersOf, type Feeds, type Label, type Tensor } from "@tersor/core";
import { labelMismatch, metricMismatch, missingOutput } from "../../errors.ts";
import { assertLabelCount, isTensor, recordOfLabel } from "../labels.ts";
import { boxAt, scaled, type Box, type BoxFormat } from "./boxes.ts";

/** Where detections are read from. */
export interface DetectionOptions {
  /** Output with the boxes [samples, boxes, 4], after non-maximum suppression. Default: "boxes", "bboxes" or "detection_boxes". */
  readonly boxes?: string;
  /** Output with a score per box [samples, boxes]. Default: "scores" or "detection_scores". */
  readonly scores?: string;
  /** Output with a class per box [samples, boxes]; below 0 is no detection. Default: "classes", "labels" or "detection_classes". */
  readonly classes?: string;
  /** Output with the number of detections per sample, where boxes are padded. Default: "num_detections" where there is one. */
  readonly detections?: string;
  /** Form of the model's boxes. Default "xyxy". */
  readonly format?: BoxFormat;
  /** Form of the labels' boxes. Default "xyxy"; annotations of COCO are "xywh". */
  readonly labelFormat?: BoxFormat;
  /** Whether the model's boxes are shares of the image; labels then need `width` and `height`. Default false. */
  readonly normalized?: boolean;
  /** Added to the model's classes to give those of the labels. Default 0. */
  readonly classOffset?: number;
}

/** A box that the model found. */
export interface Detection {
  readonly box: Box;
  readonly score: number;
  readonly class: number;
}

/** An object that is there. */
export interface LabelledObject {
  readonly box: Box;
  readonly class: number;
  /** A crowd: detections inside match it, however many, and do not count. */
  readonly crowd: boolean;
  /** Too hard to be asked for (VOC). */
  readonly difficult: boolean;
  /** In pixels, where the annotation has it (a mask is smaller than its box). */
  readonly area: number | undefined;
}

/** One image. */
export interface DetectedImage {
  readonly detections: readonly Detection[];
  readonly objects: readonly LabelledObject[];
}

/** @throws EVALUATE_MISSING_OUTPUT, EVALUATE_METRIC_MISMATCH, EVALUATE_LABEL_MISMATCH */
export function readImages(
  metric: string,
  options: DetectionOptions,
  outputs: Feeds,
  labels: readonly Label[],
): readonly DetectedImage[] {
  const found = tensorsOf(metric, options, outputs);
  const samples = found.boxes.tensor.shape.length === 2 ? 1 : found.boxes.tensor.shape[0]!;
  assertLabelCount(metric, found.boxes.name, samples, labels);
  const detections = detectionsOf(metric, options, found, samples);
  return labels.map((label, i) => {
    const { objects, size } = objectsOf(metric, label, options.labelFormat ?? "xyxy");
    if (!options.normalized) return { detections: detections[i]!, objects };
    if (size === undefined) {
      throw labelMismatch(metric, "the boxes are shares of the image, and a label has no width and height", {});
    }
    const inPixels = ({ box, ...rest }: Detection) => ({ ...rest, box: scaled(box, size.width, size.height) });
    return { detections: detections[i]!.map(inPixels), objects };
  });
}

interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

interface DetectionTensors {
  readonly boxes: NamedTensor;
  readonly scores: NamedTensor;
  readonly classes: NamedTensor;
  readonly counts: NamedTensor | undefined;
}

const usualNames = {
  boxes: ["boxes", "bboxes", "detection_boxes"],
  scores: ["scores", "detection_scores"],
  classes: ["classes", "labels", "detection_classes"],
  detections: ["num_detections"],
} as const;

function tensorsOf(metric: string, options: DetectionOptions, outputs: Feeds): DetectionTensors {
  const names = Object.keys(outputs);
  const find = (part: keyof typeof usualNames): NamedTensor | undefined => {
    const wanted: readonly string[] = options[part] === undefined ? usualNames[part] : [options[part]];
    // TensorFlow's converters leave the number of an operator's result in the name: "detection_boxes:0".
    const name = names.find((candidate) => wanted.includes(candidate) || wanted.includes(candidate.replace(/:0$/, "")));
    return name === undefined ? undefined : { name, tensor: outputs[name]! };
  };
  const need = (part: keyof typeof usualNames): NamedTensor => {
    const tensor = find(part);
    if (tensor === undefined) throw missingOutput(metric, options[part] ?? usualNames[part].join('" or "'), names);
    return tensor;
  };
  const counts = options.detections === undefined ? find("detections") : need("detections");
  return { boxes: need("boxes"), scores: need("scores"), classes: need("classes"), counts };
}

function detectionsOf(
  metric: string,
  { format = "xyxy", classOffset = 0 }: DetectionOptions,
  { boxes, scores, classes, counts }: DetectionTensors,
  samples: number,
): readonly (readonly Detection[])[] {
  assertBoxes(metric, boxes);
  const corners = numbersOf(boxes.tensor);
  const each = corners.length / 4;
  const perImage = samples === 0 ? 0 : each / samples;
  const score = perBox(metric, scores, each);
  const classOf = perBox(metric, classes, each);
  const limits = counts && perBox(metric, counts, samples);
  return Array.from({ length: samples }, (_, image) => {
    const length = Math.max(0, Math.min(perImage, limits?.[image] ?? perImage));
    return Array.from({ length: Math.floor(length) }, (_, i): Detection => {
      const at = image * perImage + i;
      return { box: boxAt(corners, 4 * at, format), score: score[at]!, class: classOf[at]! + classOffset };
    }).filter(({ score, class: index }) => !Number.isNaN(score) && index - classOffset >= 0);
  });
}

function assertBoxes(metric: string, { name, tensor: { dtype, shape } }: NamedTensor): void {
  const fits = (isFloat(dtype) || isInteger(dtype)) && (shape.length === 3 || shape.length === 2) && shape.at(-1) === 4;
  if (!fits) throw metricMismatch(metric, { output: name, dtype, shape, why: "it needs boxes [samples, boxes, 4]" });
}

function perBox(metric: string, { name, tensor }: NamedTensor, count: number): ArrayLike<number> {
  const { dtype, shape } = tensor;
  const numbers = isFloat(dtype) || isInteger(dtype) ? numbersOf(tensor) : [];
  if (numbers.length === count) return numbers;
  throw metricMismatch(metric, { output: name, dtype, shape, why: `it needs one number for each of ${count}` });
}

function objectsOf(
  metric: string,
  label: Label,
  format: BoxFormat,
): { readonly objects: readonly LabelledObject[]; readonly size: { width: number; height: number } | undefined } {
  const record = recordOfLabel(metric, label, "boxes and classes");
  const corners = flatNumbers(metric, "boxes", record["boxes"]) ?? [];
  const count = corners.length / 4;
  const column = (part: string) => {
    const numbers = flatNumbers(metric, part, record[part]);
    if (numbers === undefined || numbers.length === count) return numbers;
    throw labelMismatch(metric, `a label has ${numbers.length} "${part}" for ${count} boxes`, { part });
  };
  const classes = column("classes");
  if (classes === undefined || record["boxes"] === undefined) {
    throw labelMismatch(metric, 'a label needs "boxes" and "classes"', {});
  }
  const [crowd, difficult, area] = [column("iscrowd"), column("difficult"), column("area")];
  const objects = Array.from({ length: count }, (_, i) => ({
    box: boxAt(corners, 4 * i, format),
    class: classes[i]!,
    crowd: (crowd?.[i] ?? 0) !== 0,
    difficult: (difficult?.[i] ?? 0) !== 0,
    area: area?.[i],
  }));
  const { width, height } = record;
  return { objects, size: typeof width === "number" && typeof height === "number" ? { width, height } : undefined };
}

/** Numbers of a list, a list of lists, or a tensor; booleans are 0 and 1. */
function flatNumbers(metric: string, part: string, value: unknown): ArrayLike<number> | undefined {
  if (value === undefined) return undefined;
  if (isTensor(value) && value.dtype !== "string") return numbersOf(value);
  const items: readonly unknown[] = Array.isArray(value) ? value.flat() : [];
  const numbers = items.map((item) => (typeof item === "boolean" ? Number(item) : item));
  if (Array.isArray(value) && numbers.every((item) => typeof item === "number")) return numbers;
  throw labelMismatch(metric, `the part "${part}" of a label is no list of numbers`, { part });
}
