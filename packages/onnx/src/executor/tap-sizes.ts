// How many bytes tapped tensors take, so that only as many are alive at once as there is room for.

import { byteLengthOf, elementCount, inferTypes, type Fact, type Feeds, type Graph } from "@tersor/core";

/** Sizes of the tensors of a graph for the largest feeds seen so far, inferred at first and then as measured. */
export class TapSizes {
  readonly #graph: Graph;
  readonly #limitBytes: number;
  readonly #shapes = new Map<string, readonly number[]>();
  readonly #bytes = new Map<string, number>();

  constructor(graph: Graph, limitBytes: number) {
    this.#graph = graph;
    this.#limitBytes = limitBytes;
  }

  /** As many of the tensors, from the first on, as fit together with these feeds: at least one. */
  fitting(names: readonly string[], feeds: Feeds): readonly string[] {
    if (this.#grow(feeds)) this.#infer();
    let room = this.#limitBytes;
    const end = names.findIndex((name) => (room -= this.#bytes.get(name) ?? 0) < 0);
    return end < 0 ? names : names.slice(0, Math.max(1, end));
  }

  /** Takes in what a run really gave: the truth where inference knows nothing. */
  measured(bytes: Readonly<Record<string, number>>): void {
    for (const [name, size] of Object.entries(bytes)) this.#atLeast(name, size);
  }

  #atLeast(name: string, size: number): void {
    this.#bytes.set(name, Math.max(this.#bytes.get(name) ?? 0, size));
  }

  /** Widens the largest shape of each input; whether any grew. */
  #grow(feeds: Feeds): boolean {
    let grew = false;
    for (const [name, { shape }] of Object.entries(feeds)) {
      const before = this.#shapes.get(name);
      if (before?.length === shape.length && shape.every((dim, axis) => dim <= before[axis]!)) continue;
      grew = true;
      this.#shapes.set(
        name,
        shape.map((dim, axis) => Math.max(dim, before?.[axis] ?? 0)),
      );
    }
    return grew;
  }

  #infer(): void {
    const { types } = inferTypes(this.#graph, { inputs: Object.fromEntries(this.#shapes) });
    for (const [name, fact] of types) this.#atLeast(name, sizeOf(fact));
  }
}

/** Bytes of a value, 0 where they are not known. */
function sizeOf(fact: Fact): number {
  if (fact.kind !== "tensor" || fact.shape === undefined) return 0;
  const dims = fact.shape.map((dim) => (typeof dim === "number" ? dim : 0));
  return byteLengthOf(fact.dtype ?? "float32", elementCount(dims));
}
