import { existsSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  datasetOf,
  defineDataset,
  float32,
  type DataType,
  type Dataset,
  type Dim,
  type ModelInput,
  type Sample,
} from "@tersor/core";
import { describe, expect, it } from "vitest";
import { castTo } from "./cast.ts";
import { dataKindOf, openDataset } from "./open.ts";

const fixtures = fileURLToPath(new URL("../fixtures/", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "tersor-open-"));
const input = (name: string, dtype: DataType, shape: Dim[] = []): ModelInput => ({
  name,
  type: { kind: "tensor", dtype, shape },
});

async function walk(dataset: Dataset): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const sample of dataset) samples.push(sample);
  return samples;
}

const first = async (...args: Parameters<typeof openDataset>) => (await walk(await openDataset(...args)))[0]!;
const typesOf = (sample: Sample) =>
  Object.fromEntries(Object.entries(sample.feeds).map(([name, tensor]) => [name, tensor.dtype]));

describe("openDataset", () => {
  it("tells the kind of a path", () => {
    const paths = ["arrays/stacked.npz", "arrays/fortran.npy", "test-data/named", "images/classes", "random"];
    expect(paths.map((path) => dataKindOf(path, fixtures))).toEqual(["npz", "npy", "testData", "images", "random"]);
  });

  it("widens stored types to the model's", async () => {
    const sample = await first("arrays/samples.npz", {
      folder: fixtures,
      inputs: [input("x", "float32"), input("ids", "int64")],
    });
    expect(typesOf(sample)).toEqual({ x: "float32", ids: "int64" });
    expect(sample.label).toBeTypeOf("number");
  });

  it("takes the name of the only input for arrays and images", async () => {
    const context = { folder: fixtures, inputs: [input("pixels", "float32")] };
    expect(typesOf(await first("arrays/f2-le.npy", context))).toEqual({ pixels: "float32" });
    expect(typesOf(await first({ images: "images/classes", preprocessing: { dtype: "uint8" } }, context))).toEqual({
      pixels: "uint8",
    });
    await expect(openDataset("images/classes", { folder: fixtures })).rejects.toMatchObject({ code: "DATA_OPTION" });
  });

  it("fits texts to the inputs of the model: names, type and fixed length", async () => {
    writeFileSync(join(scratch, "a.tsv"), "sentence\tlabel\none long string\t1\n");
    const tokenizer = join(fixtures, "text/wordpiece/tokenizer.json");
    const inputs = [input("input_ids", "int32", ["batch", 16]), input("attention_mask", "int32", ["batch", 16])];
    const sample = await first({ text: "a.tsv", tokenizer }, { folder: scratch, inputs });
    expect(typesOf(sample)).toEqual({ input_ids: "int32", attention_mask: "int32" });
    expect(sample.feeds["input_ids"]!.shape).toEqual([1, 16]);
    const shorter = await first(
      { text: "a.tsv", tokenizer, maxLength: 4, padding: "none" },
      { folder: scratch, inputs },
    );
    expect(shorter.feeds["input_ids"]!.shape).toEqual([1, 4]);
    await expect(openDataset("a.tsv", { folder: scratch })).rejects.toThrow(/tokenizer\.json/);
  });

  it("opens test data, JSON lines, raw images and random data", async () => {
    writeFileSync(join(scratch, "a.jsonl"), '{"x":[[1,2]]}\n');
    writeFileSync(join(scratch, "a.bin"), new Uint8Array(12));
    const context = { folder: scratch, inputs: [input("x", "float32", [1, 2])] };
    expect(typesOf(await first("a.jsonl", context))).toEqual({ x: "float32" });
    expect(typesOf(await first({ rawImages: "a.bin", height: 2, width: 2 }, context))).toEqual({ x: "float32" });
    expect((await openDataset({ random: true, samples: 3 }, context)).length).toBe(3);
    expect((await openDataset({ testData: join(fixtures, "test-data/named") })).length).toBe(3);
  });

  it("opens the kinds that plugins bring", async () => {
    const ones = defineDataset<unknown>({
      name: "ones",
      open: () => datasetOf("ones", () => [{ feeds: { x: float32([1], [1]) } }]),
    });
    expect(typesOf(await first({ ones: 3 }, { definitions: [ones], inputs: [input("x", "float64")] }))).toEqual({
      x: "float64",
    });
  });

  it.each([
    [{}, "DATA_KIND", /It is not clear/],
    ["a.xyz", "DATA_KIND", /a\.xyz/],
    ["missing.npz", "DATA_NOT_FOUND", /missing\.npz/],
    ["void", "DATA_NOT_FOUND", /void/],
    [{ npz: "a.npz", npy: "b.npy" }, "DATA_OPTION", /one kind/],
    [{ npz: 3 }, "DATA_OPTION", /must be a path/],
    [{ text: "a.tsv", colum: "x" }, "DATA_OPTION", /did you mean "column"/],
    [{ text: "a.tsv", maxLength: "64" }, "DATA_OPTION", /can't be "64"/],
    [{ text: "a.tsv", padding: "some" }, "DATA_OPTION", /padding/],
    [{ images: ".", input: "x", preprocessing: "imagenett" }, "DATA_OPTION", /known are/],
    [{ images: ".", input: "x", preprocessing: { mode: 1 } }, "DATA_OPTION", /preprocessing\.mode/],
    [{ images: ".", input: "x", preprocessing: { crop: null } }, "DATA_OPTION", /preprocessing\.crop/],
    [
      { images: ".", input: "x", preprocessing: { resize: { mode: "exact", height: 0, width: 1 } } },
      "DATA_OPTION",
      /resize\.height/,
    ],
    [{ images: ".", input: "x", preprocessing: { resize: { mode: "fit" } } }, "DATA_OPTION", /resize\.mode/],
    [{ images: ".", input: "x", preprocessing: { mean: ["a"] } }, "DATA_OPTION", /preprocessing\.mean/],
    [{ images: ".", input: "x", preprocessing: { layout: "CHW" } }, "DATA_OPTION", /preprocessing\.layout/],
    [{ rawImages: "a.xyz", input: "x" }, "DATA_OPTION", /height/],
  ] as const)("refuses %j", async (spec, code, message) => {
    writeFileSync(join(scratch, "a.xyz"), "?");
    const opened = openDataset(spec as Parameters<typeof openDataset>[0], { folder: scratch });
    await expect(opened).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

describe("castTo", () => {
  const cast = async (from: DataType, data: Uint16Array | Float32Array | Uint8Array | Int32Array, to: DataType) => {
    const dataset = datasetOf("d", () => [{ feeds: { x: { dtype: from, shape: [data.length], data } } }]);
    return (await walk(castTo(dataset, [input("x", to)])))[0]!.feeds["x"]!;
  };

  it("widens without changing values, and leaves all else alone", async () => {
    expect(await cast("float16", Uint16Array.of(0x3c00, 0xfc00), "float32")).toMatchObject({
      dtype: "float32",
      data: Float32Array.of(1, -Infinity),
    });
    expect(await cast("int32", Int32Array.of(-5), "int64")).toMatchObject({
      dtype: "int64",
      data: BigInt64Array.of(-5n),
    });
    expect(await cast("uint8", Uint8Array.of(0, 1), "bool")).toMatchObject({ dtype: "bool" });
    expect(await cast("uint8", Uint8Array.of(0, 2), "bool")).toMatchObject({ dtype: "uint8" });
    expect(await cast("uint8", Uint8Array.of(7), "float32")).toMatchObject({ dtype: "uint8" });
    expect(await cast("float32", Float32Array.of(7), "float16")).toMatchObject({ dtype: "float32" });
  });
});

const arch = join(process.env["TERSOR_BANK"] ?? "", "arch");

describe.skipIf(!existsSync(arch))("the bank's calibration data (needs TERSOR_BANK)", () => {
  it("opens every archive, with floats as float32", async () => {
    const models = readdirSync(arch);
    expect(models).toHaveLength(94);
    for (const model of models) {
      const [truth] = await walk(await openDataset(join(arch, model)));
      const inputs = Object.entries(truth!.feeds).map(([name, { dtype, shape }]) =>
        input(name, dtype, shape.map(String)),
      );
      const samples = await walk(await openDataset(join(arch, model, "calib.npz"), { inputs }));
      expect(samples.length, model).toBeGreaterThan(0);
      for (const sample of samples) expect(typesOf(sample), model).toEqual(typesOf(truth!));
    }
  });
});
