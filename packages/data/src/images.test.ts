// Oracle: PIL and numpy (fixtures/make_images.py).
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { numbersOf, type Dataset, type Sample, type Tensor } from "@tersor/core";
import { describe, expect, it, vi } from "vitest";
import { hasImages, images } from "./images.ts";
import type { ImagePreprocessing } from "./preprocessing.ts";

const folder = fileURLToPath(new URL("../fixtures/images/", import.meta.url));
const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Record<
  string,
  { shape: number[]; values: number[] }
>;
const failure = (code: string) => expect.objectContaining({ code });
const asBytes: ImagePreprocessing = { dtype: "uint8", layout: "NHWC" };
const imagenet: ImagePreprocessing = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

async function walk(dataset: Dataset): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const sample of dataset) samples.push(sample);
  return samples;
}

async function read(inside: string, name: string, preprocessing: ImagePreprocessing): Promise<Tensor> {
  const samples = await walk(images(join(folder, inside), { input: "x", preprocessing, labels: "none" }));
  return samples.find((sample) => basename(sample.id!) === name)!.feeds["x"]!;
}

function largestError(tensor: Tensor, name: string): number {
  expect(tensor.shape).toEqual([1, ...expected[name]!.shape]);
  const values = numbersOf(tensor);
  return Math.max(...expected[name]!.values.map((value, i) => Math.abs(value - values[i]!)));
}

describe("pixels as PIL gives them", () => {
  it.each([
    ["rgba", "classes/dog", "rgba.png"],
    ["l", "classes/dog", "l.png"],
    ["palette", "classes/ant", "palette.png"],
  ])("%s", async (name, inside, file) => {
    expect(largestError(await read(inside, file, asBytes), name)).toBe(0);
  });

  it("normalised per channel in NCHW", async () => {
    expect(largestError(await read("classes/cat", "rgb.png", imagenet), "rgb")).toBeLessThan(2e-5);
  });

  it("cut out of the middle as torchvision does", async () => {
    const tensor = await read("classes/cat", "rgb.png", { ...imagenet, crop: { height: 3, width: 4 } });
    expect(largestError(tensor, "crop")).toBeLessThan(2e-5);
  });

  it("as one gray channel", async () => {
    const tensor = await read("classes/cat", "rgb.png", { dtype: "uint8", color: "gray", layout: "NCHW" });
    expect({ ...tensor, shape: tensor.shape.slice(2), data: Array.from(numbersOf(tensor)) }).toMatchObject({
      shape: expected["gray"]!.shape,
      data: expected["gray"]!.values,
    });
  });

  it("in the order blue, green, red", async () => {
    const rgb = numbersOf(await read("classes/cat", "rgb.png", asBytes));
    const bgr = numbersOf(await read("classes/cat", "rgb.png", { ...asBytes, color: "bgr" }));
    expect([bgr[0], bgr[1], bgr[2]]).toEqual([rgb[2], rgb[1], rgb[0]]);
  });

  it("doubled by nearest neighbours", async () => {
    const resize = { mode: "exact", height: 14, width: 18 } as const;
    expect(
      largestError(await read("classes/cat", "rgb.png", { ...asBytes, resize, kernel: "nearest" }), "doubled"),
    ).toBe(0);
  });

  it("of a JPEG, and made smaller, within a few of 255 levels", async () => {
    expect(largestError(await read("photo", "photo.jpg", asBytes), "photo")).toBeLessThanOrEqual(2);
    const resize = { mode: "shorter-side", size: 32 } as const;
    expect(largestError(await read("photo", "photo.jpg", { ...asBytes, resize }), "resized")).toBeLessThanOrEqual(3);
    const whole = { ...imagenet, resize, crop: { height: 24, width: 24 } };
    expect(largestError(await read("photo", "photo.jpg", whole), "imagenet")).toBeLessThan(3 / 255 / 0.224);
  });

  it("in a letterbox with gray bars", async () => {
    const tensor = await read("wide", "red.png", { ...asBytes, resize: { mode: "letterbox", height: 20, width: 20 } });
    const pixel = (y: number, x: number) => Array.from(numbersOf(tensor)).slice((y * 20 + x) * 3, (y * 20 + x) * 3 + 3);
    expect([pixel(0, 0), pixel(10, 10), pixel(19, 19)]).toEqual([
      [114, 114, 114],
      [200, 0, 0],
      [114, 114, 114],
    ]);
  });
});

