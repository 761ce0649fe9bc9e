// Oracle: the onnx package (fixtures/make_test_data.py).
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkFeeds, numbersOf, type Sample } from "@tersor/core";
import { describe, expect, it } from "vitest";
import { readTensorProto } from "./tensor-proto.ts";
import { isTestData, testDataFolder } from "./test-data.ts";

const folder = fileURLToPath(new URL("../fixtures/test-data/", import.meta.url));
const typed = JSON.parse(readFileSync(join(folder, "typed.json"), "utf8")) as Record<string, unknown[]>;
const failure = (code: string) => expect.objectContaining({ code });
const proto = (...bytes: number[]) => readTensorProto("t.pb", Uint8Array.from(bytes));

async function walk(samples: AsyncIterable<Sample>): Promise<Sample[]> {
  const found: Sample[] = [];
  for await (const sample of samples) found.push(sample);
  return found;
}

describe("TensorProto", () => {
  it.each(Object.keys(typed))("reads typed %s data", (name) => {
    const read = readTensorProto(name, new Uint8Array(readFileSync(join(folder, "typed", `${name}.pb`))));
    const float = ["FLOAT", "DOUBLE", "FLOAT16"].includes(name);
    const values = float
      ? Array.from(numbersOf(read.tensor))
      : Array.from(read.tensor.data as ArrayLike<unknown>, String);
    expect(read.name).toBe(name);
    expect(values).toEqual(typed[name]);
  });

  it("refuses lying shapes, lengths, external data and segments", () => {
    expect(() => proto()).toThrow(failure("DATA_PROTO"));
    expect(() => proto(8, 4, 16, 1, 74, 4, 0, 0, 0, 0)).toThrow(/another number of elements/);
    expect(() => proto(8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 16, 1)).toThrow(
      failure("DATA_PROTO"),
    );
    expect(() => proto(16, 1, 74, 0xff, 0xff, 0xff, 0xff, 0x0f)).toThrow(/ends too early/);
    expect(() => proto(16, 1, 106, 0)).toThrow(/another file/);
    expect(() => proto(16, 1, 26, 0)).toThrow(/segment/);
  });

  it("ends with a typed error wherever the file is cut off", () => {
    const whole = new Uint8Array(readFileSync(join(folder, "named", "test_data_set_0", "input_0.pb")));
    for (let length = 0; length < whole.length; length++) {
      expect(() => readTensorProto("t.pb", whole.subarray(0, length)), `at ${length}`).toThrow(failure("DATA_PROTO"));
    }
  });
});

describe("ONNX test data", () => {
  it("gives inputs as feeds and outputs beside them, in numeric order", async () => {
    const dataset = testDataFolder(join(folder, "named"));
    const samples = await walk(dataset);
    expect(dataset.length).toBe(3);
    expect(samples.map((sample) => Number(sample.feeds["ids"]!.data[0]))).toEqual([3, 5, 13]);
    expect(Array.from(numbersOf(samples[1]!.outputs!["y"]!))).toEqual([1, 1.5, 2, 2.5, 3, 3.5]);
  });

  it("takes names from a list where the files hold none", async () => {
    const path = join(folder, "nameless");
    const [sample] = await walk(testDataFolder(path, { inputs: ["a", "b"], outputs: ["c"] }));
    expect([Object.keys(sample!.feeds), Object.keys(sample!.outputs!)]).toEqual([["a", "b"], ["c"]]);
    await expect(walk(testDataFolder(path))).rejects.toMatchObject({ code: "DATA_PROTO" });
  });

  it("reads one set by itself, and says what is not there", () => {
    expect(testDataFolder(join(folder, "named", "test_data_set_2")).length).toBe(1);
    expect(isTestData(join(folder, "typed"))).toBe(false);
    expect(() => testDataFolder(join(folder, "typed"))).toThrow(failure("DATA_EMPTY"));
    expect(() => testDataFolder(join(folder, "nowhere"))).toThrow(failure("DATA_NOT_FOUND"));
  });
});

const bank = process.env["TERSOR_BANK"];

describe.skipIf(bank === undefined || !existsSync(bank))("the bank's data (needs TERSOR_BANK)", () => {
  it("reads every test-data folder", async () => {
    const arch = join(bank ?? "", "arch");
    for (const model of readdirSync(arch)) {
      const samples = await walk(testDataFolder(join(arch, model)));
      expect(samples.length, model).toBe(2);
      for (const sample of samples)
        checkFeeds(
          sample.feeds,
          Object.keys(sample.feeds).map((name) => ({ name, type: { kind: "unknown" } })),
        );
    }
  });
});
