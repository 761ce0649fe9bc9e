// Data that stands for a row's own: made up where the row's files would be, and read through the same kind of dataset
// with the same preprocessing, at the sizes that the skeleton takes.

import { join } from "node:path";
import type { Graph, ModelInput } from "@tersor/core";
import { standInUnknown } from "../errors.ts";
import { resizedPreprocessing, writeStandInImages } from "./stand-in-images.ts";
import { writeStandInSentences, writeStandInTokenizer } from "./stand-in-text.ts";
import type { DataDescription, SuiteRow } from "./suite.ts";

/** Samples that ranges are found on, and that are judged. */
export const CALIBRATION_SAMPLES = 8;
export const EVALUATION_SAMPLES = 32;
const TOKENS = 24;

/** A description of made-up data, and what of the row's own it replaces. */
export interface StandInData {
  readonly description: DataDescription;
  readonly replaced: DataDescription;
}

interface Place {
  /** Folder for made-up files; they are the same for every row. */
  readonly folder: string;
  readonly row: SuiteRow;
  readonly graph: Graph;
  readonly samples: number;
  readonly seed: number;
}

/** Makes data for a row's calibration or evaluation. @throws TERSOR_STAND_IN for a kind of data that has none */
export function standInData(place: Place, own: DataDescription): StandInData {
  for (const [kind, make] of Object.entries(kinds)) if (kind in own) return make(place, own);
  throw standInUnknown(place.row.id, Object.keys(own));
}

type Kind = (place: Place, own: DataDescription) => StandInData;

const kinds: Readonly<Record<string, Kind>> = { images: standInImages, text: standInText };

function standInImages({ folder, row, graph, samples, seed }: Place, own: DataDescription): StandInData {
  const input = inputOf(graph);
  const shape = input.type.kind === "tensor" ? (input.type.shape ?? []) : [];
  const isLast = shape.at(-1) === 3 || shape.at(-1) === 1;
  const [height, width] = (isLast ? shape.slice(1, 3) : shape.slice(2, 4)).map((dim) =>
    typeof dim === "number" ? dim : 64,
  );
  const place = join(folder, `images-${seed}-${samples}`);
  writeStandInImages(place, samples, seed);
  const preprocessing = resizedPreprocessing(own["preprocessing"], height ?? 64, width ?? 64);
  const replaced = {
    images: "made-up pictures",
    preprocessing: `${JSON.stringify(own["preprocessing"])} at ${height} x ${width}, ${isLast ? "NHWC" : "NCHW"}`,
  };
  const description = {
    images: place,
    input: input.name,
    labels: "none",
    preprocessing: { ...preprocessing, layout: isLast ? "NHWC" : "NCHW" },
    ...row.model.standIn.data,
  };
  return { description, replaced };
}

function standInText({ folder, row, samples, seed }: Place, own: DataDescription): StandInData {
  const { column: _, textPair, label: __, classes: ___, ...rest } = own;
  const description = {
    ...rest,
    text: writeStandInSentences(folder, `sentences-${seed}-${samples}`, samples, seed),
    tokenizer: writeStandInTokenizer(folder),
    column: "first",
    ...(textPair !== undefined && { textPair: "second" }),
    maxLength: TOKENS,
    ...row.model.standIn.data,
  };
  const replaced = { text: "made-up sentences", tokenizer: "words of a vocabulary of 1000", maxLength: TOKENS };
  return { description, replaced };
}

/** The one input of a model of images. */
function inputOf({ inputs, weights }: Graph): ModelInput {
  return inputs.find(({ name }) => !weights.has(name))!;
}
