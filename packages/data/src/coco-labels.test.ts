import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { isTersorError } from "@tersor/core";
import { imageLabels } from "./image-labels.ts";

const folder = mkdtempSync(join(tmpdir(), "tersor-coco-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function labelsOf(content: unknown, images: readonly string[] = ["val/a.jpg", "val/b.jpg"]) {
  const labels = join(folder, "labels.json");
  writeFileSync(labels, JSON.stringify(content));
  return imageLabels(folder, images, { labels });
}

/** In the form of instances_val2017.json, with what is not read left out. */
const annotations = {
  images: [
    { id: 7, file_name: "a.jpg", width: 640, height: 480 },
    { id: 9, file_name: "b.jpg", width: 320, height: 240 },
  ],
  annotations: [
    { image_id: 7, bbox: [1, 2, 30, 40], category_id: 18, area: 702.5, iscrowd: 0 },
    { image_id: 7, bbox: [5, 6, 10, 10], category_id: 1, iscrowd: 1 },
  ],
  categories: [{ id: 1, name: "person" }],
};

it("reads the objects of each image, and images without any", () => {
  const label = labelsOf(annotations);
  expect(label("val/a.jpg")).toEqual({
    width: 640,
    height: 480,
    boxes: [
      [1, 2, 30, 40],
      [5, 6, 10, 10],
    ],
    classes: [18, 1],
    area: [702.5, 100],
    iscrowd: [0, 1],
  });
  expect(label("val/b.jpg")).toMatchObject({ boxes: [], classes: [], width: 320 });
});

it("reads labels of parts and of several numbers from a map", () => {
  const label = labelsOf({ "a.jpg": { boxes: [[0, 0, 1, 1]], classes: [0] }, "b.jpg": [1, 0, 2] });
  expect(label("val/a.jpg")).toEqual({ boxes: [[0, 0, 1, 1]], classes: [0] });
  expect(label("val/b.jpg")).toEqual([1, 0, 2]);
});

it.each([
  ["an image without name", { images: [{ id: 1 }], annotations: [] }],
  ["an object of no image", { ...annotations, annotations: [{ image_id: 1, bbox: [1, 2, 3, 4], category_id: 1 }] }],
  ["a box of three numbers", { ...annotations, annotations: [{ image_id: 7, bbox: [1, 2, 3], category_id: 1 }] }],
  ["no category", { ...annotations, annotations: [{ image_id: 7, bbox: [1, 2, 3, 4] }] }],
  ["something else than an object", { ...annotations, annotations: [null] }],
  ["a missing image", { ...annotations, images: [annotations.images[0]] }],
  ["a label that is none", { "a.jpg": true, "b.jpg": 1 }],
])("refuses %s", (_, content) => {
  expect(() => labelsOf(content)).toThrow(expect.toSatisfy((error) => isTersorError(error, "DATA_LABELS")));
});
