import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { numbersOf, type DataType, type Dim, type ModelInput, type Sample } from "@tersor/core";
import { describe, expect, it } from "vitest";
import { openDataset } from "../open.ts";
import { expected, samplesOf, tables } from "./tables.fixture.ts";

const scratch = mkdtempSync(join(tmpdir(), "tersor-numeric-"));
const input = (name: string, dtype: DataType, shape: Dim[]): ModelInput => ({
  name,
  type: { kind: "tensor", dtype, shape },
});
const open = async (spec: Parameters<typeof openDataset>[0], inputs: ModelInput[] = []) =>
  samplesOf(await openDataset(spec, { folder: scratch, inputs }));
const feed = (sample: Sample, name: string) => {
  const { dtype, shape } = sample.feeds[name]!;
  return { dtype, shape, values: Array.from(numbersOf(sample.feeds[name]!)) };
};
writeFileSync(join(scratch, "iris.csv"), "a,b,c,d,target\n1,2,3,4,versicolor\n5,6,7,8.5,setosa\n");

describe("numbers of tables", () => {
  it("lays all columns but the label out for the only input", async () => {
    const samples = await open({ csv: "iris.csv", classes: ["setosa", "versicolor"] }, [
      input("x", "float32", ["n", 4]),
    ]);
    expect(feed(samples[1]!, "x")).toEqual({ dtype: "float32", shape: [1, 4], values: [5, 6, 7, 8.5] });
    expect(samples.map(({ label }) => label)).toEqual([1, 0]);
    const [square] = await open({ csv: "iris.csv", label: "target" }, [input("x", "float64", ["n", 2, 2])]);
    expect(feed(square!, "x")).toEqual({ dtype: "float64", shape: [1, 2, 2], values: [1, 2, 3, 4] });
    expect(square!.label).toBe("versicolor");
  });

  it("takes named columns, for one input or several", async () => {
    const [one] = await open({ csv: "iris.csv", columns: ["b", 0] }, [input("x", "int64", ["n", 2])]);
    expect(feed(one!, "x")).toEqual({ dtype: "int64", shape: [1, 2], values: [2, 1] });
    const two = [input("left", "float32", ["n", 2]), input("right", "float32", ["n"])];
    const [pair] = await open({ csv: "iris.csv", inputs: { left: ["a", "b"], right: "c" } }, two);
    expect([feed(pair!, "left").shape, feed(pair!, "right").shape]).toEqual([[1, 2], [1]]);
    const [named] = await open("iris.csv", [input("c", "float32", ["n", 1]), input("d", "float32", ["n", 1])]);
    expect(Object.keys(named!.feeds)).toEqual(["c", "d"]);
    const [words] = await open({ csv: "iris.csv", columns: ["target"], label: "a" }, [input("x", "string", ["n", 1])]);
    expect(words!.feeds["x"]).toEqual({ dtype: "string", shape: [1, 1], data: ["versicolor"] });
  });

  it("reads lists, nested lists and fields of Parquet", async () => {
    const spec = {
      parquet: join(tables, "zstd.parquet"),
      inputs: { v: "vector", m: "matrix", s: "answers.answer_start" },
    };
    const samples = await open(spec, [
      input("v", "float32", ["n", 4]),
      input("m", "int32", ["n", 2, 2]),
      input("s", "float32", ["n", 1]),
    ]);
    expect(samples).toHaveLength(50);
    expect(feed(samples[3]!, "v").values).toEqual(expected.parquet[3]!["vector"]);
    expect(feed(samples[3]!, "m")).toEqual({ dtype: "int32", shape: [1, 2, 2], values: [3, 1, 2, 3] });
    expect(feed(samples[3]!, "s").values).toEqual([3]);
    expect(samples[3]!.label).toBe(3);
  });

  it("decodes images of Parquet", async () => {
    const spec = {
      parquet: join(tables, "images.parquet"),
      image: "img",
      preprocessing: { layout: "NHWC", dtype: "uint8" },
    };
    const samples = await open(spec, [input("pixels", "uint8", ["n", 4, 5, 3])]);
    expect(samples.map((sample) => feed(sample, "pixels").values)).toEqual(expected.images);
    expect(samples.map(({ label }) => label)).toEqual([2, 0, 1]);
    await expect(open({ ...spec, image: "label" }, [input("pixels", "uint8", [])])).rejects.toThrow(
      /^Row 1 .* no image/,
    );
  });

  it.each([
    [{ csv: "iris.csv", columns: ["target"] }, "DATA_ROW", /"versicolor" where numbers are needed/],
    [{ csv: "iris.csv", columns: ["d"] }, "DATA_ROW", /^Line 3 .* fractions/],
    [{ csv: "iris.csv", columns: ["e"] }, "DATA_COLUMN", /no column "e"/],
    [{ csv: "iris.csv", inputs: { y: "a" } }, "DATA_OPTION", /no input of the model/],
    [{ csv: "iris.csv", classes: ["setosa"] }, "DATA_ROW", /"versicolor"/],
    [{ csv: "iris.csv", samples: 0 }, "DATA_OPTION", /samples/],
    [{ csv: "nowhere.csv" }, "DATA_NOT_FOUND", /nowhere/],
    [{ csv: "iris.csv", colums: ["a"] }, "DATA_OPTION", /did you mean "columns"/],
    [{ csv: "iris.csv", task: "translate" }, "DATA_OPTION", /task/],
  ] as const)("refuses %j", async (spec, code, message) => {
    const opened = open(spec as Parameters<typeof open>[0], [input("x", "int32", ["n", "m"])]);
    await expect(opened).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
