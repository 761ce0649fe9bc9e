// x W = (x / s) (s W): moving factors per channel of an activation into the weights that read it. What divides the
// activation joins the operators before it where it can (divide-output.ts); otherwise a Mul is put in front of the
// weights. The graph computes the same up to float rounding.

import { edit, float32, nodeOf, originOf, sourceOf, type Graph, type GraphDraft, type Weight } from "@tersor/core";
import {
  Division,
  elementReaders,
  isOnlyRead,
  LARGEST_COPY_BYTES,
  Shapes,
  type ConstantEdit,
} from "./divide-output.ts";
import { factorAlong, reciprocal, type Factor } from "./factor.ts";
import { scaledWeight } from "./scale-constant.ts";
import { weightedReaders, type WeightedReader } from "./weighted-readers.ts";

/** What may be done to divide an activation. */
export interface FoldOptions {
  /** Change the operators before the activation where that is exact. Default true. */
  readonly fold?: boolean;
  /** Put a Mul in front of the weights where folding is impossible. Default true. */
  readonly insert?: boolean;
}

/** Where the division went: into constants before the activation, into a Mul, or nowhere, with the reason. */
export type Folding =
  | { readonly kind: "folded"; readonly into: readonly string[] }
  | { readonly kind: "inserted"; readonly node: string }
  | { readonly kind: "refused"; readonly why: string };

/** A graph with scaled weights, and what became of each activation, by name. */
export interface FoldedScales {
  readonly graph: Graph;
  readonly foldings: ReadonlyMap<string, Folding>;
}

/**
 * Divides the activation `tensor` by `factors` (one per channel: the last axis for MatMul, Gemm and recurrent operators,
 * axis 1 for Conv) and multiplies the input channels of every weight that reads it. Weights keep the way to their source.
 * Only the outermost level of the graph is changed; it must be sorted, its weights no inputs.
 * Method: SmoothQuant (2211.10438), AWQ (2306.00978).
 */
export function foldInputScale(
  graph: Graph,
  tensor: string,
  factors: Float32Array,
  options: FoldOptions = {},
): { readonly graph: Graph; readonly folding: Folding } {
  const folded = foldInputScales(graph, new Map([[tensor, factors]]), options);
  return { graph: folded.graph, folding: folded.foldings.get(tensor)! };
}

/** The same for many activations at once, in the order of the map. */
export function foldInputScales(
  graph: Graph,
  scales: ReadonlyMap<string, Float32Array>,
  options: FoldOptions = {},
): FoldedScales {
  const shapes = new Shapes(graph);
  const foldings = new Map<string, Folding>();
  const after = edit(graph, (draft) => {
    for (const [tensor, factors] of scales) foldings.set(tensor, foldOne(draft, shapes, tensor, factors, options));
  });
  return { graph: after, foldings };
}

function foldOne(
  draft: GraphDraft,
  shapes: Shapes,
  tensor: string,
  factors: Float32Array,
  { fold = true, insert = true }: FoldOptions,
): Folding {
  if (!factors.every((value) => value > 0 && Number.isFinite(value)))
    return refused("its factors are not all positive and finite");
  const readers = scalableReaders(draft, tensor);
  if (typeof readers === "string") return refused(readers);
  if (readers[0]!.channels !== factors.length)
    return refused(`it has ${readers[0]!.channels} channels, but there are ${factors.length} factors`);
  const dividing = factorAlong(factors, readers[0]!.inner);
  const edits = fold ? divisionFor(draft, shapes, tensor, readers, dividing) : undefined;
  if (!edits && !insert) return refused("what makes it can't take the factors, and no operator may be added");
  scaleReaders(draft, readers, factors);
  return edits ? applyDivision(draft, edits) : insertMul(draft, tensor, readers, dividing);
}

function refused(why: string): Folding {
  return { kind: "refused", why };
}

