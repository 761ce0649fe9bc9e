// Labels of images from annotations in COCO's form (https://cocodataset.org/#format-data): the objects of each image with
// box [x, y, width, height], category, area and whether they are a crowd.

import type { LabelRecord } from "@tersor/core";
import { badLabels } from "./errors.ts";
import { isObject } from "./rows.ts";

interface Objects {
  readonly name: string;
  readonly width: unknown;
  readonly height: unknown;
  readonly boxes: (readonly number[])[];
  readonly classes: number[];
  readonly area: number[];
  readonly iscrowd: number[];
}

/** Whether a JSON object is a file of annotations. */
export function isCoco(value: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(value["images"]) && Array.isArray(value["annotations"]);
}

/** The label of each image by its file name; an image without objects has empty lists. @throws DATA_LABELS */
export function cocoLabels(file: string, value: Readonly<Record<string, unknown>>): Map<string, LabelRecord> {
  const images = new Map<unknown, Objects>();
  for (const image of value["images"] as readonly unknown[]) {
    if (!isObject(image) || typeof image["file_name"] !== "string")
      throw badLabels(file, `list an image without "file_name"`);
    const { file_name: name, width, height } = image;
    images.set(image["id"], { name: name as string, width, height, boxes: [], classes: [], area: [], iscrowd: [] });
  }
  for (const annotation of value["annotations"] as readonly unknown[]) addObject(file, annotation, images);
  return new Map([...images.values()].map(({ name, ...label }) => [name, label]));
}

function addObject(file: string, annotation: unknown, images: ReadonlyMap<unknown, Objects>): void {
  const { image_id: id, bbox, category_id: category, area, iscrowd } = isObject(annotation) ? annotation : {};
  const objects = images.get(id);
  const isBox = Array.isArray(bbox) && bbox.length === 4 && bbox.every((side) => Number.isFinite(side));
  if (objects === undefined || !isBox || !Number.isInteger(category))
    throw badLabels(file, `have an annotation of the image ${String(id)} without image, bbox or category_id`);
  const box = bbox as readonly number[];
  objects.boxes.push(box);
  objects.classes.push(category as number);
  objects.area.push(typeof area === "number" ? area : box[2]! * box[3]!);
  objects.iscrowd.push(iscrowd === 1 || iscrowd === true ? 1 : 0);
}
