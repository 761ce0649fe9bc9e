// Data that stands for a row's own: made up where the row's files would be, and read through the same kind of dataset
// with the same preprocessing, at the sizes that the skeleton takes.

import { join } from "node:path";
import type { Graph, ModelInput } from "@tersor/core";
import { standInUnknown } from "../errors.ts";
import { inputsOf } from "../api/model.ts";
import type { InputSketch } from "./skeleton.ts";
import { writeStandInImages } from "./stand-in-images.ts";
import { writeStandInLines } from "./stand-in-lines.ts";
import {
  VOCABULARY,
  writeStandInChoices,
  writeStandInQuestions,
  writeStandInSentences,
  writeStandInTokenizer,
  writeStandInWords,
  type StandInTexts,
} from "./stand-in-text.ts";
import type { DataDescription, SuiteRow } from "./suite.ts";

/** Samples that ranges are found on, and that are judged. */
export const CALIBRATION_SAMPLES = 8;
export const EVALUATION_SAMPLES = 32;
/** Tokens of a text, and those that two windows of it share. */
const TOKENS = 24;
const STRIDE = 4;

/** A description of made-up data, and what of the row's own it replaces. */
export interface StandInData {
  readonly description: DataDescription;
  readonly replaced: DataDescription;
}

/** What data is made for. */
export interface StandInPlace {
  /** Folder for made-up files; they are the same for every row. */
  readonly folder: string;
  readonly row: SuiteRow;
  readonly graph: Graph;
  readonly sketches: readonly InputSketch[];
  readonly samples: number;
  readonly seed: number;
}

/** Makes data for a row's calibration or evaluation. @throws TERSOR_STAND_IN_DATA for a kind of data that has none */
export function standInData(place: StandInPlace, own: DataDescription): StandInData {
  for (const [kind, make] of Object.entries(kinds)) if (Object.hasOwn(own, kind)) return make(place, own);
  throw standInUnknown(place.row.id, Object.keys(own));
}

type Kind = (place: StandInPlace, own: DataDescription) => StandInData;

const kinds: Readonly<Record<string, Kind>> = {
  images: standInImages,
  text: standInText,
  hub: standInText,
  tsv: standInText,
  jsonLines: standInLines,
};

function standInImages({ folder, row, graph, samples, seed }: StandInPlace, own: DataDescription): StandInData {
  const { name, type } = inputsOf(graph)[0] as ModelInput;
  const { height, width, layout } = imageSizes(type);
  const place = join(folder, `images-${seed}-${samples}`);
  writeStandInImages(place, samples, seed);
  const { preprocessing: changed = {}, data } = row.model.standIn;
  const named = own["preprocessing"];
  const base = typeof named === "string" ? { base: named } : (named as object);
  const preprocessing = { ...base, ...changed, size: { height, width }, layout, dtype: imageType(type) };
  const description = { images: place, input: name, labels: "none", preprocessing, ...data };
  const changes = Object.entries(changed).map(([step, value]) => `${step} ${JSON.stringify(value)}`);
  const how = [`${height} x ${width}`, layout, ...changes].join(", ");
  const whose = typeof named === "string" ? named : "its own";
  return { description, replaced: { images: `${samples} made-up pictures`, preprocessing: `${whose}, at ${how}` } };
}

/** Detectors of TensorFlow take bytes, and change them themselves. */
function imageType(type: ModelInput["type"]): "uint8" | "float32" {
  return type.kind === "tensor" && type.dtype === "uint8" ? "uint8" : "float32";
}

/** Sizes that are not fixed are 64. */
function imageSizes(type: ModelInput["type"]) {
  const shape = type.kind === "tensor" ? (type.shape ?? []) : [];
  const layout = shape.at(-1) === 3 ? ("NHWC" as const) : ("NCHW" as const);
  const sizes = layout === "NHWC" ? shape.slice(-3, -1) : shape.slice(-2);
  const [height = 64, width = 64] = sizes.map((dim) => (typeof dim === "number" ? dim : 64));
  return { height, width, layout };
}

function standInText(place: StandInPlace, own: DataDescription): StandInData {
  const { folder, row, samples, seed } = place;
  const { stride, task, padding } = own;
  const { vocabulary = VOCABULARY, data } = row.model.standIn;
  const texts = { folder, count: samples, seed, vocabulary };
  const description = {
    ...(task !== undefined && { task }),
    ...(padding !== undefined && { padding }),
    ...textsOf(task, texts, place, own),
    tokenizer: writeStandInTokenizer(texts),
    maxLength: TOKENS,
    ...(stride !== undefined && { stride: STRIDE }),
    ...data,
  };
  const text = task === "question-answering" ? "made-up questions" : "made-up sentences";
  const { maxLength } = description;
  const replaced = { text: `${samples} ${text}`, tokenizer: `words of a vocabulary of ${vocabulary}`, maxLength };
  return { description, replaced };
}

/** The file of a task's texts, and its columns. */
function textsOf(task: unknown, texts: StandInTexts, place: StandInPlace, own: DataDescription): DataDescription {
  if (task === "question-answering") return { text: writeStandInQuestions(texts) };
  if (task === "token-classification") return { text: writeStandInWords(texts), column: "tokens", label: "tags" };
  const columns = { column: "first", ...(own["textPair"] !== undefined && { textPair: "second" }) };
  if (task !== "multiple-choice") return { ...columns, text: writeStandInSentences(texts), ...labelOf(task) };
  const choices = Array.from({ length: choicesOf(place) }, (_, i) => `ending${i}`);
  return { ...columns, text: writeStandInChoices(texts, choices), choices };
}

/** What a decoder is given is asked for by name. */
function labelOf(task: unknown): DataDescription {
  return task === "sequence-to-sequence" ? { label: "second" } : {};
}

/** The second size of the inputs: [samples, choices, tokens]. */
function choicesOf({ graph }: StandInPlace): number {
  const [input] = inputsOf(graph);
  const size = input?.type.kind === "tensor" ? input.type.shape?.[1] : undefined;
  return typeof size === "number" ? size : 2;
}

function standInLines(place: StandInPlace, own: DataDescription): StandInData {
  const { folder, row, samples, seed } = place;
  const { label: _, ...rest } = own;
  const file = join(folder, `lines-${row.model.standIn.skeleton}-${seed}-${samples}.jsonl`);
  writeStandInLines(file, place);
  return {
    description: { ...rest, jsonLines: file, ...row.model.standIn.data },
    replaced: { jsonLines: `${samples} made-up inputs` },
  };
}
