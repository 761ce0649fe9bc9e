// Cost against published figures, on graphs that have the architecture and no weights.

import { describe, expect, it } from "vitest";
import { attribute, nodeOf, type Attribute, type Graph, type Node, type Weight } from "../graph/graph.ts";
import type { Dim } from "../graph/dim.ts";
import { originOf } from "../graph/origin.ts";
import { graphOfCase, readCases } from "../ops/cases/op-case.ts";
import { lazySource } from "../tensor/source.ts";
import { costOf } from "./cost.ts";
import { inferTypes } from "./infer.ts";

/** Grows a graph node by node; weights are zeros that nobody holds. */
class Builder {
  private readonly nodes: Node[] = [];
  private readonly weights = new Map<string, Weight>();
  private readonly input: readonly Dim[];

  constructor(input: readonly Dim[]) {
    this.input = input;
  }

  node(op: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}): string {
    const output = `v${this.nodes.length}`;
    this.nodes.push(nodeOf(op, output, inputs, [output], attributes));
    return output;
  }

  weight(shape: readonly number[]): string {
    const name = `w${this.weights.size}`;
    const source = lazySource("float32", shape, (_, length) => new Uint8Array(length));
    this.weights.set(name, { source, origin: originOf(name) });
    return name;
  }

  conv(x: string, from: number, to: number, kernel: number, stride = 1, group = 1): string {
    const pad = (kernel - 1) / 2;
    return this.node("Conv", [x, this.weight([to, from / group, kernel, kernel]), this.weight([to])], {
      strides: attribute.ints([stride, stride]),
      pads: attribute.ints([pad, pad, pad, pad]),
      group: attribute.int(group),
    });
  }

  linear(x: string, from: number, to: number): string {
    return this.node("Add", [this.node("MatMul", [x, this.weight([from, to])]), this.weight([to])]);
  }

  graph(output: string): Graph {
    return {
      name: "built",
      inputs: [{ name: "x", type: { kind: "tensor", dtype: "float32", shape: this.input } }],
      outputs: [{ name: output, type: { kind: "unknown" } }],
      nodes: this.nodes,
      weights: this.weights,
      types: new Map(),
      opsets: new Map([["", 17]]),
      functions: [],
      metadata: new Map(),
    };
  }
}

function classify(b: Builder, x: string, features: number): Graph {
  const pooled = b.node("Flatten", [b.node("GlobalAveragePool", [x])]);
  return b.graph(b.node("Gemm", [pooled, b.weight([1000, features]), b.weight([1000])], { transB: attribute.int(1) }));
}

/** ResNet v1.5: the 3x3 convolution of a bottleneck has the stride. */
function resNet50(input: readonly Dim[] = [1, 3, 224, 224]): Graph {
  const b = new Builder(input);
  const pool = {
    kernel_shape: attribute.ints([3, 3]),
    strides: attribute.ints([2, 2]),
    pads: attribute.ints([1, 1, 1, 1]),
  };
  let x = b.node("MaxPool", [b.conv("x", 3, 64, 7, 2)], pool);
  let channels = 64;
  [3, 4, 6, 3].forEach((blocks, stage) => {
    const width = 64 * 2 ** stage;
    for (let block = 0; block < blocks; block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const shortcut = block === 0 ? b.conv(x, channels, 4 * width, 1, stride) : x;
      const inner = b.conv(b.conv(x, channels, width, 1), width, width, 3, stride);
      x = b.node("Relu", [b.node("Add", [b.conv(inner, width, 4 * width, 1), shortcut])]);
      channels = 4 * width;
    }
  });
  return classify(b, x, channels);
}

function mobileNetV2(): Graph {
  const b = new Builder([1, 3, 224, 224]);
  let x = b.conv("x", 3, 32, 3, 2);
  let channels = 32;
  const settings = [
    [1, 16, 1, 1],
    [6, 24, 2, 2],
    [6, 32, 3, 2],
    [6, 64, 4, 2],
    [6, 96, 3, 1],
    [6, 160, 3, 2],
    [6, 320, 1, 1],
  ] as const;
  for (const [expansion, width, blocks, stride] of settings) {
    for (let block = 0; block < blocks; block++) {
      const inner = expansion * channels;
      const expanded = expansion === 1 ? x : b.conv(x, channels, inner, 1);
      x = b.conv(b.conv(expanded, inner, inner, 3, block === 0 ? stride : 1, inner), inner, width, 1);
      channels = width;
    }
  }
  return classify(b, b.conv(x, channels, 1280, 1), 1280);
}

