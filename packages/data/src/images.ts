// Datasets of image files. Decoding is sharp's, an optional dependency; all else is done here.

import { readdirSync, type Dirent } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Sharp, SharpOptions } from "sharp";
import { datasetOf, roundHalfEven, type Dataset, type Sample, type Tensor } from "@tersor/core";
import { badImage, empty, noSharp, notFound, requireCount } from "./errors.ts";
import { imageLabels } from "./image-labels.ts";
import {
  centerCrop,
  resolvePreprocessing,
  tensorOfPixels,
  type ImagePreprocessing,
  type Pixels,
  type PreprocessingInput,
} from "./preprocessing.ts";
import { resample, type Kernel } from "./resample.ts";

/** Which input the images are for, how they become numbers, and where their labels are. */
export interface ImagesOptions {
  /** Name of the model's input. */
  readonly input: string;
  /** A name of `imagePreprocessings`, or a description. Default: 0 to 1 in the image's own size. */
  readonly preprocessing?: PreprocessingInput;
  /**
   * "folders": the name of an image's folder; numbers are class indices, other names count in alphabetical order.
   * "none". Or a file: lines of "name label", JSON { "name": label }, or annotations in COCO's form, whose labels have
   * `boxes` [x, y, width, height], `classes`, `area`, `iscrowd`, `width` and `height`.
   * Default: labels.txt or labels.json in the folder, else "folders" where images lie in subfolders.
   */
  readonly labels?: string;
  /** Names of the classes in the order of the model's outputs: labels become their index. */
  readonly classes?: readonly string[];
  /** Most images. */
  readonly samples?: number;
}

type SharpModule = (input: string | Uint8Array, options?: SharpOptions) => Sharp;

const imageFile = /\.(jpe?g|png|webp|gif|tiff?|avif)$/i;
const MOST_DEPTH = 8;

/**
 * Samples of a folder of images, in alphabetical order, subfolders included. Pixels are 8-bit sRGB without
 * transparency, not turned by EXIF, as PIL's convert("RGB") gives them.
 * @throws DATA_NOT_FOUND, DATA_EMPTY, DATA_OPTION, DATA_LABELS; on the walk DATA_NO_SHARP, DATA_IMAGE
 */
export function images(folder: string, options: ImagesOptions): Dataset {
  const preprocessing = resolvePreprocessing(options.preprocessing);
  if (options.samples !== undefined) requireCount("samples", options.samples);
  const all = listImages(folder);
  if (all.length === 0) throw empty(folder, "images");
  const labels = imageLabels(folder, all, options);
  const names = all.slice(0, options.samples);
  const walk = async function* (): AsyncGenerator<Sample> {
    const tensorOf = await imageReader(preprocessing);
    for (const name of names) {
      const file = join(folder, name);
      const label = labels(name);
      const tensor = await tensorOf(file, file);
      yield { feeds: { [options.input]: tensor }, id: name, ...(label === undefined ? {} : { label }) };
    }
  };
  return datasetOf(folder, walk, names.length);
}

/** What makes tensors of images, from a path or the bytes of a file, with the name that messages call it. @throws DATA_NO_SHARP */
export async function imageReader(
  preprocessing: ImagePreprocessing,
): Promise<(source: string | Uint8Array, name: string) => Promise<Tensor>> {
  const sharp = await loadSharp();
  return async (source, name) => tensorOfPixels(await prepare(sharp, source, name, preprocessing), preprocessing);
}

/** Whether a folder holds images. */
export function hasImages(folder: string): boolean {
  return listImages(folder).length > 0;
}

/** Paths relative to the folder, with slashes. Links to folders are not followed. */
function listImages(folder: string, inside = folder, depth = 0): string[] {
  const entries = listFolder(inside).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(inside, entry.name);
    if (entry.isDirectory()) return depth < MOST_DEPTH ? listImages(folder, path, depth + 1) : [];
    return imageFile.test(entry.name) ? [relative(folder, path).split(sep).join("/")] : [];
  });
}

function listFolder(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    throw notFound(path, "folder", error);
  }
}

async function loadSharp(): Promise<SharpModule> {
  try {
    const { default: sharp } = await import("sharp");
    return sharp;
  } catch (error) {
    throw noSharp(error);
  }
}

async function prepare(
  sharp: SharpModule,
  source: string | Uint8Array,
  name: string,
  preprocessing: ImagePreprocessing,
): Promise<Pixels> {
  const pixels = resizedPixels(await decode(sharp, source, name), preprocessing);
  return preprocessing.crop === undefined ? pixels : centerCrop(pixels, preprocessing.crop);
}

async function decode(sharp: SharpModule, source: string | Uint8Array, name: string): Promise<Pixels> {
  try {
    const { data, info } = await sharp(source, { failOn: "truncated" })
      .removeAlpha()
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    return { height: info.height, width: info.width, channels: info.channels, data };
  } catch (error) {
    throw badImage(name, `can't be decoded: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

function resizedPixels(pixels: Pixels, { resize, kernel = "linear" }: ImagePreprocessing): Pixels {
  if (resize === undefined) return pixels;
  if (resize.mode === "letterbox") return letterbox(pixels, resize, kernel);
  const [width, height] =
    resize.mode === "exact" ? [resize.width, resize.height] : shorterSide(pixels.width, pixels.height, resize);
  return resample(pixels, height, width, kernel);
}

/** In the middle of its frame; of an odd rest the smaller half is above and on the left, as YOLOv5 has it. */
function letterbox(
  pixels: Pixels,
  { height, width, fill = 114 }: { readonly height: number; readonly width: number; readonly fill?: number },
  kernel: Kernel,
): Pixels {
  const { channels } = pixels;
  const ratio = Math.min(height / pixels.height, width / pixels.width);
  const fitted = (size: number, most: number) => Math.min(most, Math.max(1, roundHalfEven(size * ratio)));
  const inner = resample(pixels, fitted(pixels.height, height), fitted(pixels.width, width), kernel);
  const data = new Uint8Array(height * width * channels).fill(fill);
  const [top, left] = [Math.floor((height - inner.height) / 2), Math.floor((width - inner.width) / 2)];
  const row = inner.width * channels;
  for (let y = 0; y < inner.height; y++)
    data.set(inner.data.subarray(y * row, (y + 1) * row), ((top + y) * width + left) * channels);
  return { height, width, channels, data };
}

/** The longer side is cut off to a whole number, as torchvision does; past `most` it decides. */
function shorterSide(
  width: number,
  height: number,
  { size, most = Infinity }: { readonly size: number; readonly most?: number },
): [width: number, height: number] {
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  const wanted = Math.floor((size * long) / short);
  const [newShort, newLong] = wanted <= most ? [size, wanted] : [Math.max(1, Math.floor((most * short) / long)), most];
  return width <= height ? [newShort, newLong] : [newLong, newShort];
}
