import { describe, expect, it } from "vitest";
import { described, expectedOf, fixtureBytes, fixturePath, fixtures } from "../test-support/described.ts";
import { modelBytes } from "../write/model.ts";
import { fileSource, type ByteSource } from "../wire/bytes.ts";
import { ExternalFiles } from "./external.ts";
import { readModel, readModelBytes, readModelFrom } from "./model.ts";

describe("readModel", () => {
  for (const name of fixtures) {
    it(`reads in "${name}" what the Python library reads`, async () => {
      expect(described(await readModel(fixturePath(`${name}.onnx`)))).toEqual(expectedOf(name));
    });
  }

  it("reads from memory what it reads from a file", async () => {
    const fromFile = await readModel(fixturePath("bodies.onnx"));
    expect(described(readModelBytes(fixtureBytes("bodies")))).toEqual(described(fromFile));
    expect(fromFile.path).toBe(fixturePath("bodies.onnx"));
  });

  it("gives dimensions without a name one that is nowhere else", async () => {
    const { inputs } = await readModel(fixturePath("values.onnx"));
    const dims = inputs.find(({ name }) => name === "dims")!.type;
    expect(dims).toMatchObject({ shape: ["unk__0", "unk__3", 3, "unk__4", "unk__2", 0, '"past + seq"'] });
    const element = { kind: "tensor", dtype: "float32", shape: ["n", "unk__1"] };
    expect(inputs[0]!.type).toEqual({ kind: "sequence", element });
  });

  it("takes a dim_param for an expression only when its names are dimensions", () => {
    const shapeOf = (...texts: readonly string[]) => {
      const value = { name: "x", type: { kind: "tensor", dtype: "float32", shape: texts } } as const;
      const graph = readModelBytes(fixtureBytes("unknown"));
      return readModelBytes(modelBytes({ ...graph, inputs: [value] })).inputs[0]!.type;
    };
    expect(shapeOf("past + seq", "past", "seq")).toMatchObject({ shape: ["past+seq", "past", "seq"] });
    expect(shapeOf("batch-size", "n", "5")).toMatchObject({ shape: ['"batch-size"', "n", '"5"'] });
  });

  it("keeps weights of IR version 3 among the inputs", async () => {
    const { inputs, weights } = await readModel(fixturePath("old.onnx"));
    expect([...weights.keys()].every((name) => inputs.some((input) => input.name === name))).toBe(true);
  });

  it("says where a weight came from", async () => {
    const { weights } = await readModel(fixturePath("function.onnx"));
    expect(weights.get("w")!.origin).toEqual({ kind: "chain", source: "w", steps: [] });
  });

  it("reads structure without reading weights", () => {
    const weightBytes = 50_000_000;
    const counted = countedReads(modelWithLargeWeight(weightBytes));
    const graph = readModelFrom(counted.source, new ExternalFiles(undefined));
    expect(graph.weights.get("w")!.source.sizeBytes).toBe(weightBytes);
    expect(counted.bytesRead()).toBeLessThan(100_000);
    expect(graph.weights.get("w")!.source.bytes(8, 4)).toEqual(Uint8Array.of(7, 7, 7, 7));
    expect(counted.bytesRead()).toBeLessThan(100_000);
  });

  it("counts reads of a file the same way", () => {
    const counted = countedReads(fileSource(fixturePath("types.onnx")));
    readModelFrom(counted.source, new ExternalFiles(undefined));
    expect(counted.bytesRead()).toBeGreaterThan(0);
  });
});

function countedReads(inner: ByteSource) {
  let total = 0;
  const read = (offset: number, length: number) => {
    total += length;
    return inner.read(offset, length);
  };
  const source: ByteSource = { name: inner.name, sizeBytes: inner.sizeBytes, hold: () => inner.hold(), read };
  return { source, bytesRead: () => total };
}

/** A model of one weight of sevens that exists only where it is read. */
function modelWithLargeWeight(weightBytes: number): ByteSource {
  const dims = [0x08, ...varint(weightBytes)];
  const tensorHead = [...dims, 0x10, 2, 0x42, 1, 0x77, 0x4a, ...varint(weightBytes)];
  const graphHead = [0x2a, ...varint(tensorHead.length + weightBytes), ...tensorHead];
  const head = [0x3a, ...varint(graphHead.length + weightBytes), ...graphHead];
  const read = (offset: number, length: number) => Uint8Array.from({ length }, (_, index) => head[offset + index] ?? 7);
  return { name: "large", sizeBytes: head.length + weightBytes, read, hold: () => () => {} };
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
