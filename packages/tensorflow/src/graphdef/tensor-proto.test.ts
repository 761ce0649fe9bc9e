// Constants in every way that TensorFlow writes them; oracle: TensorFlow's own make_ndarray.
import { describe, expect, it } from "vitest";
import { readFrozenGraph } from "../read/frozen.ts";
import { fixture, stated, tensorOfStated, type StatedTensor } from "../test-support/stated.ts";
import type { tensorflow } from "../wire/messages.generated.js";
import { tensorOfProto } from "./tensor-proto.ts";

const expected = stated<Record<string, StatedTensor>>("constants.json");
const names = Object.keys(expected);
const graph = readFrozenGraph(fixture("constants.pb"), { outputs: names });

describe("constants", () => {
  it.each(names)("%s", (name) => {
    const value = graph.nodes.find((node) => node.name === name)?.attributes["value"];
    const source = value?.kind === "tensor" ? value.value : undefined;
    expect(source?.tensor()).toEqual(tensorOfStated(expected[name]!));
    expect(source?.shape).toEqual(expected[name]!.shape);
  });

  it("in raw bytes are views of the file", () => {
    const content = Uint8Array.of(0, 0, 128, 63, 0, 0, 0, 64);
    const proto = { dtype: 1, tensorShape: { dim: [{ size: 2 }] }, tensorContent: content };
    const source = tensorOfProto(proto, "w");
    expect(source.bytes().buffer).toBe(content.buffer);
    expect(source.tensor().data).toEqual(Float32Array.of(1, 2));
  });
});

type Proto = tensorflow.TensorProto.$Properties;

const float = (shape: readonly number[], more: Proto): Proto => ({
  dtype: 1,
  tensorShape: { dim: shape.map((size) => ({ size })) },
  ...more,
});

describe("constants that can't be", () => {
  it.each<readonly [string, Proto]>([
    ["fewer bytes than elements", float([3], { tensorContent: new Uint8Array(8) })],
    ["more bytes than elements", float([1], { tensorContent: new Uint8Array(8) })],
    ["more values than elements", float([1], { floatVal: [1, 2] })],
    ["a negative size", float([-1], {})],
    ["sizes beyond any file", float([1e6, 1e6, 1e6], { floatVal: [0] })],
    ["one value that is to fill the memory", float([2 ** 28], { floatVal: [1] })],
    ["sizes whose product is no number", float(new Array<number>(200).fill(1e15), {})],
    ["an unknown rank", { dtype: 1, tensorShape: { unknownRank: true } }],
    ["an unknown type", { dtype: 77 as tensorflow.DataType }],
    ["a handle", { dtype: 20 }],
    ["packed strings", { dtype: 7, tensorContent: Uint8Array.of(1, 65) }],
    ["a billion strings", { dtype: 7, tensorShape: { dim: [{ size: 1e9 }] }, stringVal: [Uint8Array.of(65)] }],
  ])("%s", (_, proto) => {
    expect(() => tensorOfProto(proto, "w")).toThrow(
      expect.objectContaining({ code: "TENSORFLOW_CONSTANT", data: expect.objectContaining({ node: "w" }) as unknown }),
    );
  });
});
