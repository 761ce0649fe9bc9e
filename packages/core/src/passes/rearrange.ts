// Weights behind an operator that moves elements, or changes only their type: the result as a weight of its own.
// Transposes, reshapes and casts to wider types keep the origin; a rounded weight, a part or a union of weights has no one way home.

import type { Node, Weight } from "../graph/graph.ts";
import { dropped, extend, isWidening } from "../graph/origin.ts";
import { dataTypeOf, isFloat } from "../tensor/dtype.ts";
import {
  concatenatedSource,
  derivedSource,
  isByteSized,
  reshapedSource,
  slicedSource,
  transposedSource,
  type AxisSlice,
} from "../tensor/layout.ts";
import type { TensorSource } from "../tensor/source.ts";
import { bytesOf, numbersOf, tensorFromNumbers, type Shape } from "../tensor/tensor.ts";
import { isNumeric, smallNumbers } from "./constants.ts";
import type { DraftLevel } from "./levels.ts";

type Rule = (node: Node, weight: Weight, level: DraftLevel) => Weight | undefined;

/** The output of the node as a weight, when it is a rearrangement of weights; undefined otherwise. */
export function rearranged(node: Node, level: DraftLevel): Weight | undefined {
  const rule = rules.get(node.op);
  const weight = rule && level.constant(node.inputs[0] ?? "");
  return weight && isByteSized(weight.source.dtype) ? rule(node, weight, level) : undefined;
}

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["Transpose", transpose],
  ["Reshape", reshape],
  ["Flatten", reshape],
  ["Squeeze", reshape],
  ["Unsqueeze", reshape],
  ["Cast", cast],
  ["Slice", slice],
  ["Concat", concat],
]);

function transpose(node: Node, { source, origin }: Weight): Weight | undefined {
  const perm = node.attributes["perm"];
  const axes = [...source.shape.keys()];
  const permutation = perm?.kind === "ints" ? perm.value : axes.toReversed();
  if (permutation.length !== axes.length || axes.some((axis) => !permutation.includes(axis))) return undefined;
  return { source: transposedSource(source, permutation), origin: extend(origin, { kind: "transpose", permutation }) };
}

/** Inference has read the attributes and the shape input already. */
function reshape(node: Node, { source, origin }: Weight, { fact }: DraftLevel): Weight | undefined {
  const shape = fact(node.outputs[0] ?? "")?.shape;
  if (!shape?.every((dim) => typeof dim === "number") || product(shape) !== product(source.shape)) return undefined;
  return {
    source: reshapedSource(source, shape),
    origin: extend(origin, { kind: "reshape", from: source.shape, to: shape }),
  };
}

/** Types that hold every value of the other, and floats among each other; the rest is left to inference. */
function cast(node: Node, { source, origin }: Weight): Weight | undefined {
  const code = node.attributes["to"];
  const to = code?.kind === "int" ? dataTypeOf(code.value) : undefined;
  const from = source.dtype;
  if (
    to === undefined ||
    !isNumeric(from) ||
    !isNumeric(to) ||
    !(isWidening(from, to) || (isFloat(from) && isFloat(to)))
  )
    return undefined;
  if (from.endsWith("int64") || to.endsWith("int64")) return undefined;
  const compute = (): Uint8Array => bytesOf(tensorFromNumbers(to, source.shape, numbersOf(source.tensor())));
  const home = isWidening(from, to)
    ? extend(origin, { kind: "cast", from, to })
    : dropped(`a cast from ${from} to ${to} rounds it`);
  return { source: derivedSource([source], to, source.shape, compute), origin: home };
}

function slice(node: Node, { source, origin }: Weight, level: DraftLevel): Weight | undefined {
  const slices = slicesOf(node, source.shape, level);
  if (!slices) return undefined;
  const why = `it is a part of ${origin.kind === "chain" ? `"${origin.source}"` : "another constant"}`;
  return { source: slicedSource(source, slices), origin: dropped(why) };
}

function slicesOf(node: Node, shape: Shape, level: DraftLevel): readonly AxisSlice[] | undefined {
  const [, ...given] = node.inputs;
  const [starts, ends, axes, steps] = level.opset < 10 ? attributesOf(node) : given.map((name) => read(level, name));
  if (!starts || !ends || starts.length !== ends.length) return undefined;
  // An input that is there but not constant must not be taken for an absent one.
  if (level.opset >= 10 && given.some((name) => name !== "" && !read(level, name))) return undefined;
  const slices: AxisSlice[] = shape.map((count) => ({ start: 0, count, step: 1 }));
  for (let i = 0; i < starts.length; i++) {
    const axis = (axes?.[i] ?? i) < 0 ? axes![i]! + shape.length : (axes?.[i] ?? i);
    const step = steps?.[i] ?? 1;
    if (shape[axis] === undefined || step === 0) return undefined;
    slices[axis] = clamp(starts[i]!, ends[i]!, step, shape[axis]);
  }
  return slices;
}

function attributesOf(node: Node): readonly (readonly number[] | undefined)[] {
  return ["starts", "ends", "axes"].map((name) => {
    const value = node.attributes[name];
    return value?.kind === "ints" ? value.value : undefined;
  });
}

function read({ constant }: DraftLevel, name: string): readonly number[] | undefined {
  const numbers = smallNumbers(constant(name)?.source);
  return numbers && Array.from(numbers);
}

/** ONNX's rule: negative positions count from the end, then both are clamped to what the direction can reach. */
function clamp(start: number, end: number, step: number, size: number): AxisSlice {
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const place = (at: number, least: number): number => Math.min(high, Math.max(least, at < 0 ? at + size : at));
  const from = place(start, 0);
  const count = Math.max(0, Math.ceil((place(end, low) - from) / step));
  return { start: count === 0 ? 0 : from, count, step };
}

function concat(node: Node, _: Weight, level: DraftLevel): Weight | undefined {
  const sources = node.inputs.map((name) => level.constant(name)?.source);
  const [first, ...rest] = sources;
  const given = node.attributes["axis"];
  if (!first || given?.kind !== "int") return undefined;
  const axis = given.value < 0 ? given.value + first.shape.length : given.value;
  if (first.shape[axis] === undefined) return undefined;
  const others = rest.filter((source): source is TensorSource => source !== undefined && fits(source, first, axis));
  if (others.length !== rest.length) return undefined;
  return {
    source: concatenatedSource([first, ...others], axis),
    origin: dropped(`it is the union of ${sources.length} constants`),
  };
}

function fits(a: TensorSource, b: TensorSource, axis: number): boolean {
  return (
    a.dtype === b.dtype &&
    a.shape.length === b.shape.length &&
    a.shape.every((dim, i) => i === axis || dim === b.shape[i])
  );
}

function product(shape: readonly number[]): number {
  return shape.reduce((total, dim) => total * dim, 1);
}
