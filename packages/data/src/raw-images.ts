// Images as bare bytes, one behind the other: uint8, rows of pixels (NHWC), as CIFAR and others are passed on.

import { datasetOf, type Dataset, type Label, type Sample } from "@tersor/core";
import { bytesFrom, type ByteInput, type Bytes } from "./bytes.ts";
import { badLabels, badOption, empty, requireCount } from "./errors.ts";
import { centerCrop, resolvePreprocessing, tensorOfPixels, type PreprocessingInput } from "./preprocessing.ts";

/** Where the pixels are, their layout, and how they become numbers. */
export interface RawImagesOptions {
  readonly file: ByteInput;
  readonly height: number;
  readonly width: number;
  /** Default 3. */
  readonly channels?: number;
  /** Number of images to use, from the first. Default: all. */
  readonly count?: number;
  /** A file of one uint8 per image, or the labels themselves. */
  readonly labels?: ByteInput | readonly (number | string)[];
  /** A name or a description; images are used in their size, so `resize` does not apply. */
  readonly preprocessing?: PreprocessingInput;
  /** Name of the model's input. */
  readonly input: string;
}

/**
 * Samples of a file of raw images; one image is in memory at a time.
 * @throws DATA_NOT_FOUND, DATA_EMPTY, DATA_OPTION, DATA_LABELS
 */
export function rawImages(options: RawImagesOptions): Dataset {
  const { height, width, channels = 3 } = options;
  for (const [option, size] of Object.entries({ height, width, channels })) requireCount(option, size);
  const bytes = bytesFrom(options.file, "image file");
  const imageBytes = height * width * channels;
  const stored = Math.floor(bytes.size / imageBytes);
  checkSize(bytes, stored, imageBytes, options);
  const count = options.count ?? stored;
  const labels = options.labels === undefined ? undefined : labelsOf(options.labels, count);
  const preprocessing = resolvePreprocessing(options.preprocessing);
  const walk = function* (): Generator<Sample> {
    for (let i = 0; i < count; i++) {
      const pixels = { height, width, channels, data: bytes.read(i * imageBytes, imageBytes) };
      const cropped = preprocessing.crop === undefined ? pixels : centerCrop(pixels, preprocessing.crop);
      const feeds = { [options.input]: tensorOfPixels(cropped, preprocessing) };
      const label = labels?.[i];
      yield { feeds, id: `image ${i}`, ...(label === undefined ? {} : { label }) };
    }
  };
  return datasetOf(bytes.name, walk, count);
}

function checkSize(bytes: Bytes, stored: number, imageBytes: number, { count, height, width }: RawImagesOptions): void {
  if (bytes.size === 0) throw empty(bytes.name, "images");
  if (bytes.size % imageBytes !== 0) {
    throw badOption(
      "height",
      `and the other sizes make ${imageBytes} bytes per image, but "${bytes.name}" has ${bytes.size}, which is no multiple`,
      {
        height,
        width,
        imageBytes,
        sizeBytes: bytes.size,
      },
    );
  }
  if (count !== undefined) requireCount("count", count, stored);
}

function labelsOf(labels: NonNullable<RawImagesOptions["labels"]>, count: number): readonly Label[] {
  const [name, found] = isList(labels) ? ["labels", labels] : fileLabels(bytesFrom(labels, "label file"));
  if (found.length >= count) return found;
  throw badLabels(name, `are ${found.length}, but there are ${count} images`);
}

function isList(labels: NonNullable<RawImagesOptions["labels"]>): labels is readonly (number | string)[] {
  return Array.isArray(labels);
}

function fileLabels(bytes: Bytes): [name: string, labels: readonly number[]] {
  return [bytes.name, Array.from(bytes.read(0, bytes.size))];
}
