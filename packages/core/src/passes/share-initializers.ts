// Weights with the same type, shape and bytes become one. Few bytes are read: candidates are told apart by a sample
// of each, and only those that agree are compared in full, piece by piece.

import type { Graph, Weight } from "../graph/graph.ts";
import { isFloat } from "../tensor/dtype.ts";
import type { TensorSource } from "../tensor/source.ts";
import { editLevels, type DraftLevel } from "./levels.ts";
import type { Pass } from "./pass.ts";

const SAMPLE_BYTES = 32;
const PIECE_BYTES = 1 << 20;

/** Merges weights that are equal to the bit; the first one stays, with its name and origin. */
export const shareInitializers: Pass = {
  name: "shareInitializers",
  run: (graph: Graph) => editLevels(graph, (level) => share(level)),
};

/**
 * The same for a model whose weights are to find their way home: parameters that only begin with the same numbers (ones,
 * zeros) stay apart, because training parts them, and each has a tensor of the source model of its own.
 */
export const shareConstants: Pass = {
  name: "shareConstants",
  run: (graph: Graph) => editLevels(graph, (level) => share(level, parameterOf)),
};

/** The tensor of the source model that a weight is; "" for constants, and for single numbers, which nobody trains. */
function parameterOf({ source, origin }: Weight): string {
  const isParameter = isFloat(source.dtype) && source.shape.length > 0 && origin.kind === "chain";
  return isParameter ? origin.source : "";
}

function share({ draft, constant }: DraftLevel, apart: (weight: Weight) => string = () => ""): void {
  // A weight that an input may override is no constant.
  const candidates = [...draft.weights()].filter(([name]) => constant(name) !== undefined);
  for (const alike of groupBy(candidates, ([, weight]) => `${signatureOf(weight.source)} ${apart(weight)}`)) {
    if (alike.length < 2) continue;
    for (const group of groupBy(alike, ([, { source }]) => sampleOf(source))) {
      // Comparing each with each would take a hostile file's word for it that they are few.
      const sets = group.length <= 4 ? [group] : groupBy(group, ([, { source }]) => hashOf(source));
      for (const set of sets) mergeEqual(draft, set);
    }
  }
}

function mergeEqual(draft: DraftLevel["draft"], group: readonly (readonly [string, Weight])[]): void {
  const kept: (readonly [string, Weight])[] = [];
  for (const [name, weight] of group) {
    const twin = kept.find(([, { source }]) => equalBytes(source, weight.source));
    if (!twin || draft.isOutput(name)) {
      kept.push([name, weight]);
    } else {
      draft.redirect(name, twin[0]);
      draft.removeWeight(name);
    }
  }
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}

function signatureOf({ dtype, shape }: TensorSource): string {
  return `${dtype} ${shape.join("x")}`;
}

/** Bytes from the start, the middle and the end, as text. */
function sampleOf(source: TensorSource): string {
  if (source.dtype === "string") return JSON.stringify(source.tensor().data);
  const length = Math.min(SAMPLE_BYTES, source.sizeBytes);
  const last = source.sizeBytes - length;
  return [0, Math.floor(last / 2), last].map((offset) => String.fromCharCode(...source.bytes(offset, length))).join("");
}

/** FNV-1a over all bytes, in two halves; the bytes are compared afterwards all the same. */
function hashOf(source: TensorSource): string {
  if (source.dtype === "string") return "";
  let [even, odd] = [0x811c9dc5, 0x811c9dc5];
  for (let offset = 0; offset < source.sizeBytes; offset += PIECE_BYTES) {
    const bytes = source.bytes(offset, Math.min(PIECE_BYTES, source.sizeBytes - offset));
    for (let i = 0; i < bytes.length; i++) {
      if (i & 1) odd = Math.imul(odd ^ bytes[i]!, 0x01000193);
      else even = Math.imul(even ^ bytes[i]!, 0x01000193);
    }
  }
  return `${even} ${odd}`;
}

function equalBytes(a: TensorSource, b: TensorSource): boolean {
  if (a.dtype === "string") return JSON.stringify(a.tensor().data) === JSON.stringify(b.tensor().data);
  for (let offset = 0; offset < a.sizeBytes; offset += PIECE_BYTES) {
    const length = Math.min(PIECE_BYTES, a.sizeBytes - offset);
    const [left, right] = [a.bytes(offset, length), b.bytes(offset, length)];
    if (left.some((byte, index) => byte !== right[index])) return false;
  }
  return true;
}
