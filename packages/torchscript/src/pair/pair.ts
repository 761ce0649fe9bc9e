// Finds the parameters of a PyTorch model in the graph that was exported from it. Evidence in the order of its
// strength: equal values (under any name and arrangement), a folded BatchNorm, the name, and last shape and order.

import {
  applySteps,
  dataTypes,
  isFloat,
  subgraphsOf,
  type Graph,
  type Node,
  type OriginStep,
  type Subgraph,
  type Tensor,
  type TensorSource,
  type Weight,
} from "@tersor/core";
import { arrangementOf, arrangements } from "./arrangement.ts";
import { foldedBias, foldedWeight, isClose, normsOf, type Folded, type Norm } from "./batch-norm.ts";
import { castTo, fingerprintOf, isCastOf } from "./fingerprint.ts";
import { hasNameOf, layerOf } from "./names.ts";
import { confidences, type PairedBy, type PairedParameter, type PairedWeight, type Pairing } from "./pairing.ts";

/**
 * Pairs the parameters of a state dict with the weights of a graph that was exported from the same model.
 * Each weight is read once. Nothing is thrown for parameters without a weight: the pairing says why.
 */
export function pairParameters(graph: Graph, tensors: ReadonlyMap<string, TensorSource>): Pairing {
  return new Pairer(graph, tensors).run();
}

class Pairer {
  readonly #tensors: ReadonlyMap<string, TensorSource>;
  readonly #weights: ReadonlyMap<string, Weight>;
  readonly #readers: ReadonlyMap<string, Node>;
  readonly #found = new Map<string, PairedWeight[]>();
  readonly #taken = new Set<string>();
  readonly #why = new Map<string, string>();

  constructor(graph: Graph, tensors: ReadonlyMap<string, TensorSource>) {
    this.#tensors = new Map([...tensors].filter(([, { dtype }]) => isComparable(dtype)));
    this.#weights = new Map([...weightsOf(graph)].filter(([, { source }]) => isComparable(source.dtype)));
    this.#readers = readersOf(graph);
  }

  run(): Pairing {
    this.#byValue();
    this.#byBatchNorm();
    this.#byName();
    this.#byShape();
    const all = new Map<string, PairedParameter>();
    for (const name of this.#tensors.keys()) {
      const [first, ...rest] = this.#found.get(name) ?? [];
      all.set(
        name,
        first ? { kind: "paired", weights: [first, ...rest] } : { kind: "unpaired", why: this.#reason(name) },
      );
    }
    return all;
  }

  #pair(parameter: string, weight: string, by: PairedBy, steps: readonly OriginStep[], confidence: number): void {
    const pairs = this.#found.get(parameter) ?? [];
    pairs.push({ weight, steps, by, confidence });
    this.#found.set(parameter, pairs);
    this.#taken.add(weight);
  }

  /** Parameters that nothing was found for. */
  #open(): readonly (readonly [string, TensorSource])[] {
    return [...this.#tensors].filter(([name]) => !this.#found.has(name) && !this.#why.has(name));
  }

  #openWeights(): readonly (readonly [string, Weight])[] {
    return [...this.#weights].filter(([name]) => !this.#taken.has(name));
  }

  #byValue(): void {
    const byPrint = new Map<string, string[]>();
    for (const [name, { source }] of this.#weights) {
      const print = fingerprintOf(source.tensor());
      byPrint.set(print, [...(byPrint.get(print) ?? []), name]);
    }
    const types = new Set(Array.from(this.#weights.values(), ({ source }) => source.dtype));
    for (const [name, source] of this.#tensors) {
      if (source.sizeBytes === 0) continue;
      const tensor = source.tensor();
      const casts = [...types].filter((dtype) => isCastOf(source.dtype, dtype)).map((dtype) => castTo(tensor, dtype));
      for (const version of [tensor, ...casts]) {
        const candidates = byPrint.get(fingerprintOf(version)) ?? [];
        this.#pairEqual(name, tensor, version, candidates);
      }
    }
  }

  /** Of weights with equal values a parameter takes the one with its name, else the first that is free, else any. */
  #pairEqual(name: string, original: Tensor, version: Tensor, candidates: readonly string[]): void {
    const equal = candidates.flatMap((weight) => {
      const steps = arrangementOf(version, this.#weights.get(weight)!.source.tensor());
      return steps ? [{ weight, steps }] : [];
    });
    const named = equal.filter(({ weight }) => hasNameOf(weight, name));
    const distinct = isTelling(version) ? equal : [];
    const free = equal.find(({ weight }) => !this.#taken.has(weight) && !this.#isNamedByAnother(weight, name));
    const chosen = named.length > 0 || distinct.length > 0 ? [...new Set([...named, ...distinct])] : [free ?? equal[0]];
    for (const match of chosen) {
      if (!match) continue;
      const cast = original === version ? [] : [{ kind: "cast", from: original.dtype, to: version.dtype } as const];
      const by = hasNameOf(match.weight, name) ? "name" : "value";
      this.#pair(name, match.weight, by, [...cast, ...match.steps], confidences[by]);
    }
  }

  #isNamedByAnother(weight: string, parameter: string): boolean {
    return weight !== parameter && this.#tensors.has(weight);
  }

  #byBatchNorm(): void {
    const norms = normsOf(this.#tensors);
    if (norms.length === 0) return;
    for (const [name, source] of this.#open()) {
      if (source.shape.length < 2 || !isFloat(source.dtype)) continue;
      const match = this.#foldedMatch(name, source, norms);
      if (!match) continue;
      this.#pair(name, match.weight, "batch-norm", match.folded.steps, confidences["batch-norm"]);
      this.#pairFoldedBias(name, match.weight, match.folded);
      for (const part of ["weight", "bias", "running_mean", "running_var"])
        this.#why.set(`${match.folded.norm.layer}.${part}`, `it was folded into the weight "${match.weight}"`);
    }
  }

  #foldedMatch(name: string, source: TensorSource, norms: readonly Norm[]) {
    const fits = this.#openWeights().filter(([, weight]) => weight.source.sizeBytes === source.sizeBytes);
    const tensor = source.tensor();
    const sorted = fits.toSorted(([a], [b]) => Number(hasNameOf(b, name)) - Number(hasNameOf(a, name)));
    for (const [weight, { source: candidate }] of sorted) {
      if (candidate.dtype !== source.dtype) continue;
      const folded = foldedWeight(name, tensor, candidate.tensor(), norms);
      if (folded) return { weight, folded };
    }
    return undefined;
  }

