// Cross-layer equalization (Nagel et al. 2019, 1906.04721, section 4.1): where the output channels of one weight are the
// input channels of the next, with nothing between them but f(x / s) = f(x) / s, the factors
//   s_i = (1 / r2_i) sqrt(r1_i r2_i)
// make the ranges r1 (rows of the first weight) and r2 (columns of the second) equal. Rounds over all pairs go on until
// the factors settle, as one weight can be the second of a pair and the first of the next (depthwise separable triples).

import { float32Of, type GraphDraft } from "@tersor/core";
import { Division, type ConstantEdit, type Shapes } from "./divide-output.ts";
import { expanded, factorAlong, innerAxes, paddedShape, type Factor } from "./factor.ts";
import { isReadOnlyBy, scalableReaders } from "./fold-scale.ts";

/** Two weights, or one and several behind the same activation, by the activation between them. */
interface Pair {
  readonly tensor: string;
  readonly channels: number;
  readonly inner: number;
  /** Channel of each element of the weight before, and of those behind. */
  readonly before: Link;
  readonly behind: readonly Link[];
}

/** The magnitudes of a weight, shared by all its pairs, and the channel that each element belongs to. */
interface Link {
  readonly magnitudes: Float32Array;
  readonly channelOf: Float32Array;
}

const SETTLED = 1e-3;

/**
 * The factors of every activation that has weights on both sides, from the weights alone.
 * `tensors` are the activations in question; those whose division can't be folded exactly are left out.
 */
export function crossLayerFactors(
  draft: GraphDraft,
  shapes: Shapes,
  tensors: Iterable<string>,
  rounds = 20,
): ReadonlyMap<string, Float32Array> {
  const pairs = pairsOf(draft, shapes, tensors);
  const factors = new Map(pairs.map(({ tensor, channels }) => [tensor, new Float32Array(channels).fill(1)]));
  for (let round = 0, change = Infinity; round < rounds && change > SETTLED; round++) {
    change = 0;
    for (const pair of pairs) change = Math.max(change, equalizePair(pair, factors.get(pair.tensor)!));
  }
  return factors;
}

/** One step for one pair; gives how far the largest factor was from 1. */
function equalizePair({ channels, before, behind }: Pair, total: Float32Array): number {
  const first = rangesOf([before], channels);
  const second = rangesOf(behind, channels);
  const step = equalizingFactors(first, second);
  before.magnitudes.forEach((value, i) => (before.magnitudes[i] = value / step[before.channelOf[i]!]!));
  for (const { magnitudes, channelOf } of behind)
    magnitudes.forEach((value, i) => (magnitudes[i] = value * step[channelOf[i]!]!));
  step.forEach((value, i) => (total[i]! *= value));
  return Math.max(0, ...step.map((value) => Math.abs(Math.log(value))));
}

/** s = (1 / r2) sqrt(r1 r2) for each channel; 1 where one of the ranges is zero. */
export function equalizingFactors(first: ArrayLike<number>, second: ArrayLike<number>): Float32Array {
  return Float32Array.from(first, (r1, i) => {
    const r2 = second[i]!;
    return r1 > 0 && r2 > 0 ? Math.sqrt(r1 * r2) / r2 : 1;
  });
}

function rangesOf(links: readonly Link[], channels: number): Float32Array {
  const ranges = new Float32Array(channels);
  for (const { magnitudes, channelOf } of links)
    for (let i = 0; i < magnitudes.length; i++)
      if (magnitudes[i]! > ranges[channelOf[i]!]!) ranges[channelOf[i]!] = magnitudes[i]!;
  return ranges;
}

function pairsOf(draft: GraphDraft, shapes: Shapes, tensors: Iterable<string>): readonly Pair[] {
  const known = new Map<string, Float32Array>();
  const magnitudesOf = (name: string): Float32Array => {
    const magnitudes = known.get(name) ?? float32Of(draft.weight(name)!.source.tensor()).map(Math.abs);
    known.set(name, magnitudes);
    return magnitudes;
  };
  return [...tensors].flatMap((tensor) => pairAround(draft, shapes, tensor, magnitudesOf) ?? []);
}

function pairAround(
  draft: GraphDraft,
  shapes: Shapes,
  tensor: string,
  magnitudesOf: (name: string) => Float32Array,
): Pair | undefined {
  const readers = scalableReaders(draft, tensor);
  if (typeof readers === "string" || !isReadOnlyBy(draft, tensor, readers)) return undefined;
  const { channels, inner } = readers[0]!;
  const ids = Float32Array.from({ length: channels }, (_, i) => i);
  const edits = Division.of(draft, shapes, tensor, factorAlong(ids, inner));
  const before = edits && producingWeight(draft, edits);
  if (!before) return undefined;
  const shapeOf = (name: string): readonly number[] => draft.weight(name)!.source.shape;
  const link = (name: string, factor: Factor): Link => {
    const shape = shapeOf(name);
    const channelOf = expanded({ shape: paddedShape(factor.shape, shape.length)!, values: factor.values }, shape);
    return { magnitudes: magnitudesOf(name), channelOf };
  };
  return {
    tensor,
    channels,
    inner,
    before: link(before.name, factorAlong(ids, before.inner)),
    behind: readers.map(({ weight, spread }) => link(weight, spread(ids))),
  };
}

/** The one matrix or kernel among the constants that the division would change. */
function producingWeight(
  draft: GraphDraft,
  edits: readonly ConstantEdit[],
): { readonly name: string; readonly inner: number } | undefined {
  const weights = edits.filter(({ node, input }) => input === 1 && weighted.has(node.op));
  const [edit] = weights;
  if (!edit || weights.length > 1) return undefined;
  const inner = innerAxes(edit.factor);
  const name = edit.node.inputs[1]!;
  return inner === undefined || draft.weight(name)!.source.dtype !== "float32" ? undefined : { name, inner };
}

const weighted = new Set(["Conv", "ConvTranspose", "Gemm", "MatMul"]);
