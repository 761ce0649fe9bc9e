// From the weights of a compressed graph back to parameters: steps undone, integers as floats, with the tensors that
// say how they were compressed.

import {
  bytesOf,
  dataTypes,
  isInteger,
  numbersOf,
  restoreSource,
  sourceOf,
  tensorFromNumbers,
  type Graph,
  type OriginStep,
  type Tensor,
  type TensorSource,
  type Weight,
} from "@tersor/core";
import type { PairedWeight, Pairing } from "../pair/pairing.ts";
import { dequantizedBlocks } from "./blocks.ts";
import { dequantized, type Dequantized } from "./dequantize.ts";
import { storedIntegers } from "./stored-integers.ts";

/** A parameter as it comes back, and the tensors beside it by what their names end in (".scale"). */
export interface Returned {
  readonly value: TensorSource;
  readonly extras: ReadonlyMap<string, TensorSource>;
}

/** What comes back for one parameter; undefined when the graph holds nothing of it any more, or the same as before. */
export function returned(graph: Graph, pair: PairedWeight, parameter: TensorSource): Returned | undefined {
  const found = currentWeight(graph, pair.weight);
  if (!found) return undefined;
  const { name, weight } = found;
  const floats = floatsOf(graph, name, weight);
  if (isInteger(weight.source.dtype) && !isInteger(parameter.dtype) && !floats) return undefined;
  const home = [...pair.steps, ...stepsOf(weight)];
  const value = undone(home, floats?.floats ?? weight.source.tensor());
  if (value.dtype !== parameter.dtype || value.shape.join() !== parameter.shape.join()) return undefined;
  const extras = floats ? quantizedExtras(home, floats) : maskExtra(value, parameter);
  const isSame = Buffer.compare(bytesOf(value), parameter.bytes()) === 0;
  return isSame && extras.size === 0 ? undefined : { value: sourceOf(value), extras };
}

/** A quantized weight as floats; undefined for one that is not quantized. */
function floatsOf(graph: Graph, name: string, { source }: Weight): QuantizedFloats | undefined {
  if (!isInteger(source.dtype)) return undefined;
  const stored = storedIntegers(graph, name);
  if (!stored) return dequantizedBlocks(graph, name);
  const integers = wholeBytes(source.tensor());
  const floats = dequantized(integers, stored);
  return floats && { ...floats, integers };
}

/** Integers below a byte as bytes: neither file format holds packed ones. */
function wholeBytes(tensor: Tensor): Tensor {
  const { bits, kind } = dataTypes[tensor.dtype];
  if (bits >= 8) return tensor;
  return tensorFromNumbers(kind === "signed" ? "int8" : "uint8", tensor.shape, numbersOf(tensor));
}

type QuantizedFloats = Dequantized & { readonly integers: Tensor };

/** The weight that came from an initializer: by its origin, or by its name where a method gave the origin up. */
function currentWeight(graph: Graph, initializer: string): { name: string; weight: Weight } | undefined {
  const named = graph.weights.get(initializer);
  if (named) return { name: initializer, weight: named };
  for (const [name, weight] of graph.weights)
    if (weight.origin.kind === "chain" && weight.origin.source === initializer) return { name, weight };
  // A graph that was written and read again has no origins, but the name that quantizing gave.
  const name = `${initializer}_quantized`;
  const weight = graph.weights.get(name);
  return weight && { name, weight };
}

function stepsOf({ origin }: Weight): readonly OriginStep[] {
  return origin.kind === "chain" ? origin.steps : [];
}

function undone(steps: readonly OriginStep[], tensor: Tensor): Tensor {
  return restoreSource({ source: sourceOf(tensor), origin: { kind: "chain", source: "", steps } }, tensor);
}

/** Steps that move elements, and so can be undone on integers and on shapes of scales. */
function isMove({ kind }: OriginStep): boolean {
  return kind === "transpose";
}

/**
 * Integers, scales and zero points in the layout of the parameter. Where a step between does not merely move elements
 * (factors, other shapes), integers times scales would not be the parameter, and they stay away.
 */
function quantizedExtras(
  steps: readonly OriginStep[],
  { integers, scale, zeroPoint }: QuantizedFloats,
): ReadonlyMap<string, TensorSource> {
  const moves = steps.filter(isMove);
  if (steps.some((step) => !isMove(step) && step.kind !== "cast")) return new Map();
  const parts = { quantized: integers, scale, zero_point: zeroPoint };
  return new Map(Object.entries(parts).map(([part, tensor]) => [`.${part}`, sourceOf(undone(moves, tensor))]));
}

/** Fewer zeros than this are chance. */
const LEAST_PRUNED = 0.05;

/** Where a method set elements to zero that were not: true is an element that stayed. */
function maskExtra(value: Tensor, parameter: TensorSource): ReadonlyMap<string, TensorSource> {
  const [after, before] = [numbersOf(value), numbersOf(parameter.tensor())];
  const mask = Uint8Array.from(after, (x) => (x === 0 ? 0 : 1));
  const pruned = mask.reduce((count, stays, at) => count + (stays === 0 && before[at] !== 0 ? 1 : 0), 0);
  if (pruned === 0 || pruned < LEAST_PRUNED * mask.length) return new Map();
  return new Map([[".mask", sourceOf({ dtype: "bool", shape: value.shape, data: mask })]]);
}

/** What comes back for every parameter of a pairing, by name. */
export function returnedParameters(
  graph: Graph,
  pairing: Pairing,
  tensors: ReadonlyMap<string, TensorSource>,
): ReadonlyMap<string, Returned> {
  const all = new Map<string, Returned>();
  for (const [name, pair] of pairing) {
    const parameter = tensors.get(name);
    if (pair.kind === "unpaired" || !parameter) continue;
    for (const weight of pair.weights) {
      const back = returned(graph, weight, parameter);
      if (!back) continue;
      all.set(name, back);
      break;
    }
  }
  return all;
}
