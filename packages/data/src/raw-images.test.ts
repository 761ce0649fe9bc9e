import { existsSync } from "node:fs";
import { join } from "node:path";
import { numbersOf, type Dataset, type Sample } from "@tersor/core";
import { describe, expect, it } from "vitest";
import { rawImages, type RawImagesOptions } from "./raw-images.ts";

async function walk(dataset: Dataset): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const sample of dataset) samples.push(sample);
  return samples;
}

const two = Uint8Array.from({ length: 24 }, (_, i) => i);
const base: RawImagesOptions = { file: two, height: 2, width: 2, input: "x" };

describe("raw images", () => {
  it("moves channels to the front and normalises", async () => {
    const [, second] = await walk(rawImages({ ...base, preprocessing: { scale: 1, mean: [0, 1, 2], std: 2 } }));
    expect(second!.feeds["x"]!.shape).toEqual([1, 3, 2, 2]);
    expect(Array.from(numbersOf(second!.feeds["x"]!))).toEqual([6, 7.5, 9, 10.5, 6, 7.5, 9, 10.5, 6, 7.5, 9, 10.5]);
  });

  it("reads labels from bytes or a list", async () => {
    expect((await walk(rawImages({ ...base, labels: Uint8Array.of(3, 1, 9) }))).map((sample) => sample.label)).toEqual([
      3, 1,
    ]);
    expect((await walk(rawImages({ ...base, count: 1, labels: ["cat"] }))).map((sample) => sample.label)).toEqual([
      "cat",
    ]);
  });

  it("says what does not fit", () => {
    const wrong: [Partial<RawImagesOptions>, string][] = [
      [{ height: 5 }, "DATA_OPTION"],
      [{ width: 0 }, "DATA_OPTION"],
      [{ count: 3 }, "DATA_OPTION"],
      [{ labels: Uint8Array.of(1) }, "DATA_LABELS"],
      [{ file: new Uint8Array(0) }, "DATA_EMPTY"],
      [{ file: "nowhere.bin" }, "DATA_NOT_FOUND"],
    ];
    for (const [options, code] of wrong)
      expect(() => rawImages({ ...base, ...options })).toThrow(expect.objectContaining({ code }));
    expect(() => rawImages({ ...base, preprocessing: "cifra" as "cifar10" })).toThrow(/known are "imagenet"/);
  });
});

const cifar = join(process.env["TERSOR_BANK"] ?? "", "real/cifar10");

describe.skipIf(!existsSync(join(cifar, "test5k_labels.u8.bin")))("CIFAR-10 (needs TERSOR_BANK)", () => {
  it("gives normalised images of 3 x 32 x 32 with labels below 10", async () => {
    const dataset = rawImages({
      file: join(cifar, "test5k_images.u8.nhwc.bin"),
      labels: join(cifar, "test5k_labels.u8.bin"),
      height: 32,
      width: 32,
      preprocessing: "cifar10",
      input: "input",
      count: 100,
    });
    const samples = await walk(dataset);
    expect(samples.every((sample) => sample.feeds["input"]!.shape.join() === "1,3,32,32")).toBe(true);
    expect(new Set(samples.map((sample) => sample.label)).size).toBe(10);
    const values = samples.flatMap((sample) => Array.from(numbersOf(sample.feeds["input"]!)));
    expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length)).toBeLessThan(0.5);
  });
});
