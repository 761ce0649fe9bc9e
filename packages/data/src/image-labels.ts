// Labels of image files: from the names of their folders, a list, a JSON map, or annotations in COCO's form.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Label } from "@tersor/core";
import { bytesFrom, textOf } from "./bytes.ts";
import { cocoLabels, isCoco } from "./coco-labels.ts";
import { badLabels } from "./errors.ts";
import { isObject, linesOf } from "./rows.ts";

/** Where labels come from; see ImagesOptions. */
export interface LabelOptions {
  readonly labels?: string;
  readonly classes?: readonly string[];
}

type LabelOf = (image: string) => Label | undefined;

const MOST_BYTES = 2 ** 28;

/** The label of each image by its path in the folder. @throws DATA_LABELS, DATA_NOT_FOUND */
export function imageLabels(folder: string, images: readonly string[], { labels, classes }: LabelOptions): LabelOf {
  const source = labels ?? defaultSource(folder, images);
  if (source === "none") return () => undefined;
  if (source === "folders") return folderLabels(folder, images, classes);
  const found = source.toLowerCase().endsWith(".json") ? jsonLabels(source) : listLabels(source);
  const missing = images.find((image) => !found.has(image) && !found.has(baseName(image)));
  if (missing !== undefined) throw badLabels(source, `name no label for the image "${missing}"`);
  return (image) => classIndex(source, found.get(image) ?? found.get(baseName(image)), classes);
}

function defaultSource(folder: string, images: readonly string[]): string {
  const file = ["labels.txt", "labels.json"].map((name) => join(folder, name)).find((path) => existsSync(path));
  return file ?? (images.every((image) => image.includes("/")) ? "folders" : "none");
}

function folderLabels(folder: string, images: readonly string[], classes: readonly string[] | undefined): LabelOf {
  const loose = images.find((image) => !image.includes("/"));
  if (loose !== undefined) throw badLabels(folder, `come from subfolders, but "${loose}" lies in none`);
  const names = [...new Set(images.map(topFolder))].sort();
  if (classes === undefined && names.every((name) => /^\d+$/.test(name))) return (image) => Number(topFolder(image));
  return (image) => classIndex(folder, topFolder(image), classes ?? names);
}

function topFolder(image: string): string {
  return image.slice(0, image.indexOf("/"));
}

function baseName(image: string): string {
  return image.slice(image.lastIndexOf("/") + 1);
}

function jsonLabels(file: string): Map<string, Label> {
  const labels = parseObject(file);
  if (isCoco(labels)) return cocoLabels(file, labels);
  const found = new Map<string, Label>();
  for (const [image, label] of Object.entries(labels)) {
    if (!isLabel(label)) throw badLabels(file, `give "${image}" no number, no name, no list of numbers and no record`);
    found.set(image, label);
  }
  return found;
}

function isLabel(value: unknown): value is Label {
  if (Array.isArray(value)) return value.length > 0 && value.every((item) => typeof item === "number");
  return typeof value === "number" || typeof value === "string" || isObject(value);
}

function parseObject(file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(textOf(file, "label file", MOST_BYTES));
    if (isObject(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw badLabels(file, 'are no JSON object, as in { "cat.jpg": 3 }');
}

/** Lines of "name label", separated by a tab, a comma or spaces; the label is the last word. */
function listLabels(file: string): Map<string, Label> {
  const found = new Map<string, Label>();
  for (const { line, text } of linesOf(bytesFrom(file, "label file"))) {
    if (text.trim() === "") continue;
    const [, image, label] = /^(.*\S)\s*[\t, ]\s*(\S+)$/.exec(text.trim()) ?? [];
    if (image === undefined || label === undefined) throw badLabels(file, `have no "name label" on line ${line}`);
    found.set(image.replace(/,$/, "").trimEnd(), /^-?\d+(\.\d+)?$/.test(label) ? Number(label) : label);
  }
  return found;
}

function classIndex(file: string, label: Label | undefined, classes: readonly string[] | undefined): Label | undefined {
  if (classes === undefined || typeof label !== "string") return label;
  const index = classes.indexOf(label);
  if (index < 0)
    throw badLabels(
      file,
      `hold "${label}", which is not among the classes ${classes.map((name) => `"${name}"`).join(", ")}`,
    );
  return index;
}