describe("folders of images", () => {
  const classes = join(folder, "classes");
  const labelsOf = async (options: { labels?: string; classes?: string[] }, path = classes) =>
    (await walk(images(path, { input: "x", preprocessing: asBytes, ...options }))).map((sample) => sample.label);

  it("takes labels from the names of subfolders", async () => {
    expect(await labelsOf({})).toEqual([0, 1, 2, 2]);
    expect(await labelsOf({ classes: ["dog", "cat", "ant"] })).toEqual([2, 1, 0, 0]);
    expect(await labelsOf({ labels: "none" })).toEqual([undefined, undefined, undefined, undefined]);
    expect(() => images(classes, { input: "x", classes: ["dog"] })).not.toThrow();
    await expect(labelsOf({ classes: ["dog"] })).rejects.toMatchObject({ code: "DATA_LABELS" });
  });

  it("takes labels from a list or a JSON map", async () => {
    const scratch = mkdtempSync(join(tmpdir(), "tersor-images-"));
    copyFileSync(join(classes, "cat/rgb.png"), join(scratch, "my cat.png"));
    writeFileSync(join(scratch, "labels.txt"), "my cat.png\t7\nother.png 1\n");
    expect(await labelsOf({}, scratch)).toEqual([7]);
    writeFileSync(join(scratch, "map.json"), '{"my cat.png":"cat"}');
    expect(await labelsOf({ labels: join(scratch, "map.json") }, scratch)).toEqual(["cat"]);
    for (const [name, content] of [
      ["a.json", "[]"],
      ["b.json", "{"],
      ["c.json", "{}"],
      ["d.txt", "word"],
      ["e.json", '{"my cat.png":[]}'],
    ] as const) {
      writeFileSync(join(scratch, name), content);
      await expect(labelsOf({ labels: join(scratch, name) }, scratch), name).rejects.toMatchObject({
        code: "DATA_LABELS",
      });
    }
  });

  it("takes folders named by numbers for class indices", async () => {
    const scratch = mkdtempSync(join(tmpdir(), "tersor-images-"));
    for (const name of ["2", "10"]) {
      mkdirSync(join(scratch, name));
      copyFileSync(join(classes, "cat/rgb.png"), join(scratch, name, "a.png"));
    }
    expect(await labelsOf({}, scratch)).toEqual([10, 2]);
  });

  it("gives the first images, in alphabetical order", async () => {
    const samples = await walk(images(classes, { input: "x", samples: 2 }));
    expect(samples.map((sample) => basename(sample.id!))).toEqual(["palette.png", "rgb.png"]);
  });

  it("says what is wrong", async () => {
    const scratch = mkdtempSync(join(tmpdir(), "tersor-images-"));
    expect(hasImages(scratch)).toBe(false);
    expect(() => images(scratch, { input: "x" })).toThrow(failure("DATA_EMPTY"));
    expect(() => images(join(scratch, "no"), { input: "x" })).toThrow(failure("DATA_NOT_FOUND"));
    expect(() => images(classes, { input: "x", samples: 0 })).toThrow(failure("DATA_OPTION"));
    const whole = readFileSync(join(folder, "photo/photo.jpg"));
    for (const content of [Buffer.from("no image"), Buffer.alloc(0), whole.subarray(0, 700)]) {
      writeFileSync(join(scratch, "bad.jpg"), content);
      await expect(walk(images(scratch, { input: "x" }))).rejects.toMatchObject({ code: "DATA_IMAGE" });
    }
    const wrong: ImagePreprocessing[] = [
      { mean: [1, 2] },
      { std: 0 },
      { dtype: "uint8", scale: 1 },
      { crop: { height: 99, width: 1 } },
    ];
    for (const preprocessing of wrong) {
      await expect(walk(images(classes, { input: "x", preprocessing }))).rejects.toMatchObject({ code: "DATA_OPTION" });
    }
  });

  it("says how to install sharp where it is missing", async () => {
    vi.doMock("sharp", () => {
      throw new Error("Cannot find package 'sharp'");
    });
    await expect(walk(images(classes, { input: "x" }))).rejects.toMatchObject({
      code: "DATA_NO_SHARP",
      message: expect.stringContaining("npm install sharp"),
    });
    vi.doUnmock("sharp");
  });
});
