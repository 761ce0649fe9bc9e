// For tests and the fuzzer: damages models in the ways that disks, networks and attackers do, by a seed.

import { problemsOf, seededRandom, type Graph, type Subgraph } from "@tersor/core";
import { readModelBytes } from "../read/model.ts";
import { modelBytes } from "../write/model.ts";
import { fresh } from "./fresh.ts";

/** Random integers below a bound, the same for the same seed. */
export type RandomBelow = (bound: number) => number;

export function randomBelow(seed: number): RandomBelow {
  const random = seededRandom(seed);
  return (bound) => Math.floor(random() * bound);
}

type Damage = (bytes: Uint8Array, random: RandomBelow) => Uint8Array;

const interesting = [0x00, 0x01, 0x7f, 0x80, 0xff, 0x08, 0x0a, 0x3a];

/** Ways to damage a model, by name. */
export const damages = {
  truncate: (bytes, random) => bytes.slice(0, random(bytes.length)),
  "flip a bit": (bytes, random) => changed(bytes, random, (byte) => byte ^ (1 << random(8))),
  "flip bits": (bytes, random) => {
    let out = bytes;
    for (let count = 2 + random(8); count > 0; count--) out = damages["flip a bit"](out, random);
    return out;
  },
  "overwrite a byte": (bytes, random) => changed(bytes, random, () => interesting[random(interesting.length)]!),
  "huge varint": (bytes, random) => {
    const at = random(bytes.length);
    return joinedBytes(
      bytes.subarray(0, at),
      new Uint8Array(random(11)).fill(0xff),
      [random(128)],
      bytes.subarray(at + 1),
    );
  },
  "cut a piece out": (bytes, random) => {
    const at = random(bytes.length);
    return joinedBytes(bytes.subarray(0, at), bytes.subarray(at + 1 + random(16)));
  },
  "repeat a piece": (bytes, random) => {
    const at = random(bytes.length);
    const piece = bytes.subarray(at, at + 1 + random(64));
    return joinedBytes(bytes.subarray(0, at), piece, piece, bytes.subarray(at + piece.length));
  },
  "random bytes": (_, random) => Uint8Array.from({ length: random(400) }, () => random(256)),
} as const satisfies Record<string, Damage>;

function changed(bytes: Uint8Array, random: RandomBelow, change: (byte: number) => number): Uint8Array {
  const out = bytes.slice();
  const at = random(out.length);
  if (out.length > 0) out[at] = change(out[at]!);
  return out;
}

function joinedBytes(...parts: readonly ArrayLike<number>[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => Array.from(part)));
}

/** Does with a model what its users do: reads it and every weight, verifies it, writes it copied and encoded anew. */
export function useModel(bytes: Uint8Array): Graph {
  const graph = readModelBytes(bytes);
  readWeights(graph);
  problemsOf(graph);
  modelBytes({ ...graph });
  readModelBytes(modelBytes(fresh(graph)));
  return graph;
}

function readWeights(graph: Subgraph): void {
  for (const { source } of graph.weights.values()) source.tensor();
}
