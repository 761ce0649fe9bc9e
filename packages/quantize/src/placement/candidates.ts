// Which operators have weights that can become integers, and in which form. Pure look at one node: what it is,
// what its weights are, what runtimes can compute.

import { opRegistry, standardOps, type DataType, type Node, type NodeForm, type Weight } from "@tersor/core";
import { floatAttribute, intAttribute } from "../formats/attributes.ts";

/** A node that can be quantized, or one with weights that can't, and why. */
export type Candidate =
  | {
      readonly kind: "quantizable";
      readonly form: Exclude<NodeForm, "carried">;
      readonly activation?: string;
      readonly weights: readonly string[];
    }
  | { readonly kind: "float"; readonly why: string };

type Lookup = (name: string) => Weight | undefined;

/** Tables smaller than this gain nothing: the extra nodes weigh as much as the bytes saved. */
const SMALLEST_TABLE_BYTES = 4096;
/** Weights below this many elements stay float, for the same reason. */
const SMALLEST_STORED_BYTES = 2048;

/** What can be done with a node; undefined when it has no weight of its own. */
export function candidateOf(node: Node, weight: Lookup, arithmetic: "static" | "dynamic"): Candidate | undefined {
  if (node.domain === "com.microsoft") return fused(node, weight) ?? otherWeighted(node, weight);
  if (node.domain !== "") return undefined;
  switch (node.op) {
    case "MatMul":
      return matMul(node, weight, arithmetic);
    case "Gemm":
      return gemm(node, weight, arithmetic);
    case "Conv":
      return convolution(node, weight, arithmetic);
    case "ConvTranspose":
      return stored(node, weight, [1], "the runtime has no integer ConvTranspose");
    case "LSTM":
      return lstm(node, weight);
    case "GRU":
    case "RNN":
      return stored(node, weight, [1, 2], `the runtime has no integer ${node.op}`);
    case "Gather":
      return table(node, weight);
    default:
      return otherWeighted(node, weight);
  }
}

const operators = opRegistry(standardOps);

/** Operators that multiply by a constant weight and have no integer form here: they are named, so that nobody wonders. */
function otherWeighted(node: Node, weight: Lookup): Candidate | undefined {
  const trait = operators.find(node.domain, node.op)?.quantization(node);
  const positions = trait?.kind === "weighted" ? [trait.weight] : trait?.kind === "recurrent" ? trait.weights : [];
  return positions.some((position) => weight(node.inputs[position] ?? ""))
    ? float(`there is no integer form of ${node.op}`)
    : undefined;
}

/** onnxruntime's fused operators that have an integer form of the same signature. */
function fused(node: Node, weight: Lookup): Candidate | undefined {
  const has = (position: number): boolean => (node.inputs[position] ?? "") !== "";
  if (node.op === "Attention") {
    const source = weight(node.inputs[1]!)?.source;
    if (!source) return float("its weight is computed, not constant");
    if (has(5) || has(6) || node.attributes["qkv_hidden_sizes"] || node.attributes["scale"])
      return float("the runtime's integer Attention has no bias on the scores, no scale and one hidden size only");
    return (
      typed(source.dtype) ?? {
        kind: "quantizable",
        form: "dynamic",
        activation: node.inputs[0]!,
        weights: [node.inputs[1]!],
      }
    );
  }
  if (node.op === "EmbedLayerNormalization") {
    const names = [2, 3, 4, 5, 6].filter(has).map((position) => node.inputs[position]!);
    const sources = names.map((name) => weight(name)?.source);
    if (sources.some((source) => source?.dtype !== "float32")) return float("its tables are not all float32 constants");
    if (has(8) || node.outputs.length > 2)
      return float("the runtime's integer form has no position ids and no sum of embeddings");
    return { kind: "quantizable", form: "table", weights: names };
  }
  return undefined;
}

function matMul(node: Node, weight: Lookup, form: "static" | "dynamic"): Candidate | undefined {
  const [a, b] = node.inputs as [string, string];
  const right = weight(b);
  if (!right)
    return weight(a) ? float("its constant is on the left, where integer kernels take the activation") : undefined;
  if (weight(a)) return float("both sides are constants");
  if (right.source.shape.length < 2) return float("a vector has too few elements to gain from integers");
  return typed(right.source.dtype) ?? { kind: "quantizable", form: formFor(right, form), activation: a, weights: [b] };
}

/** Runtimes that fuse Q/DQ pairs take scales per channel for matrices, not for stacks of them; MatMulInteger has no such limit. */
function formFor({ source }: Weight, form: "static" | "dynamic"): "static" | "dynamic" {
  return source.shape.length > 2 ? "dynamic" : form;
}

function gemm(node: Node, weight: Lookup, form: "static" | "dynamic"): Candidate | undefined {
  const [a, b] = node.inputs as [string, string];
  const right = weight(b);
  if (!right) return undefined;
  if (floatAttribute(node, "alpha", 1) <= 0) return float("its alpha is not positive, so it can't be part of a scale");
  return typed(right.source.dtype) ?? { kind: "quantizable", form, activation: a, weights: [b] };
}

function convolution(node: Node, weight: Lookup, form: "static" | "dynamic"): Candidate | undefined {
  const [x, w] = node.inputs as [string, string];
  const kernel = weight(w);
  if (!kernel) return float("its weight is computed, not constant");
  return typed(kernel.source.dtype) ?? { kind: "quantizable", form, activation: x, weights: [w] };
}

/** LSTM has a kernel with integer weights that takes its ranges at run time; batch-major layout it has not. */
function lstm(node: Node, weight: Lookup): Candidate | undefined {
  if (intAttribute(node, "layout", 0) !== 0)
    return stored(node, weight, [1, 2], "the runtime has no integer LSTM with layout 1");
  const names = [node.inputs[1]!, node.inputs[2]!];
  const sources = names.map((name) => weight(name)?.source);
  if (sources.some((source) => source === undefined)) return float("its weights are computed, not constant");
  const wrong = sources.map((source) => typed(source!.dtype)).find((found) => found !== undefined);
  return wrong ?? { kind: "quantizable", form: "dynamic", activation: node.inputs[0]!, weights: names };
}

function stored(node: Node, weight: Lookup, positions: readonly number[], why: string): Candidate | undefined {
  const names = positions.map((position) => node.inputs[position]!);
  const sources = names.map((name) => weight(name)?.source);
  if (sources.some((source) => source === undefined)) return float("its weight is computed, not constant");
  const wrong = sources.map((source) => typed(source!.dtype)).find((found) => found !== undefined);
  if (wrong) return wrong;
  if (sources.reduce((sum, source) => sum + source!.sizeBytes, 0) < SMALLEST_STORED_BYTES)
    return float(`${why}, and its weight is too small to gain from integer storage`);
  return { kind: "quantizable", form: "weight-only", weights: names };
}

function table(node: Node, weight: Lookup): Candidate | undefined {
  const source = weight(node.inputs[0]!)?.source;
  if (!source || source.dtype !== "float32" || source.shape.length < 2 || intAttribute(node, "axis", 0) !== 0)
    return undefined;
  return source.sizeBytes < SMALLEST_TABLE_BYTES
    ? undefined
    : { kind: "quantizable", form: "table", weights: [node.inputs[0]!] };
}

function typed(dtype: DataType): Candidate | undefined {
  return dtype === "float32" ? undefined : float(`its weight is ${dtype}; only float32 weights are quantized`);
}

function float(why: string): Candidate {
  return { kind: "float", why };
}
