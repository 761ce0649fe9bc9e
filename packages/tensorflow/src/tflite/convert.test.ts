import { attribute, float32, GraphBuilder, numbersOf, sourceOf, tensorOf, type Graph } from "@tersor/core";
import { describe, expect, it } from "vitest";
import { convertToTflite } from "./convert.ts";
import { modelBytes, type LiteModel } from "./model.ts";
import { beginsLikeTflite, readLitePorts } from "./ports.ts";

/** x [batch, 4, 4, 3] → Conv with a bias → Relu → MaxPool, all on codes, as a converted TensorFlow graph has it. */
function quantizedGraph(): Graph {
  const to = GraphBuilder.start(17, ["y"]);
  const x = to.input("x", { kind: "tensor", dtype: "float32", shape: ["batch", 4, 4, 3] });
  const codes = to.weight("w", sourceOf(tensorOf("int8", [2, 3, 1, 1], Int8Array.of(1, 2, 3, 4, 5, 6))));
  const scales = to.weight("ws", sourceOf(float32([2], [0.5, 0.25])));
  const weights = to.add("DequantizeLinear", [codes, scales], { axis: attribute.int(0) });
  const bias = to.weight("b", sourceOf(float32([2], [1, -0.5])));
  const image = to.add("Transpose", [pair(to, x, 0.125, 128)], { perm: attribute.ints([0, 3, 1, 2]) });
  const made = pair(to, to.add("Relu", [to.add("Conv", [image, weights, bias])]), 0.5, 0);
  const pooled = to.add("MaxPool", [made], { kernel_shape: attribute.ints([2, 2]) });
  return to.finish("graph", [
    { name: "y", value: to.add("Transpose", [pooled], { perm: attribute.ints([0, 2, 3, 1]) }) },
  ]);
}

function pair(to: GraphBuilder, x: string, scale: number, zeroPoint: number): string {
  const parameters = [to.constant("float32", [], [scale]), to.constant("uint8", [], [zeroPoint])];
  return to.add("DequantizeLinear", [to.add("QuantizeLinear", [x, ...parameters]), ...parameters]);
}

function operators({ operators: all }: LiteModel): readonly string[] {
  return all.map(({ op, version }) => `${op} ${version}`);
}

describe("TensorFlow Lite models", () => {
  const model = convertToTflite(quantizedGraph());

  it("compute on codes from the entry to the end", () => {
    expect(operators(model)).toEqual(["QUANTIZE 1", "CONV_2D 3", "MAX_POOL_2D 2", "DEQUANTIZE 2"]);
  });

  it("have int8 weights by channel, and an int32 bias in units of both scales", () => {
    const [input, weights, bias] = model.operators[1]!.inputs.map((index) => model.tensors[index]!);
    expect(input!.quantization).toEqual({ scale: [0.125], zeroPoint: [0], dimension: 0 });
    expect(weights).toMatchObject({
      dtype: "int8",
      shape: [2, 1, 1, 3],
      quantization: { scale: [0.5, 0.25], zeroPoint: [0, 0], dimension: 0 },
    });
    expect(bias).toMatchObject({ dtype: "int32", quantization: { scale: [0.0625, 0.03125], zeroPoint: [0, 0] } });
    expect(Array.from(numbersOf(bias!.data!))).toEqual([16, -16]);
  });

  it("pool in the codes of what is pooled", () => {
    const pool = model.operators[2]!;
    const [before, after] = [pool.inputs[0]!, pool.outputs[0]!].map((index) => model.tensors[index]!.quantization);
    expect(after).toEqual(before);
    expect(after).toEqual({ scale: [0.5], zeroPoint: [-128], dimension: 0 });
  });

  it("take and give the codes themselves on request", () => {
    const onCodes = convertToTflite(quantizedGraph(), { io: "int8" });
    expect(operators(onCodes)).toEqual(["CONV_2D 3", "MAX_POOL_2D 2"]);
    expect(onCodes.tensors[onCodes.inputs[0]!.tensor]).toMatchObject({ name: "x", dtype: "int8", shape: [1, 4, 4, 3] });
  });

  it("have the sizes that are asked for, and 1 where none are", () => {
    const shapeOf = (one: LiteModel) => one.tensors[one.inputs[0]!.tensor]!.shape;
    expect(shapeOf(model)).toEqual([1, 4, 4, 3]);
    expect(shapeOf(convertToTflite(quantizedGraph(), { shapes: { x: [7, 4, 4, 3] } }))).toEqual([7, 4, 4, 3]);
  });

  it("name operators that TensorFlow Lite lacks", () => {
    const to = GraphBuilder.start(17, ["y"]);
    const x = to.input("x", { kind: "tensor", dtype: "float32", shape: [3] });
    const graph = to.finish("graph", [{ name: "y", value: to.add("Erf", [x]) }]);
    expect(() => convertToTflite(graph)).toThrow(/- Erf: TensorFlow Lite has no operator for it \("Erf"\)/);
  });
});

describe("the ports of a file", () => {
  const bytes = modelBytes(convertToTflite(quantizedGraph()));

  it("are read back", () => {
    expect(beginsLikeTflite(bytes)).toBe(true);
    expect(readLitePorts(bytes, "m.tflite")).toEqual({
      inputs: [{ name: "x", dtype: "float32", shape: [1, 4, 4, 3] }],
      outputs: [{ name: "y", dtype: "float32", shape: [1, 3, 3, 2] }],
    });
  });

  it("are read or refused, whatever the bytes are", () => {
    const outcomes = new Set<string>();
    for (let at = 0; at < bytes.length; at++) {
      for (const broken of [bytes.slice(0, at), Uint8Array.from(bytes).fill(255, at, at + 1)]) {
        outcomes.add(outcomeOf(broken));
      }
    }
    expect([...outcomes].sort()).toEqual(["TENSORFLOW_NOT_A_MODEL", "read"]);
  });

  function outcomeOf(broken: Uint8Array): string {
    try {
      readLitePorts(broken, "m.tflite");
      return "read";
    } catch (error) {
      return error instanceof Error && "code" in error ? String(error.code) : String(error);
    }
  }
});