function bertEncoder(layers: number, sequence: number, hidden: number, heads: number): Graph {
  const b = new Builder([1, sequence, hidden]);
  const headsFirst = { perm: attribute.ints([0, 2, 1, 3]) };
  const shape = (dims: readonly number[]) => b.node("Constant", [], { value_ints: attribute.ints(dims) });
  let x = "x";
  for (let layer = 0; layer < layers; layer++) {
    const part = (perm: readonly number[]) => {
      const cut = b.node("Reshape", [b.linear(x, hidden, hidden), shape([1, sequence, heads, hidden / heads])]);
      return b.node("Transpose", [cut], { perm: attribute.ints(perm) });
    };
    const scores = b.node("MatMul", [part([0, 2, 1, 3]), part([0, 2, 3, 1])]);
    const mixed = b.node("MatMul", [b.node("Softmax", [scores]), part([0, 2, 1, 3])]);
    const joined = b.node("Reshape", [b.node("Transpose", [mixed], headsFirst), shape([1, sequence, hidden])]);
    const attended = b.node("Add", [b.linear(joined, hidden, hidden), x]);
    const inner = b.node("Gelu", [b.linear(attended, hidden, 4 * hidden)]);
    x = b.node("Add", [b.linear(inner, 4 * hidden, hidden), attended]);
  }
  return b.graph(x);
}

function costAt(graph: Graph) {
  return costOf(graph, inferTypes(graph));
}

describe("published figures", () => {
  it("ResNet-50 v1.5 at 224 x 224: torchvision states 4.089 G", () => {
    const { total, unknown } = costAt(resNet50());
    expect(unknown).toEqual([]);
    expect((total / 1e9).toFixed(3)).toBe("4.089");
  });

  it("MobileNetV2 at 224 x 224: torchvision states 0.301 G, the paper 300 M", () => {
    expect((costAt(mobileNetV2()).total / 1e9).toFixed(3)).toBe("0.301");
  });

  it("BERT-base at 128 tokens: 24 s h^2 + 4 s^2 h FLOPs per layer (Narayanan et al. 2021), two of which are a MAC", () => {
    const [layers, s, h] = [12, 128, 768];
    const { total, unknown } = costAt(bertEncoder(layers, s, h, 12));
    expect(unknown).toEqual([]);
    expect(2 * total).toBe(layers * (24 * s * h ** 2 + 4 * s ** 2 * h));
    expect((total / 1e9).toFixed(1)).toBe("11.2");
    // TinyBERT and MobileBERT state 22.5 G FLOPs, with what is not a matrix product.
    expect((2 * total) / 22.5e9).toBeGreaterThan(0.99);
    expect((2 * total) / 22.5e9).toBeLessThan(1);
  });
});

describe("what is not known", () => {
  it("names the nodes whose shapes are symbolic", () => {
    const { unknown, total } = costAt(resNet50(["batch", 3, 224, 224]));
    expect(total).toBe(0);
    expect(unknown).toHaveLength(54);
  });

  it("takes given input shapes in place of symbols", () => {
    const graph = resNet50(["batch", 3, 224, 224]);
    const { total } = costOf(graph, inferTypes(graph, { inputs: { x: [2, 3, 224, 224] } }));
    expect(total).toBe(2 * costAt(resNet50()).total);
  });
});

describe("bodies", () => {
  const product = {
    op: "MatMul",
    inputs: ["x_in", "w"],
    outputs: ["x_out"],
    attributes: {},
  };
  const body = {
    kind: "graph",
    value: {
      inputs: ["iter", "cond", "x_in"],
      outputs: ["cond", "x_out"],
      weights: { w: ["float32", [3, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1]] },
      nodes: [product],
    },
  } as const;
  const [loop] = readCases("control-flow").filter(({ op }) => op === "Loop");
  const loopCase = { ...loop!, attributes: { body }, outputs: [["float32", [2, 3]]] } as const;

  it("multiplies a loop's body by its trips", () => {
    expect(costAt(graphOfCase(loopCase)).total).toBe(5 * 2 * 3 * 3);
  });

  it("does not guess the trips", () => {
    const open = {
      ...loopCase,
      inputs: [
        ["int64", []],
        ["bool", []],
        ["float32", [2, 3]],
      ],
    } as const;
    const { total, unknown } = costAt(graphOfCase(open));
    expect(total).toBe(0);
    expect(unknown.map(({ op }) => op)).toEqual(["Loop"]);
  });

  it("counts the dearer branch of If", () => {
    const branch = (columns: number) => ({
      kind: "graph" as const,
      value: {
        inputs: [],
        outputs: ["y"],
        weights: {
          a: ["float32", [2, 3], Array(6).fill(0)] as const,
          b: ["float32", [3, columns], Array(3 * columns).fill(0)] as const,
        },
        nodes: [{ op: "MatMul", inputs: ["a", "b"], outputs: ["y"], attributes: {} }],
      },
    });
    const choice = {
      op: "If",
      opset: 13,
      attributes: { then_branch: branch(4), else_branch: branch(7) },
      inputs: [["bool", []] as const],
      outputs: [["float32", [2, 4]] as const],
    };
    expect(costAt(graphOfCase(choice)).total).toBe(2 * 3 * 7);
  });
});
