// Where the weights of a graph belong in the model it was read from: each by its origin, run backwards.

import {
  holdsCodes,
  isTersorError,
  numbersOf,
  restoreSource,
  subgraphsOf,
  tensorFromNumbers,
  TersorError,
  type Graph,
  type Subgraph,
  type Tensor,
  type TensorSource,
  type Weight,
} from "@tersor/core";

/** A weight that was not written back, and why. */
export interface LostWeight {
  readonly weight: string;
  readonly why: string;
}

/** The values that go home. */
export interface Homes {
  /** By the source's name of a tensor. Made when asked for, so that one is in memory at a time. */
  readonly values: ReadonlyMap<string, HomeValue>;
  readonly lost: readonly LostWeight[];
}

/** A weight on its way home. */
export interface HomeValue {
  /** Names in the graph; more than one where weights were tied in the source. */
  readonly weights: readonly string[];
  /** The elements as the source has them. */
  tensor(): Tensor;
}

/** All weights of a graph and of the bodies in it, by the tensor of the source they came from. */
export function homesOf(graph: Graph): Homes {
  const lost: LostWeight[] = [];
  const found = new Map<string, (readonly [string, Weight])[]>();
  for (const [name, weight] of weightsOf(graph)) {
    const { origin } = weight;
    if (origin.kind === "dropped") lost.push({ weight: name, why: origin.why });
    else if (holdsCodes(weight)) lost.push({ weight: name, why: "it holds a quantizer's codes, not floats" });
    else found.set(origin.source, [...(found.get(origin.source) ?? []), [name, weight]]);
  }
  const values = new Map(Array.from(found, ([source, weights]) => [source, homeValue(source, weights)]));
  return { values, lost };
}

function* weightsOf(level: Subgraph): Iterable<readonly [string, Weight]> {
  yield* level.weights;
  for (const node of level.nodes) for (const { graph } of subgraphsOf(node)) yield* weightsOf(graph);
}

function homeValue(source: string, weights: readonly (readonly [string, Weight])[]): HomeValue {
  const names = weights.map(([name]) => name);
  const tensor = (): Tensor => {
    const [first, ...others] = weights.map(([, weight]) => restoreSource(weight));
    if (others.every((other) => sameElements(first!, other))) return first!;
    const why = `${names.map((name) => `"${name}"`).join(" and ")} came from it, and have different values now`;
    throw new TersorError("TENSORFLOW_WEIGHTS_PARTED", `"${source}" can't be written back: ${why}.`, { source, why });
  };
  return { weights: names, tensor };
}

/**
 * The new elements of a tensor of the source: undefined when they are those it has. Why not, as text, when they can't go
 * there.
 */
export function newElements(value: HomeValue, old: TensorSource): Tensor | string | undefined {
  let tensor: Tensor;
  try {
    tensor = value.tensor();
  } catch (error) {
    if (isTersorError(error)) return String(error.data["why"] ?? error.message);
    throw error;
  }
  // TensorFlow.js stores integers of 64 bits in 32; the graph has them as they were meant.
  if (tensor.dtype === "int64" && old.dtype === "int32")
    tensor = tensorFromNumbers("int32", tensor.shape, numbersOf(tensor));
  if (tensor.dtype !== old.dtype || tensor.shape.join() !== old.shape.join()) {
    return `it is ${tensor.dtype} [${tensor.shape.join(", ")}] now, and ${old.dtype} [${old.shape.join(", ")}] in the source`;
  }
  return sameElements(tensor, old.tensor()) ? undefined : tensor;
}

function sameElements(a: Tensor, b: Tensor): boolean {
  if (a.data.length !== b.data.length || a.dtype !== b.dtype) return false;
  if (!ArrayBuffer.isView(a.data) || !ArrayBuffer.isView(b.data))
    return (a.data as readonly string[]).every((text, i) => text === (b.data as readonly string[])[i]);
  const [left, right] = [a.data, b.data].map((view) => Buffer.from(view.buffer, view.byteOffset, view.byteLength));
  return left!.equals(right!);
}
