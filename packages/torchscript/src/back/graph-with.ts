// The graph with other values in its parameters: what weights that were written back compute.

import { applySteps, bytesOf, derivedSource, type Graph, type TensorSource, type Weight } from "@tersor/core";
import type { PairedWeight, Pairing } from "../pair/pairing.ts";

/**
 * A graph whose paired weights have the values of `tensors`, in every place where a parameter is used.
 * Weights without a parameter stay.
 */
export function graphWith(graph: Graph, pairing: Pairing, tensors: ReadonlyMap<string, TensorSource>): Graph {
  const weights = new Map(graph.weights);
  for (const [name, pair] of pairing) {
    const parameter = tensors.get(name);
    if (pair.kind === "unpaired" || !parameter) continue;
    for (const one of pair.weights) {
      const old = weights.get(one.weight);
      if (old) weights.set(one.weight, { ...old, source: forward(parameter, one, old) });
    }
  }
  return { ...graph, weights };
}

function forward(parameter: TensorSource, { steps }: PairedWeight, { source }: Weight): TensorSource {
  return derivedSource([parameter], source.dtype, source.shape, () => bytesOf(applySteps(steps, parameter.tensor())));
}
