// Which tensors of the source file a graph has new elements for: each weight goes home along its origin.

import {
  applySteps,
  bytesOf,
  isInteger,
  mapBodies,
  restoreSource,
  type Graph,
  type Tensor,
  type Weight,
} from "@tersor/core";
import { weightsStuck } from "../errors.ts";
import type { StoredVariable } from "../store/scope.ts";

/**
 * The new elements of the source's tensors, by path, made when they are asked for. Weights that are what the source's
 * elements give are not among them, so that nothing is rounded that did not change.
 * @throws KERAS_WEIGHTS_STUCK naming weights that no longer fit the tensor they came from
 */
export function changedTensors(
  graph: Graph,
  variables: ReadonlyMap<string, StoredVariable>,
  file: string,
): ReadonlyMap<string, () => Tensor> {
  const changes = new Map<string, () => Tensor>();
  const stuck: string[] = [];
  for (const [name, weight] of weightsOf(graph)) {
    const { origin } = weight;
    const variable = origin.kind === "chain" ? variables.get(origin.source) : undefined;
    if (origin.kind !== "chain" || variable === undefined || isUnchanged(weight, variable)) continue;
    if (fits(weight, variable)) changes.set(variable.path, () => restoreSource(weight));
    else stuck.push(name);
  }
  if (stuck.length > 0) throw weightsStuck({ file, weights: stuck });
  return changes;
}

/** The weights of a graph and of all bodies inside. */
function weightsOf(graph: Graph): readonly (readonly [string, Weight])[] {
  const found = [...graph.weights];
  const visit = (nodes: Graph["nodes"]): void => {
    for (const node of nodes)
      mapBodies(node, (body) => {
        found.push(...body.weights);
        visit(body.nodes);
        return body;
      });
  };
  visit(graph.nodes);
  return found;
}

function isUnchanged({ source, origin }: Weight, variable: StoredVariable): boolean {
  if (origin.kind !== "chain") return true;
  const made = applySteps(origin.steps, variable.source.tensor());
  return made.dtype === source.dtype && Buffer.compare(bytesOf(made), source.bytes()) === 0;
}

function fits(weight: Weight, { source }: StoredVariable): boolean {
  if (weight.origin.kind !== "chain") return false;
  // Integers of a quantized weight mean nothing without their scales, for which Keras has no place.
  if (isInteger(weight.source.dtype) && !isInteger(source.dtype)) return false;
  const expected = applySteps(weight.origin.steps, source.tensor());
  const sameShape = expected.shape.join() === weight.source.shape.join();
  return sameShape && expected.dtype === weight.source.dtype;
}
