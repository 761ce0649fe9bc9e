// How layers take part in quantization and what they cost, against hand-counted products.

import { describe, expect, it } from "vitest";
import type { Attribute } from "../graph/graph.ts";
import { nodeOf } from "../graph/graph.ts";
import { costOf } from "../infer/cost.ts";
import { inferTypes } from "../infer/infer.ts";
import { graphOfCase, readCases, type OpCase } from "./cases/op-case.ts";
import { microsoftOps } from "./microsoft.ts";
import { neuralOps } from "./neural.ts";

const operators = [...neuralOps, ...microsoftOps];

function traitOf(type: string, attributes: Record<string, Attribute> = {}, weightRank = 2) {
  const op = operators.find((candidate) => candidate.type === type)!;
  return op.quantization(nodeOf(type, "", [], [], attributes, op.domain), weightRank);
}

describe("traits", () => {
  const flag = (value: number): Attribute => ({ kind: "int", value });

  it.each([
    ["Conv", {}, 4, { activation: 0, weight: 1, bias: 2, channelAxis: 0 }],
    ["ConvTranspose", {}, 4, { activation: 0, weight: 1, bias: 2, channelAxis: 1 }],
    ["FusedGemm", {}, 2, { activation: 0, weight: 1, bias: 2, channelAxis: 1 }],
    ["FusedGemm", { transB: flag(1) }, 2, { activation: 0, weight: 1, bias: 2, channelAxis: 0 }],
    ["FusedMatMul", {}, 3, { activation: 0, weight: 1, channelAxis: 2 }],
    ["FusedMatMul", { transB: flag(1) }, 3, { activation: 0, weight: 1, channelAxis: 1 }],
  ] as const)("%s %j multiplies by a weight of rank %i", (type, attributes, rank, expected) => {
    expect(traitOf(type, attributes, rank)).toMatchObject({ kind: "weighted", ...expected });
  });

  it.each(["RNN", "GRU", "LSTM"])("%s is recurrent", (type) => {
    expect(traitOf(type)).toEqual({ kind: "recurrent", activation: 0, weights: [1, 2], bias: 3 });
  });

  it.each(["MaxPool", "Resize", "Upsample", "CenterCropPad", "ReduceMax", "ReduceMin"])(
    "%s selects elements",
    (type) => {
      expect(traitOf(type)).toEqual({ kind: "transparent", data: 0 });
    },
  );

  it("Softmax has a range that its formula fixes", () => {
    expect(traitOf("Softmax")).toEqual({ kind: "activation", inputs: [0], range: [0, 1] });
  });

  it("gives a reason for every operator that stays float", () => {
    for (const op of operators) {
      const trait = op.quantization(nodeOf(op.type, "", [], []), 2);
      if (trait.kind === "float") expect(trait.why.length, op.type).toBeGreaterThan(10);
    }
  });
});

describe("multiply-accumulates", () => {
  const cases = ["neural", "microsoft"].flatMap(readCases);
  const first = (op: string, test: (row: OpCase) => boolean = () => true) =>
    cases.find((row) => row.op === op && test(row))!;
  const has = (name: string) => (row: OpCase) => name in row.attributes;
  const macs = (row: OpCase) => {
    const graph = graphOfCase(row);
    return costOf(graph, inferTypes(graph)).total;
  };

  it.each([
    ["Conv: outputs x (channels per group x taps)", first("Conv"), 2 * 6 * 9 * 11 * (4 * 9)],
    ["Conv in groups", first("Conv", has("group")), 12 * 7 * 7 * (2 * 9)],
    ["QLinearConv", first("QLinearConv"), 4 * 7 * 6 * (3 * 9)],
    ["ConvTranspose: inputs x (channels per group x taps)", first("ConvTranspose"), 2 * 4 * 5 * 6 * (3 * 9)],
    ["ConvTranspose in groups", first("ConvTranspose", has("group")), 6 * 5 * 5 * (2 * 4)],
    ["LSTM: steps x batch x four gates", first("LSTM"), 7 * 3 * 4 * 6 * (5 + 6)],
    ["GRU: steps x batch x three gates", first("GRU"), 7 * 3 * 3 * 6 * (5 + 6)],
    ["DynamicQuantizeLSTM", first("DynamicQuantizeLSTM"), 7 * 3 * 4 * 6 * (5 + 6)],
    ["Attention: scores and mixture", first("Attention"), 2 * 4 * 5 * 7 * (8 + 6)],
    [
      "com.microsoft Attention: projection too",
      first("Attention", ({ domain }) => domain !== undefined),
      2 * 5 * 16 * 48 + 2 * 4 * 5 * 5 * (4 + 4),
    ],
    ["MultiHeadAttention", first("MultiHeadAttention"), 2 * 4 * 5 * 7 * (4 + 3)],
    ["GroupQueryAttention", first("GroupQueryAttention"), 2 * 4 * 5 * 5 * (8 + 8)],
    ["MatMulNBits", first("MatMulNBits"), 2 * 5 * 32 * 6],
    ["FusedMatMul", first("FusedMatMul"), 2 * 3 * 4 * 5],
    ["FusedMatMul transposed", first("FusedMatMul", has("transA")), 3 * 4 * 5],
    ["QGemm", first("QGemm"), 3 * 4 * 5],
    ["DynamicQuantizeMatMul", first("DynamicQuantizeMatMul"), 4 * 8 * 6],
    ["MaxPool has none", first("MaxPool"), 0],
  ] as const)("%s", (_, row, expected) => {
    expect(macs(row)).toBe(expected);
  });
});
