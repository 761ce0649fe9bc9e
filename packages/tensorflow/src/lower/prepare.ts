// Before a graph is lowered: sizes that are asked for are bound, and the graph is brought into the plain form that the
// rules expect, with what only follows from sizes folded away.

import {
  evaluateDim,
  nameOfDim,
  namesOfDim,
  quantizationPasses,
  runPasses,
  type Dim,
  type Graph,
  type Value,
} from "@tersor/core";
import { inputShapeMismatch } from "../errors.ts";

/** Sizes of the inputs of a lowered graph. */
export interface ShapeOptions {
  /** Sizes of inputs by name. */
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
  /** What names of dimensions that are still open stand for, such as 1; default they stay open. */
  readonly openSize?: number;
}

/**
 * The graph with its inputs bound, in the form that rules expect.
 * @throws TENSORFLOW_INPUT_SHAPE when a given shape does not fit the input.
 */
export function prepareGraph(graph: Graph, options: ShapeOptions): Graph {
  const inputs = boundInputs(graph, options);
  return runPasses({ ...graph, inputs, types: new Map() }, quantizationPasses);
}

function boundInputs(graph: Graph, { shapes = {}, openSize }: ShapeOptions): readonly Value[] {
  const given = graph.inputs.flatMap((input) => bindingsOf(input, shapes[input.name]));
  const names = graph.inputs.flatMap(({ type }) =>
    type.kind === "tensor" ? (type.shape ?? []).flatMap(namesOfDim) : [],
  );
  const bindings = new Map<string, number>(openSize === undefined ? [] : names.map((name) => [name, openSize]));
  for (const [name, size] of given) bindings.set(name, size);
  return graph.inputs.map((input) => boundInput(input, shapes[input.name], bindings));
}

function bindingsOf(
  { name, type }: Value,
  given: readonly number[] | undefined,
): readonly (readonly [string, number])[] {
  if (given === undefined || type.kind !== "tensor" || type.shape === undefined) return [];
  const { shape } = type;
  if (shape.length !== given.length) throw inputShapeMismatch({ input: name, shape, given });
  return shape.flatMap((dim, axis) => {
    if (typeof dim === "number" && dim !== given[axis]) throw inputShapeMismatch({ input: name, shape, given });
    const dimName = nameOfDim(dim);
    return dimName === undefined ? [] : [[dimName, given[axis]!] as const];
  });
}

function boundInput(input: Value, given: readonly number[] | undefined, bindings: ReadonlyMap<string, number>): Value {
  const { type } = input;
  if (type.kind !== "tensor") return input;
  const shape = given ?? type.shape?.map((dim): Dim => evaluateDim(dim, bindings) ?? dim);
  return shape === undefined ? input : { ...input, type: { ...type, shape } };
}