/** The weights behind the activation that can be multiplied; a reason where that would be wrong or costly. */
export function scalableReaders(draft: GraphDraft, tensor: string): readonly WeightedReader[] | string {
  const [first, ...others] = weightedReaders(draft, tensor);
  if (!first) return "no weight reads it";
  const readers = [
    first,
    ...others.filter(({ inner, channels }) => inner === first.inner && channels === first.channels),
  ];
  const nodes = new Set(readers.map(({ node }) => node));
  for (const { weight } of readers) {
    const shared = draft.consumers(weight).some((node) => !nodes.has(node)) || draft.isOutput(weight);
    if (shared && draft.weight(weight)!.source.sizeBytes > LARGEST_COPY_BYTES)
      return `the weight "${weight}" has readers that must not see it scaled`;
    if (isTied(draft, weight)) return `the weight "${weight}" is stored once for several readers, and would be twice`;
  }
  return readers;
}

/** Whether another weight stems from the same source tensor, as a tied embedding does. */
function isTied(draft: GraphDraft, name: string): boolean {
  const { origin, source } = draft.weight(name)!;
  if (origin.kind !== "chain" || source.sizeBytes <= LARGEST_COPY_BYTES) return false;
  for (const [other, { origin: theirs }] of draft.weights())
    if (other !== name && theirs.kind === "chain" && theirs.source === origin.source) return true;
  return false;
}

/** Whether nothing but these weights reads the elements of an activation. */
export function isReadOnlyBy(draft: GraphDraft, tensor: string, readers: readonly WeightedReader[]): boolean {
  return elementReaders(draft, tensor).length === readers.length && !draft.isOutput(tensor);
}

/** Changes before the activation, possible only if nothing but the weights reads it. */
function divisionFor(
  draft: GraphDraft,
  shapes: Shapes,
  tensor: string,
  readers: readonly WeightedReader[],
  factor: Factor,
): readonly ConstantEdit[] | undefined {
  return isReadOnlyBy(draft, tensor, readers) ? Division.of(draft, shapes, tensor, factor) : undefined;
}

function scaleReaders(draft: GraphDraft, readers: readonly WeightedReader[], factors: Float32Array): void {
  const done = new Map<string, string>();
  const nodes = new Set(readers.map(({ node }) => node));
  for (const { node, input, weight, spread } of readers) {
    let name = done.get(weight);
    if (name === undefined) {
      const own = draft.consumers(weight).every((reader) => nodes.has(reader));
      name = own ? weight : draft.fresh(`${weight}_scaled`);
      draft.setWeight(name, scaledWeight(draft.weight(weight)!, spread(factors)));
      done.set(weight, name);
    }
    if (name !== weight) draft.update(node, { inputs: node.inputs.with(input, name) });
  }
}

function applyDivision(draft: GraphDraft, edits: readonly ConstantEdit[]): Folding {
  const into = edits.map(({ node, input, factor }) => {
    // An edit before this one may have put another node in its place.
    const current = draft.producer(node.outputs[0]!)!;
    const name = current.inputs[input]!;
    const own = isOnlyRead(draft, name, current);
    const target = own ? name : draft.fresh(`${name}_scaled`);
    draft.setWeight(target, scaledWeight(draft.weight(name)!, factor));
    if (!own) draft.update(current, { inputs: current.inputs.with(input, target) });
    return target;
  });
  return { kind: "folded", into };
}

function insertMul(draft: GraphDraft, tensor: string, readers: readonly WeightedReader[], factor: Factor): Folding {
  const { shape, values } = reciprocal(factor);
  const name = draft.fresh(`${tensor}_divide`);
  const constant = draft.fresh(`${tensor}_factors`);
  const output = draft.fresh(`${tensor}_divided`);
  const weight: Weight = { source: sourceOf(float32(shape, values)), origin: originOf(constant) };
  draft.setWeight(constant, weight);
  const weighted = new Set(readers.map(({ node }) => node.outputs[0]));
  draft.redirect(tensor, output, (reader) => weighted.has(reader.outputs[0]));
  const mul = nodeOf("Mul", name, [tensor, constant], [output]);
  const producer = draft.producer(tensor);
  if (producer) draft.insertAfter(producer, mul);
  else draft.prepend(mul);
  return { kind: "inserted", node: name };
}