  /** The bias stands beside the weight in the same node. */
  #pairFoldedBias(parameter: string, weight: string, folded: Folded): void {
    const bias = this.#readers.get(weight)?.inputs[2] ?? "";
    const target = this.#weights.get(bias);
    const ownBias = `${layerOf(parameter)}.bias`;
    const hasOwnBias = this.#tensors.has(ownBias);
    const name = hasOwnBias ? ownBias : `${folded.norm.layer}.bias`;
    const source = this.#tensors.get(name);
    if (!target || !source || source.sizeBytes !== target.source.sizeBytes) return;
    const steps = foldedBias(folded, hasOwnBias);
    if (!isClose(target.source.tensor(), applySteps(steps, source.tensor()))) return;
    this.#pair(name, bias, "batch-norm", steps, confidences["batch-norm"]);
  }

  #byName(): void {
    for (const [name, source] of this.#open()) {
      for (const [weight, { source: target }] of this.#openWeights()) {
        const cast = castStep(source, target);
        const steps = hasNameOf(weight, name) && cast ? this.#likelySteps(source, weight, target) : undefined;
        if (!steps) continue;
        this.#pair(name, weight, "name-only", [...cast!, ...steps], confidences["name-only"]);
        break;
      }
    }
  }

  /** Groups of as many parameters as weights of one kind, both in their order. The first of a few is a better guess. */
  #byShape(): void {
    const weights = this.#openWeights().filter(([, { source }]) => isFloat(source.dtype));
    const parameters = this.#open().filter(([, { dtype }]) => isFloat(dtype));
    for (const [kind, names] of grouped(parameters, ([, source]) => kindOf(source))) {
      const candidates = weights.filter(([, { source }]) => kindOf(source) === kind);
      if (candidates.length !== names.length) continue;
      names.forEach(([name, source], index) => {
        const [weight, { source: target }] = candidates[index]!;
        const cast = castStep(source, target);
        const steps = cast && this.#likelySteps(source, weight, target);
        if (steps) this.#pair(name, weight, "shape", [...cast, ...steps], names.length === 1 ? 0.8 : 0.5);
      });
    }
  }

  /** The arrangement that shapes allow; a matrix that MatMul reads is PyTorch's transposed. */
  #likelySteps(source: TensorSource, weight: string, target: TensorSource): readonly OriginStep[] | undefined {
    const ways = arrangements(source.shape, target.shape);
    const reader = this.#readers.get(weight);
    const isTurned = reader?.op === "MatMul" && source.shape.length === 2 && source.shape[0] !== source.shape[1];
    return isTurned ? (ways.find((steps) => steps[0]?.kind === "transpose") ?? ways[0]) : ways[0];
  }

  #reason(name: string): string {
    const known = this.#why.get(name);
    if (known !== undefined) return known;
    if (name.endsWith("num_batches_tracked")) return "it only counts batches in training, and graphs do not hold it";
    return "no weight of the graph has its values, name or shape: the exporter joined it with others, computed with it or did not need it";
  }
}

/** One value says nothing about which parameter it is: new biases are all zeros, new norms all ones. */
function isTelling({ data }: Tensor): boolean {
  const [first] = data as ArrayLike<unknown> & Iterable<unknown>;
  return (data as Uint8Array).some((element: unknown) => element !== first);
}

function isComparable(dtype: TensorSource["dtype"]): boolean {
  return dtype !== "string" && dataTypes[dtype].bits >= 8;
}

function castStep({ dtype: from }: TensorSource, { dtype: to }: TensorSource): readonly OriginStep[] | undefined {
  if (from === to) return [];
  return isCastOf(from, to) ? [{ kind: "cast", from, to }] : undefined;
}

/** Tensors of one kind can stand for one another: the same sizes, in any order. */
function kindOf({ shape }: TensorSource): string {
  return shape
    .filter((dim) => dim !== 1)
    .toSorted((a, b) => a - b)
    .join();
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

/** The weights of a graph and of its bodies; of equal names the outermost. */
function weightsOf(graph: Subgraph): ReadonlyMap<string, Weight> {
  const inner = graph.nodes.flatMap((node) => subgraphsOf(node).flatMap(({ graph: body }) => [...weightsOf(body)]));
  return new Map([...inner, ...graph.weights]);
}

/** One node that reads each value. */
function readersOf(graph: Subgraph): ReadonlyMap<string, Node> {
  const readers = new Map<string, Node>();
  for (const node of graph.nodes) {
    for (const name of node.inputs) if (!readers.has(name)) readers.set(name, node);
    for (const { graph: body } of subgraphsOf(node))
      for (const [name, reader] of readersOf(body)) readers.set(name, reader);
  }
  return readers;
}
