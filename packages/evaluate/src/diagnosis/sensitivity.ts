// Errors of a quantized model by tensor and by weight, worst first: where the accuracy goes.

import {
  createObserver,
  elementCount,
  float32,
  float32Of,
  isFloat,
  type CheckedTensor,
  type FloatComparison,
  type Graph,
  type Node,
  type Summary,
  type TensorError,
  type Weight,
  type WeightError,
} from "@tersor/core";
import { canBeAtFault } from "../check-model.ts";
import { compareTensors } from "../compare-tensors.ts";
import { addedNoise } from "../worst-operators.ts";
import { storedWeightsOf } from "./stored-weights.ts";
import type { StoredWeight } from "./weight-layout.ts";

/** The compared tensors with the nodes of `reference` that make them, worst first. */
export function tensorErrors(reference: Graph, compared: readonly CheckedTensor[]): readonly TensorError[] {
  const found = new Map(
    compared.flatMap((tensor) => (tensor.kind === "float" ? [[tensor.name, tensor]] : [])) as [
      string,
      FloatComparison,
    ][],
  );
  return reference.nodes
    .flatMap((node) => node.outputs.flatMap((name) => errorOf(node, name, found)))
    .sort((a, b) => compareDb(a.sqnrDb, b.sqnrDb));
}

function errorOf(node: Node, tensor: string, found: ReadonlyMap<string, FloatComparison>): readonly TensorError[] {
  const error = found.get(tensor);
  if (!error) return [];
  const inputs = node.inputs.flatMap((name) => found.get(name)?.sqnrDb ?? []);
  const inputSqnrDb = Math.min(Infinity, ...inputs);
  const { sqnrDb, cosine, maxAbsError } = error;
  // A Relu may leave less signal to the same noise; it is not what one would leave float for that.
  const noise = canBeAtFault(node) ? Math.max(0, addedNoise(sqnrDb, inputSqnrDb)) : 0;
  return [{ tensor, node: node.name, op: node.op, sqnrDb, inputSqnrDb, addedNoise: noise, cosine, maxAbsError }];
}

function compareDb(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A weight of the source beside its stored form. */
export interface WeightPair {
  readonly name: string;
  readonly node: Node;
  readonly weight: Weight;
  readonly stored: StoredWeight;
}

/** Smaller ones are biases and constants of elementwise operators. */
const SMALLEST_WEIGHT = 32;

/** The float weights of `reference` that `candidate` stores as integers, one at a time; each once. */
export function* storedPairs(reference: Graph, candidate: Graph): Generator<WeightPair> {
  const find = storedWeightsOf(candidate);
  const seen = new Set<string>();
  for (const node of reference.nodes) {
    for (const [index, name] of node.inputs.entries()) {
      const weight = reference.weights.get(name);
      if (!weight || seen.has(name) || !isFloat(weight.source.dtype)) continue;
      if (weight.source.shape.length < 2 || elementCount(weight.source.shape) < SMALLEST_WEIGHT) continue;
      const stored = find(node, index, weight.source);
      if (!stored) continue;
      seen.add(name);
      yield { name, node, weight, stored };
    }
  }
}

/** What rounding did to one weight. */
export function weightErrorOf({ name, node, weight, stored }: WeightPair): WeightError {
  const { shape } = weight.source;
  const error = compareTensors(weight.source.tensor(), float32(shape, stored.values)) as FloatComparison;
  const { dtype, scales } = stored;
  const { sqnrDb, maxAbsError } = error;
  return { weight: name, node: node.name, op: node.op, sqnrDb, maxAbsError, dtype, scales, shape };
}

/** The histogram of a weight's elements. */
export function weightSummary({ source }: Weight, bins: number): Extract<Summary, { readonly kind: "histogram" }> {
  const observer = createObserver({ tensor: "weight", observer: "histogram", bins });
  observer.update(float32(source.shape, float32Of(source.tensor())));
  return observer.summary() as Extract<Summary, { readonly kind: "histogram" }>;
}
