// Oracle: numpy (fixtures/make_arrays.py).
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { numbersOf, type Dataset, type Sample } from "@tersor/core";
import { strToU8, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { npy, npz } from "./npz.ts";

const file = (name: string) => fileURLToPath(new URL(`../fixtures/arrays/${name}`, import.meta.url));
const truth = JSON.parse(readFileSync(file("npz.json"), "utf8")) as { x: number[][][]; ids: number[][]; y: number[] };
const failure = (code: string) => expect.objectContaining({ code });

async function walk(dataset: Dataset): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const sample of dataset) samples.push(sample);
  return samples;
}

const numbers = (sample: Sample, input: string) => Array.from(numbersOf(sample.feeds[input]!));

describe("npz with stacked samples", () => {
  it.each(["stacked.npz", "stacked-deflated.npz"])("gives the slices of %s", async (name) => {
    const dataset = npz(file(name));
    expect(dataset.length).toBe(5);
    for (const samples of [await walk(dataset), await walk(dataset)]) {
      expect(samples.map((sample) => sample.label)).toEqual(truth.y);
      expect(samples.map((sample) => sample.feeds["x"]!.shape)).toEqual(truth.x.map(() => [1, 2, 3]));
      expect(samples.map((sample) => numbers(sample, "x"))).toEqual(truth.x.map((x) => x.flat()));
      expect(samples.map((sample) => numbers(sample, "ids"))).toEqual(truth.ids);
      expect(samples[0]!.feeds["ids"]!.dtype).toBe("int64");
    }
  });

  it("reads Zip64 archives and bytes in memory", async () => {
    for (const input of [file("zip64.npz"), new Uint8Array(readFileSync(file("zip64.npz")))]) {
      expect((await walk(npz(input))).map((sample) => numbers(sample, "x"))).toEqual(truth.x.map((x) => x.flat()));
    }
  });

  it("takes slashes for part of a name where the model's inputs have them", async () => {
    const inputs = ["model/x", "model/ids"];
    expect(npz(file("slashes.npz"), { inputs }).length).toBe(5);
    expect(npz(file("slashes.npz"), { layout: "stacked" }).length).toBe(5);
    expect(npz(file("slashes.npz")).length).toBe(1);
  });

  it("leaves an input named y among the feeds", async () => {
    const [sample] = await walk(npz(file("stacked.npz"), { inputs: ["x", "y"], label: "ids" }));
    expect(Object.keys(sample!.feeds)).toEqual(["x", "y"]);
    expect(sample!.label).toEqual(expect.objectContaining({ shape: [1, 4] }));
  });

  it("reads one .npy array as one input", async () => {
    const samples = await walk(npy(file("f4-be.npy"), { input: "pixels" }));
    expect(samples.map((sample) => sample.feeds["pixels"]!.shape)).toEqual([
      [1, 2, 4],
      [1, 2, 4],
      [1, 2, 4],
    ]);
  });
});

describe("npz with one folder per sample", () => {
  it("gives ragged samples with their labels", async () => {
    const dataset = npz(file("samples.npz"));
    expect(dataset.length).toBe(3);
    const samples = await walk(dataset);
    expect(samples.map((sample) => sample.feeds["x"]!.shape)).toEqual([
      [1, 2, 1],
      [1, 2, 2],
      [1, 2, 3],
    ]);
    expect(samples[2]!.feeds["x"]!.dtype).toBe("float16");
    expect(numbers(samples[2]!, "x")).toEqual(truth.x[2]!.flat());
    expect(samples.map((sample) => sample.label)).toEqual(truth.y.slice(0, 3));
    expect(samples[1]!.id).toBe('sample "1"');
  });
});

describe("hostile archives", () => {
  const whole = new Uint8Array(readFileSync(file("stacked-deflated.npz")));
  const array = new Uint8Array(readFileSync(file("f4-le.npy")));
  const zip = (files: Record<string, Uint8Array>) => zipSync(files, { level: 6 });

  it("ends with a typed error wherever the archive is cut off", () => {
    for (let length = 0; length < whole.length; length++) {
      expect(() => npz(whole.subarray(0, length)), `at ${length}`).toThrow(failure("DATA_ARCHIVE"));
    }
  });

  it("notices every flipped bit of the compressed data, and never fails otherwise", async () => {
    for (let i = 0; i < whole.length; i++) {
      const bytes = whole.slice();
      bytes[i]! ^= 1 << (i % 8);
      try {
        await walk(npz(bytes));
      } catch (error) {
        expect(error).toEqual(expect.objectContaining({ code: expect.stringMatching(/^DATA_/) }));
      }
    }
    const payload = whole.slice();
    payload[120]! ^= 4;
    await expect((async () => walk(npz(payload)))()).rejects.toMatchObject({ code: "DATA_ARCHIVE" });
  });

  it("refuses sizes that the stored bytes can't give, before anything is allocated", () => {
    const bytes = zip({ "x.npy": array });
    const central = Buffer.from(bytes).indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    new DataView(bytes.buffer).setUint32(central + 24, 0xf0000000, true);
    expect(() => npz(bytes)).toThrow(/declares 4026531840 bytes/);
  });

  it("refuses data that grows beyond its declared size", async () => {
    const bytes = zip({ "x.npy": array });
    const central = Buffer.from(bytes).indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    const shorter = array.length - 32;
    new DataView(bytes.buffer).setUint32(central + 24, shorter, true);
    expect(() => npz(bytes)).toThrow(expect.objectContaining({ code: expect.stringMatching(/DATA_AR/) }));
  });

  it("refuses names that lead outside, other files, duplicates of layout and empty archives", () => {
    expect(() => npz(zip({ "../../etc/x.npy": array }))).toThrow(/unsafe name/);
    expect(() => npz(zip({ "a\\x.npy": array }))).toThrow(/unsafe name/);
    expect(() => npz(zip({ "readme.txt": strToU8("hello") }))).toThrow(failure("DATA_ARCHIVE"));
    expect(() => npz(zip({}))).toThrow(failure("DATA_EMPTY"));
    expect(() => npz(zip({ "0/x.npy": array, "x.npy": array }), { layout: "samples" })).toThrow(
      failure("DATA_ARCHIVE"),
    );
  });

  it("says what is missing, uneven or too large", async () => {
    expect(() => npz("nowhere.npz")).toThrow(failure("DATA_NOT_FOUND"));
    expect(() => npz(file("."))).toThrow(failure("DATA_NOT_FOUND"));
    expect(() => npz(file("uneven.npz"))).toThrow(/"x" has 5, "ids" has 4/);
    expect(() => npz(file("stacked.npz"), { label: "target" })).toThrow(failure("DATA_OPTION"));
    expect(() => npy(file("scalar.npy"), { input: "x" })).toThrow(failure("DATA_ARRAY"));
    expect(() => npy(file("empty.npy"), { input: "x" })).toThrow(failure("DATA_EMPTY"));
    await expect(walk(npz(file("stacked.npz"), { maxBytes: 8 }))).rejects.toMatchObject({ code: "DATA_TOO_LARGE" });
  });
});
