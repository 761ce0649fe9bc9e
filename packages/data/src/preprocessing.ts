// What is done to the pixels of an image, as data, and doing it: from bytes in rows to the tensor a model takes.

import { roundHalfEven, tensorFromNumbers, tensorOf, type Tensor } from "@tersor/core";
import { badOption, requireCount } from "./errors.ts";
import { imagePreprocessings, isPreprocessingName, type PreprocessingName } from "./image-presets.ts";
import { preprocessingOfConfig } from "./preprocessor-config.ts";
import { isObject } from "./rows.ts";

/** Steps from a decoded image to a tensor, in the order of the fields: resize, crop, color, numbers, layout. */
export interface ImagePreprocessing {
  /** A name of `imagePreprocessings` or a path of a preprocessor_config.json that this goes out from. */
  readonly base?: string;
  /** Size of the result, instead of that of `base`. */
  readonly size?: number | { readonly height: number; readonly width: number };
  /**
   * "exact": to height x width. "shorter-side": the shorter side becomes `size`, the longer at most `most`, proportions
   * stay.
   * "letterbox": fits into height x width, proportions stay, the rest is `fill` (0 to 255, default 114).
   */
  readonly resize?:
    | { readonly mode: "exact"; readonly height: number; readonly width: number }
    | { readonly mode: "shorter-side"; readonly size: number; readonly most?: number }
    | { readonly mode: "letterbox"; readonly height: number; readonly width: number; readonly fill?: number };
  /** How resizing interpolates. Default "linear". */
  readonly kernel?: "nearest" | "linear" | "cubic" | "lanczos3";
  /** The part in the middle that is kept. */
  readonly crop?: { readonly height: number; readonly width: number };
  /** Order of the channels; "gray" is one channel (ITU-R 601 luma, as in PIL). Default "rgb". */
  readonly color?: "rgb" | "bgr" | "gray";
  /** value = (pixel * scale - mean) / std, per channel in the order of `color`. Default: 1/255, 0, 1. */
  readonly scale?: number;
  readonly mean?: number | readonly number[];
  readonly std?: number | readonly number[];
  /** Default "NCHW". */
  readonly layout?: "NCHW" | "NHWC";
  /** "uint8" takes the pixels as they are and no scale, mean and std. Default "float32". */
  readonly dtype?: "float32" | "float16" | "uint8";
}

