// Where ONNX values are while a graph is lowered: constants that are emitted when somebody reads them, and tensors,
// each in the layouts in which it has been asked for so far. A transposition is emitted on the first demand only.

import { reshapedSource, transposedSource, type Dim } from "@tersor/core";
import { attr, type ConstantCodes, type Emitter } from "./emitter.ts";
import {
  isPlain,
  movesUnitsOnly,
  permutationBetween,
  plainLayout,
  sameLayout,
  storedShape,
  type Layout,
} from "./layout.ts";
import type { Constant, Stored, Target } from "./rule.ts";
import { fakeQuantizedConstant } from "./fake-quant.ts";

/** The values of one graph that is lowered. */
export class Values {
  readonly #stored = new Map<string, Stored[]>();
  readonly #constants = new Map<string, Constant>();
  readonly #to: Emitter;
  readonly #target: Target;

  constructor(to: Emitter, target: Target) {
    this.#to = to;
    this.#target = target;
  }

  setConstant(name: string, constant: Constant): void {
    this.#constants.set(name, constant);
  }

  setStored(name: string, stored: Stored): void {
    this.#stored.set(name, [stored]);
  }

  /** Another name for the same value. */
  alias(name: string, of: string): void {
    const constant = this.#constants.get(of);
    if (constant) this.#constants.set(name, constant);
    const stored = this.#stored.get(of);
    if (stored) this.#stored.set(name, stored);
  }

  constant(name: string): Constant | undefined {
    return this.#constants.get(name);
  }

  has(name: string): boolean {
    return this.#stored.has(name) || this.#constants.has(name);
  }

  /** The value as it lies; a constant lies as ONNX has it. */
  stored(name: string): Stored {
    const forms = this.#stored.get(name);
    if (forms) return forms[0]!;
    const rank = this.#constants.get(name)!.source.shape.length;
    return { tensor: this.in(name, plainLayout(rank)), layout: plainLayout(rank) };
  }

  /** The value in a layout. A constant of lower rank is given axes of size 1 in front, as broadcasting does. */
  in(name: string, layout: Layout): string {
    const forms = this.#stored.get(name) ?? [];
    const known = forms.find((form) => sameLayout(form.layout, layout));
    if (known) return known.tensor;
    const constant = this.#constants.get(name);
    const tensor = constant ? this.place(constant, layout) : this.#moved(forms[0]!, layout);
    this.#stored.set(name, [...forms, { tensor, layout }]);
    return tensor;
  }

  #moved(form: Stored, layout: Layout): string {
    const { dtype, shape } = this.#to.type(form.tensor);
    const permutation = permutationBetween(form.layout, layout);
    const moved = storedShape(shape, permutation);
    const sizes = moved.map((dim) => (typeof dim === "number" ? dim : -1));
    const isReshape = movesUnitsOnly(shape, permutation) && sizes.filter((size) => size < 0).length < 2;
    const op = isReshape ? "Reshape" : "Transpose";
    const operand = this.#to.ints(isReshape ? sizes : permutation);
    return this.#to.add(op, [form.tensor, operand], { T: attr.type(dtype) }, { dtype, shape: moved });
  }

  /** Emits a constant with its axes in this order. */
  place(constant: Constant, layout: Layout): string {
    const { source, codes } = arranged(constant, layout);
    const tensor = this.#to.constant(constant.name, source, codes);
    return codes && this.#target === "graphdef" ? fakeQuantizedConstant(tensor, codes, this.#to) : tensor;
  }
}

/** The constant with its axes in this order. */
export function arranged({ name, source, codes }: Constant, layout: Layout): Constant {
  const padded = Array<Dim>(layout.length - source.shape.length).fill(1);
  const shape = [...padded, ...source.shape] as number[];
  const move = (one: Constant["source"]): Constant["source"] => {
    const full = shape.length === one.shape.length ? one : reshapedSource(one, shape);
    return isPlain(layout) ? full : transposedSource(full, layout);
  };
  if (codes === undefined) return { name, source: move(source) };
  const axis = codes.axis === undefined ? undefined : layout.indexOf(codes.axis + padded.length);
  const moved: ConstantCodes = { ...codes, codes: move(codes.codes), axis };
  return { name, source: move(source), codes: moved };
}
