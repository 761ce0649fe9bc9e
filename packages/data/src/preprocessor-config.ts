// The preprocessor_config.json of a model on the hub (transformers' image processors) as a description:
// https://huggingface.co/docs/transformers/main_classes/image_processor

import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { textOf } from "./bytes.ts";
import { badOption } from "./errors.ts";
import type { ImagePreprocessing } from "./preprocessing.ts";
import { isObject } from "./rows.ts";

type Config = Readonly<Record<string, unknown>>;
type Geometry = Pick<ImagePreprocessing, "resize" | "crop">;

const MOST_BYTES = 1 << 20;
/** PIL's numbers of filters. */
const kernels = ["nearest", "lanczos3", "linear", "cubic"] as const;
/** Processors for which one number is the shorter side; for the others it is a square. */
const shorterSided = /CLIP|ConvNe[xX]t|Detr|DETR|Yolos|Levit|LeViT|PoolFormer|MobileNet|SigLIP2|Bit|Chinese|Perceiver/;

/**
 * What a preprocessor_config.json says, or the one in a folder.
 * @throws DATA_NOT_FOUND; DATA_OPTION for what is no image processor, or has a size or filter that is not known
 */
export function preprocessingOfConfig(path: string): ImagePreprocessing {
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, "preprocessor_config.json") : path;
  const config = parsed(file, textOf(file, "preprocessor configuration", MOST_BYTES));
  const resizes = config["do_resize"] !== false && config["size"] !== undefined;
  return {
    ...(resizes ? { ...resizeOf(file, config), kernel: kernelOf(file, config["resample"] ?? 2) } : {}),
    ...cropOf(file, config),
    ...(config["do_flip_channel_order"] === true ? { color: "bgr" } : {}),
    scale: config["do_rescale"] === false ? 1 : (numberOf(config["rescale_factor"]) ?? 1 / 255),
    ...statistics(file, config),
  };
}

function parsed(file: string, text: string): Config {
  try {
    const value: unknown = JSON.parse(text);
    const known = ["image_mean", "size", "do_rescale", "do_normalize", "do_resize"];
    if (isObject(value) && known.some((key) => Object.hasOwn(value, key))) return value;
  } catch {
    // Told below, as for JSON of another kind.
  }
  throw unusable(file, "is not the configuration of an image processor");
}

function resizeOf(file: string, config: Config): Geometry {
  const { size, crop_pct: kept } = config;
  const side = isObject(size) ? numberOf(size["shortest_edge"]) : isShorterSided(config) ? numberOf(size) : undefined;
  if (side !== undefined && numberOf(kept) !== undefined) return keptPart(side, numberOf(kept)!);
  if (side !== undefined) {
    const most = isObject(size) ? numberOf(size["longest_edge"]) : undefined;
    return { resize: { mode: "shorter-side", size: side, ...(most === undefined ? {} : { most }) } };
  }
  return { resize: { mode: "exact", ...sizeOf(file, "size", size) } };
}

/** ConvNeXT: from 384 on the picture is squeezed; below, the part `kept` of it is cut out of the middle. */
function keptPart(side: number, kept: number): Geometry {
  const square = { height: side, width: side };
  if (side >= 384) return { resize: { mode: "exact", ...square } };
  return { resize: { mode: "shorter-side", size: Math.floor(side / kept) }, crop: square };
}

function isShorterSided(config: Config): boolean {
  const type = config["image_processor_type"] ?? config["feature_extractor_type"];
  return typeof type === "string" && shorterSided.test(type);
}

function cropOf(file: string, config: Config): Geometry {
  if (config["do_center_crop"] !== true) return {};
  return { crop: sizeOf(file, "crop_size", config["crop_size"] ?? config["size"]) };
}

function sizeOf(file: string, key: string, value: unknown): { readonly height: number; readonly width: number } {
  const [height, width] = isObject(value)
    ? [value["height"], value["width"]].map(numberOf)
    : [numberOf(value), numberOf(value)];
  if (height !== undefined && width !== undefined) return { height, width };
  throw unusable(file, `has a "${key}" that is not known: ${JSON.stringify(value)}`);
}

function statistics(file: string, config: Config): Pick<ImagePreprocessing, "mean" | "std"> {
  if (config["do_normalize"] === false) return {};
  const read = (key: string) => {
    const value = config[key];
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    const numbers = list.map(numberOf);
    if (value === undefined) return undefined;
    if (numbers.every((number) => number !== undefined)) return numbers;
    throw unusable(file, `has a "${key}" that is no list of numbers`);
  };
  const [mean, std] = [read("image_mean"), read("image_std")];
  return { ...(mean === undefined ? {} : { mean }), ...(std === undefined ? {} : { std }) };
}

function kernelOf(file: string, resample: unknown): (typeof kernels)[number] {
  const kernel = kernels[numberOf(resample) ?? -1];
  if (kernel !== undefined) return kernel;
  throw unusable(file, `resamples with filter ${JSON.stringify(resample)}, which is not available`);
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

function unusable(file: string, problem: string): Error {
  return badOption("preprocessing", `can't be read from "${file}": it ${problem}`, { file });
}
