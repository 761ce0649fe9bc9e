// What became of the weights while they were written back.

import type { Tensor, TensorSource } from "@tersor/core";
import { newElements, type Homes, type LostWeight } from "./homes.ts";

/** Takes values home one by one and remembers what became of each. */
export class Outcome {
  /** Names in the source of tensors that got new values. */
  readonly changed: string[] = [];
  /** Names in the source of all tensors that were found there. */
  readonly found = new Set<string>();
  readonly #lost: LostWeight[];
  readonly #homes: Homes;

  constructor(homes: Homes) {
    this.#homes = homes;
    this.#lost = [...homes.lost];
  }

  /** Names of the tensors of the source that weights want to go to. */
  get wanted(): readonly string[] {
    return [...this.#homes.values.keys()];
  }

  isWanted(source: string): boolean {
    return this.#homes.values.has(source);
  }

  /** The new elements of a tensor of the source; undefined when it stays as it is. */
  take(source: string, old: TensorSource): Tensor | undefined {
    const value = this.#homes.values.get(source);
    if (value === undefined) return undefined;
    this.found.add(source);
    const elements = newElements(value, old);
    if (typeof elements === "string") this.#lose(value.weights, elements);
    if (elements === undefined || typeof elements === "string") return undefined;
    this.changed.push(source);
    return elements;
  }

  /** The new elements of a tensor that was taken, made once more: they are not kept in memory. */
  again(source: string): Tensor {
    return this.#homes.values.get(source)!.tensor();
  }

  /** Weights that a format can't take, for a reason of its own. */
  refuse(source: string, why: string): void {
    this.found.add(source);
    this.#lose(this.#homes.values.get(source)?.weights ?? [], why);
  }

  /** All weights that were not written back. */
  get lost(): readonly LostWeight[] {
    const missing = [...this.#homes.values].filter(([source]) => !this.found.has(source));
    return [
      ...this.#lost,
      ...missing.flatMap(([source, { weights }]) =>
        weights.map((weight) => ({ weight, why: `the model has no tensor "${source}"` })),
      ),
    ];
  }

  #lose(weights: readonly string[], why: string): void {
    this.#lost.push(...weights.map((weight) => ({ weight, why })));
  }
}