/** Pixels in rows, the channels of each pixel together. */
export interface Pixels {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/** Most pixels of one side of an image. */
const MOST_PIXELS = 1 << 14;

/** A name of `imagePreprocessings`, a path of a preprocessor_config.json, or a description. */
export type PreprocessingInput = PreprocessingName | ImagePreprocessing | (string & {});

/**
 * The description behind a name or a preprocessor_config.json, or a description that was checked.
 * @throws DATA_OPTION, DATA_NOT_FOUND
 */
export function resolvePreprocessing(input: PreprocessingInput = {}): ImagePreprocessing {
  if (typeof input === "string") return namedPreprocessing(input);
  const { base, size, ...own } = checkDescription(input);
  const described = base === undefined ? own : { ...namedPreprocessing(base), ...own };
  return size === undefined ? described : resized(described, size);
}

function namedPreprocessing(name: string): ImagePreprocessing {
  if (isPreprocessingName(name)) return imagePreprocessings[name];
  if (/\.json$/i.test(name)) return preprocessingOfConfig(name);
  const names = Object.keys(imagePreprocessings).map((known) => `"${known}"`);
  throw badOption("preprocessing", `names "${name}"; known are ${names.join(", ")}, or describe the steps`, {
    input: name,
  });
}

/** Another size of the result; what was cut off around it before is cut off in proportion. */
function resized(described: ImagePreprocessing, size: NonNullable<ImagePreprocessing["size"]>): ImagePreprocessing {
  const { height, width } = typeof size === "number" ? { height: size, width: size } : size;
  const { resize, crop } = described;
  if (resize?.mode === "shorter-side") {
    const rest = crop === undefined ? 1 : resize.size / Math.min(crop.height, crop.width);
    const cropped = crop === undefined ? {} : { crop: { height, width } };
    return { ...described, resize: { ...resize, size: Math.round(Math.min(height, width) * rest) }, ...cropped };
  }
  const { crop: _, ...rest } = described;
  return { ...rest, resize: { ...(resize ?? { mode: "exact" }), height, width } };
}

const choices = {
  kernel: ["nearest", "linear", "cubic", "lanczos3"],
  color: ["rgb", "bgr", "gray"],
  layout: ["NCHW", "NHWC"],
  dtype: ["float32", "float16", "uint8"],
} as const satisfies Partial<Record<keyof ImagePreprocessing, readonly string[]>>;

const numeric = ["scale", "mean", "std"] as const;
const geometric = ["resize", "crop"] as const;
const resizeSizes = { exact: ["height", "width"], "shorter-side": ["size"], letterbox: ["height", "width"] } as const;

/** Descriptions come from recipes too, where no compiler has looked at them. */
function checkDescription(described: ImagePreprocessing): ImagePreprocessing {
  const known: readonly string[] = ["base", "size", ...Object.keys(choices), ...numeric, ...geometric];
  for (const key of Object.keys(described)) {
    if (!known.includes(key))
      throw badOption(`preprocessing.${key}`, `is not known; known are ${known.join(", ")}`, { key, known });
  }
  for (const [key, allowed] of Object.entries(choices))
    checkChoice(key, described[key as keyof typeof choices], allowed);
  for (const key of numeric) checkNumbers(key, described[key]);
  for (const key of geometric) checkObject(key, described[key]);
  checkBase(described);
  if (described.crop !== undefined) checkSizes("crop", described.crop, ["height", "width"]);
  if (described.resize !== undefined) checkResize(described.resize);
  return described;
}

function checkBase({ base, size }: ImagePreprocessing): void {
  if (base !== undefined && typeof base !== "string")
    throw badOption("preprocessing.base", "must be a name, such as imagenet", { received: base });
  if (size === undefined) return;
  if (typeof size === "number") return requireCount("preprocessing.size", size, MOST_PIXELS);
  checkObject("size", size);
  checkSizes("size", size, ["height", "width"]);
}

function checkChoice(key: string, value: unknown, allowed: readonly string[]): void {
  if (value === undefined || allowed.some((choice) => choice === value)) return;
  throw badOption(`preprocessing.${key}`, `must be one of ${allowed.join(", ")}, not ${JSON.stringify(value)}`, {
    received: value,
  });
}

function checkNumbers(key: string, value: unknown): void {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (value === undefined || list.every((item) => Number.isFinite(item))) return;
  throw badOption(`preprocessing.${key}`, `must be a number or a list of numbers, not ${JSON.stringify(value)}`, {
    received: value,
  });
}

function checkObject(key: string, value: unknown): void {
  if (value === undefined || isObject(value)) return;
  throw badOption(
    `preprocessing.${key}`,
    `must describe sizes, as in { height: 224, width: 224 }, not ${JSON.stringify(value)}`,
    { received: value },
  );
}

function checkResize(resize: NonNullable<ImagePreprocessing["resize"]>): void {
  const modes = Object.keys(resizeSizes);
  if (!modes.includes(resize.mode))
    throw badOption("preprocessing.resize.mode", `must be one of ${modes.join(", ")}`, { received: resize });
  checkSizes("resize", resize, resizeSizes[resize.mode]);
  if (resize.mode === "shorter-side" && resize.most !== undefined)
    requireCount("preprocessing.resize.most", resize.most, MOST_PIXELS);
}

function checkSizes(key: string, value: object, sizes: readonly string[]): void {
  for (const size of sizes) requireCount(`preprocessing.${key}.${size}`, Number(Reflect.get(value, size)), MOST_PIXELS);
}

/** The part of the middle; odd rests as torchvision rounds them. @throws DATA_OPTION when the image is smaller. */
export function centerCrop(pixels: Pixels, crop: NonNullable<ImagePreprocessing["crop"]>): Pixels {
  const { height, width, channels, data } = pixels;
  if (crop.height > height || crop.width > width) {
    throw badOption(
      "crop",
      `asks for ${crop.height} x ${crop.width} of an image of ${height} x ${width}; resize first`,
      { crop, height, width },
    );
  }
  const top = roundHalfEven((height - crop.height) / 2);
  const left = roundHalfEven((width - crop.width) / 2);
  const out = new Uint8Array(crop.height * crop.width * channels);
  for (let y = 0; y < crop.height; y++) {
    const from = ((top + y) * width + left) * channels;
    out.set(data.subarray(from, from + crop.width * channels), y * crop.width * channels);
  }
  return { height: crop.height, width: crop.width, channels, data: out };
}

/** The tensor of an image, with a batch axis of 1. @throws DATA_OPTION when mean or std have another number of channels. */
export function tensorOfPixels(pixels: Pixels, preprocessing: ImagePreprocessing): Tensor {
  const { color = "rgb", dtype = "float32", layout = "NCHW" } = preprocessing;
  const colored = recolored(pixels, color);
  const { height, width, channels } = colored;
  const shape = layout === "NCHW" ? [1, channels, height, width] : [1, height, width, channels];
  const planar = layout === "NCHW" ? planes(colored) : colored.data;
  if (dtype === "uint8") return tensorOf("uint8", shape, plainBytes(planar, preprocessing));
  return tensorFromNumbers(
    dtype,
    shape,
    normalised(planar, channels, layout === "NCHW" ? height * width : 1, preprocessing),
  );
}

function recolored(pixels: Pixels, color: "rgb" | "bgr" | "gray"): Pixels {
  const { channels, data } = pixels;
  if (channels !== 3 || color === "rgb") return pixels;
  if (color === "gray") return { ...pixels, channels: 1, data: luma(data) };
  const out = data.slice();
  for (let at = 0; at < out.length; at += 3) [out[at], out[at + 2]] = [data[at + 2]!, data[at]!];
  return { ...pixels, data: out };
}

/** ITU-R 601 in 16-bit fixed point, PIL's formula. */
function luma(rgb: Uint8Array): Uint8Array {
  const out = new Uint8Array(rgb.length / 3);
  for (let i = 0; i < out.length; i++) {
    out[i] = (rgb[3 * i]! * 19595 + rgb[3 * i + 1]! * 38470 + rgb[3 * i + 2]! * 7471 + 0x8000) >> 16;
  }
  return out;
}

function planes({ height, width, channels, data }: Pixels): Uint8Array {
  const size = height * width;
  const out = new Uint8Array(data.length);
  for (let channel = 0; channel < channels; channel++) {
    for (let i = 0; i < size; i++) out[channel * size + i] = data[i * channels + channel]!;
  }
  return out;
}

/** Element i belongs to channel floor(i / run) % channels. A pixel has 256 values, so each channel is a table. */
function normalised(data: Uint8Array, channels: number, run: number, preprocessing: ImagePreprocessing): Float32Array {
  const tables = Array.from({ length: channels }, (_, channel) => channelTable(preprocessing, channel, channels));
  const out = new Float32Array(data.length);
  for (let start = 0, channel = 0; start < data.length; start += run, channel = (channel + 1) % channels) {
    const table = tables[channel]!;
    for (let i = start; i < start + run; i++) out[i] = table[data[i]!]!;
  }
  return out;
}

function channelTable(
  { scale = 1 / 255, mean = 0, std = 1 }: ImagePreprocessing,
  channel: number,
  channels: number,
): Float32Array {
  const shift = channelValue("mean", mean, channel, channels);
  const divisor = channelValue("std", std, channel, channels);
  if (divisor === 0) throw badOption("std", "must not be 0");
  return Float32Array.from({ length: 256 }, (_, pixel) => (pixel * scale - shift) / divisor);
}

function channelValue(option: string, value: number | readonly number[], channel: number, channels: number): number {
  const list = typeof value === "number" ? new Array<number>(channels).fill(value) : value;
  const found = list[channel];
  if (list.length === channels && found !== undefined && Number.isFinite(found)) return found;
  throw badOption(option, `must be one number or ${channels}, one per channel`, { received: value, channels });
}

function plainBytes(data: Uint8Array, { scale, mean, std }: ImagePreprocessing): Uint8Array {
  if (scale === undefined && mean === undefined && std === undefined) return data.slice();
  throw badOption("dtype", '"uint8" takes pixels as they are; leave out scale, mean and std, or use "float32"');
}
