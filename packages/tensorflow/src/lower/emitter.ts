// TensorFlow operations in the making: names, constants, and what is known of every tensor (type, stored shape, and
// the integers it stands for), which GraphDef does not say but TensorFlow Lite wants to know.

import {
  bytesOf,
  derivedSource,
  sourceOf,
  tensorFromNumbers,
  type DataType,
  type Dim,
  type TensorSource,
} from "@tersor/core";
import { typeNameFor } from "../dtype.ts";
import type { TensorFlowAttribute, TensorFlowNode } from "../graphdef/graph.ts";

/** Element type and stored shape of a tensor. */
export interface TensorType {
  readonly dtype: DataType;
  readonly shape: readonly Dim[];
}

/** Integers that an activation is rounded to: value = (code - zeroPoint) * scale. */
export interface ActivationCodes {
  readonly kind: "activation";
  readonly dtype: DataType;
  readonly scale: number;
  readonly zeroPoint: number;
}

/** Integers that a constant was stored as; one scale, or one for each index of `axis` (of the stored tensor). */
export interface ConstantCodes {
  readonly kind: "constant";
  readonly codes: TensorSource;
  readonly scales: readonly number[];
  readonly zeroPoints: readonly number[];
  readonly axis: number | undefined;
}

/** The integers behind a tensor of floats. */
export type Codes = ActivationCodes | ConstantCodes;

/** Makes attributes of operations. */
export const attr = {
  int: (value: number): TensorFlowAttribute => ({ kind: "int", value }),
  ints: (value: readonly number[]): TensorFlowAttribute => ({ kind: "ints", value }),
  float: (value: number): TensorFlowAttribute => ({ kind: "float", value }),
  bool: (value: boolean): TensorFlowAttribute => ({ kind: "bool", value }),
  string: (value: string): TensorFlowAttribute => ({ kind: "string", value }),
  shape: (value: readonly number[]): TensorFlowAttribute => ({ kind: "shape", value }),
  type: (dtype: DataType): TensorFlowAttribute => ({ kind: "type", value: typeNameFor(dtype) ?? "FLOAT" }),
} as const;

export type Attributes = Readonly<Record<string, TensorFlowAttribute>>;

/** Collects operations; every method that makes a tensor gives its reference, "node:index". */
export class Emitter {
  readonly nodes: TensorFlowNode[] = [];
  readonly types = new Map<string, TensorType>();
  readonly codes = new Map<string, Codes>();
  /** The elements of constants. */
  readonly sources = new Map<string, TensorSource>();
  readonly #names = new Set<string>();
  readonly #small = new Map<string, string>();
  /** Put before the names of operations: the name of the ONNX node that is lowered. */
  prefix = "";

  /** Keeps a name for one that is promised, such as that of an output. */
  reserve(name: string): void {
    this.#names.add(name.toLowerCase());
  }

  /** A name that nothing has yet; TensorFlow's scopes do not tell upper from lower case. */
  fresh(wish: string): string {
    const base = nodeName(wish);
    let name = base;
    for (let count = 1; this.#names.has(name.toLowerCase()); count++) name = `${base}_${count}`;
    this.reserve(name);
    return name;
  }

  /** An operation with one output. */
  add(op: string, inputs: readonly string[], attributes: Attributes, type: TensorType): string {
    return this.addMany(op, inputs, attributes, [type])[0]!;
  }

  addMany(
    op: string,
    inputs: readonly string[],
    attributes: Attributes,
    types: readonly TensorType[],
  ): readonly string[] {
    const wish = this.prefix === "" ? op : lastPart(this.prefix) === op ? this.prefix : `${this.prefix}/${op}`;
    return this.addNamed(this.fresh(wish), op, inputs, attributes, types);
  }

  /** An operation under a name that was made fresh or reserved. */
  addNamed(
    name: string,
    op: string,
    inputs: readonly string[],
    attributes: Attributes,
    types: readonly TensorType[],
  ): readonly string[] {
    this.nodes.push({ name, op, inputs, control: [], attributes });
    return types.map((type, i) => {
      this.types.set(`${name}:${i}`, type);
      return `${name}:${i}`;
    });
  }

  /** A constant of the model. */
  constant(wish: string, source: TensorSource, codes?: ConstantCodes): string {
    const { dtype, shape } = source;
    const attributes: Attributes = { dtype: attr.type(dtype), value: { kind: "tensor", value: source } };
    const [made] = this.addNamed(this.fresh(wish), "Const", [], attributes, [{ dtype, shape }]) as [string];
    this.sources.set(made, source);
    if (codes) this.codes.set(made, codes);
    return made;
  }

  /** A constant of the lowering, such as axes; equal ones are shared. */
  numbers(dtype: DataType, shape: readonly number[], values: readonly number[]): string {
    const key = JSON.stringify([dtype, shape, values.map(String)]);
    const known = values.length <= 64 ? this.#small.get(key) : undefined;
    if (known !== undefined) return known;
    const made = this.constant(`${this.prefix || "graph"}/Const`, sourceOf(tensorFromNumbers(dtype, shape, values)));
    this.#small.set(key, made);
    return made;
  }

  /** An int32 vector: axes, sizes, paddings. */
  ints(values: readonly number[]): string {
    return this.numbers("int32", [values.length], values);
  }

  scalar(dtype: DataType, value: number): string {
    return this.numbers(dtype, [], [value]);
  }

  type(tensor: string): TensorType {
    return this.types.get(tensor)!;
  }
}

/** A source whose numbers are computed when it is read. */
export function computedSource(
  from: TensorSource,
  dtype: DataType,
  shape: readonly number[],
  compute: () => ArrayLike<number>,
): TensorSource {
  return derivedSource([from], dtype, shape, () => bytesOf(tensorFromNumbers(dtype, shape, compute())));
}

/** The sizes for an attribute: what is not a number is -1. */
export function attributeShape(shape: readonly Dim[]): readonly number[] {
  return shape.map((dim) => (typeof dim === "number" ? dim : -1));
}

/** A name as TensorFlow's graphs allow it: [A-Za-z0-9.][A-Za-z0-9_.\-/>]*, and nothing of ":0". */
export function nodeName(name: string): string {
  const clean = name.replace(/:0$/, "").replace(/[^A-Za-z0-9_.\-/]/g, "_");
  return /^[A-Za-z0-9.]/.test(clean) ? clean : `n${clean}`;
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
