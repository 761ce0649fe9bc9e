// What rules write often: casts, constants of a value's type, and changes of shape, each without the node where it
// would change nothing.

import { attribute, dataTypes, type DataType, type Dim, type GraphBuilder } from "@tersor/core";
import { dataTypeOf } from "../dtype.ts";
import type { RuleContext } from "./rule.ts";

/** The largest int64, which ends a Slice at the end of its axis. */
export const END = 2 ** 63;

/** The element type of an input: as inferred, else what the attribute says, else float32. */
export function elementType(context: RuleContext, input = 0, attributeName = "T"): DataType {
  const value = context.inputs[input];
  const inferred = value === undefined ? undefined : context.to.dtype(value);
  const stated = context.attribute(attributeName, "type");
  return inferred ?? (stated === undefined ? undefined : dataTypeOf(stated)) ?? "float32";
}

/** The element type that an attribute names. */
export function typeAttribute(context: RuleContext, name: string, otherwise: DataType): DataType {
  const stated = context.attribute(name, "type");
  if (stated === undefined) return otherwise;
  return dataTypeOf(stated) ?? context.refuse(`its type ${stated} has no counterpart in ONNX`);
}

/** An integer attribute. */
export function intOf(context: RuleContext, name: string, otherwise: number): number {
  return context.attribute(name, "int") ?? otherwise;
}

/** A number that is an attribute. */
export function floatOf(context: RuleContext, name: string, otherwise: number): number {
  return context.attribute(name, "float") ?? otherwise;
}

/** A truth value that is an attribute. */
export function flagOf(context: RuleContext, name: string, otherwise = false): boolean {
  return context.attribute(name, "bool") ?? otherwise;
}

/** A text that is an attribute. */
export function textOf(context: RuleContext, name: string, otherwise: string): string {
  return context.attribute(name, "string") ?? otherwise;
}

/** The value as another type; itself where it has that type. */
export function cast(to: GraphBuilder, value: string, dtype: DataType): string {
  if (to.dtype(value) === dtype) return value;
  return to.add("Cast", [value], { to: attribute.int(dataTypes[dtype].code) });
}

/** A scalar of the type of `like`. */
export function scalarLike(to: GraphBuilder, like: string, number: number): string {
  return to.constant(to.dtype(like) ?? "float32", [], [number]);
}

/** Axes moved by a permutation. */
export function transpose(to: GraphBuilder, value: string, permutation: readonly number[]): string {
  if (permutation.every((axis, i) => axis === i)) return value;
  return to.add("Transpose", [value], { perm: attribute.ints(permutation) });
}

/** Another shape; 0 copies the size of the input's axis, -1 is what is left. */
export function reshape(to: GraphBuilder, value: string, shape: readonly number[]): string {
  return to.add("Reshape", [value, to.int64s(shape)]);
}

/** New axes of size 1, counted in the result. */
export function unsqueeze(to: GraphBuilder, value: string, axes: readonly number[]): string {
  return axes.length === 0 ? value : to.add("Unsqueeze", [value, to.int64s(axes)]);
}

/** Without these axes of size 1. */
export function squeeze(to: GraphBuilder, value: string, axes: readonly number[]): string {
  return axes.length === 0 ? value : to.add("Squeeze", [value, to.int64s(axes)]);
}

/** A part of one axis. */
export function slice(
  to: GraphBuilder,
  value: string,
  { axis, start, end, step = 1 }: { axis: number; start: number; end: number; step?: number },
): string {
  const steps = step === 1 ? [] : [to.int64s([step])];
  return to.add("Slice", [value, to.int64s([start]), to.int64s([end]), to.int64s([axis]), ...steps]);
}

/** Values one after the other along an axis. */
export function concat(to: GraphBuilder, values: readonly string[], axis: number): string {
  return values.length === 1 ? values[0]! : to.add("Concat", values, { axis: attribute.int(axis) });
}

/** The shape of a value as an int64 vector, or a part of it. */
export function shapeOf(to: GraphBuilder, value: string, start = 0, end?: number): string {
  const dims = to.shape(value)?.slice(start, end);
  if (dims !== undefined && isKnown(dims)) return to.int64s(dims);
  const ends = end === undefined ? {} : { end: attribute.int(end) };
  return to.add("Shape", [value], start === 0 && end === undefined ? {} : { start: attribute.int(start), ...ends });
}

/** One size of a value as an int64 scalar. `axis` counts from 0. */
export function sizeOf(to: GraphBuilder, value: string, axis: number): string {
  const dim = to.shape(value)?.[axis];
  if (typeof dim === "number") return to.constant("int64", [], [dim]);
  return squeeze(to, shapeOf(to, value, axis, axis + 1), [0]);
}

/** 0, 1, ... below `count`, which is an int64 scalar. */
export function countTo(to: GraphBuilder, count: string): string {
  const zero = to.constant("int64", [], [0]);
  return to.add("Range", [zero, count, to.constant("int64", [], [1])]);
}

/** Whether all sizes are numbers. */
export function isKnown(shape: readonly Dim[] | undefined): shape is readonly number[] {
  return shape !== undefined && shape.every((dim) => typeof dim === "number");
}

/** The axis counted from 0. */
export function axisFromZero(context: RuleContext, axis: number, rank: number): number {
  const counted = axis < 0 ? axis + rank : axis;
  if (counted < 0 || counted >= rank) context.refuse(`its axis ${axis} lies outside of ${rank} axes`);
  return counted;
}

/** 0, 1, ... count - 1. */
export function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i);
}
