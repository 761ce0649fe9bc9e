// TensorArray (v1) and TensorList (v2): a list is a tensor with its elements along axis 0. One that nothing was written
// to is only a name in `context.lists`, as the shape of its elements may not be known yet. What loops do to lists is in
// loop.ts. https://www.tensorflow.org/api_docs/python/tf/raw_ops/TensorListReserve

import { attribute, sameDim, type Dim, type GraphBuilder } from "@tersor/core";
import { concat, shapeOf, sizeOf, slice, typeAttribute, unsqueeze } from "../building.ts";
import { denseList, listElement, stateElement } from "../lists.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";
import { asInt64, narrowed } from "../wide.ts";

export const lists: readonly TensorFlowRule[] = [
  // Handle and flow of a TensorArray are the same list: the flow says which state of it is meant.
  defineRule({
    ops: ["TensorArrayV3"],
    convert: (context) => {
      const dtype = typeAttribute(context, "dtype", "float32");
      const list = reserved(context, asInt64(context.to, context.inputs[0]!), dtype, listElement(context));
      return [list, list];
    },
  }),
  defineRule({
    ops: ["TensorListReserve"],
    convert: (context) => {
      const dtype = typeAttribute(context, "element_dtype", "float32");
      return [reserved(context, asInt64(context.to, context.inputs[1]!), dtype, listElement(context, 0))];
    },
  }),
  defineRule({
    ops: ["EmptyTensorList"],
    convert: (context) => {
      const dtype = typeAttribute(context, "element_dtype", "float32");
      return [reserved(context, context.to.constant("int64", [], [0]), dtype, listElement(context, 0))];
    },
  }),
  defineRule({ ops: ["TensorListFromTensor"], convert: ({ inputs }) => [inputs[0]!] }),
  defineRule({
    ops: ["TensorListStack"],
    convert: (context) => [denseList(context, context.inputs[0]!, listElement(context, 1))],
  }),
  defineRule({
    ops: ["TensorListGetItem"],
    convert: (context) => [elementAt(context, context.inputs[0]!, context.inputs[1]!, listElement(context, 2))],
  }),
  defineRule({
    ops: ["TensorArrayReadV3"],
    convert: (context) => [elementAt(context, context.inputs[2]!, context.inputs[1]!)],
  }),
  defineRule({
    ops: ["TensorListSetItem"],
    convert: (context) => {
      const [list, index, value] = context.inputs as readonly [string, string, string];
      return [withElement(context, list, index, value)];
    },
  }),
  defineRule({
    ops: ["TensorArrayWriteV3"],
    convert: (context) => {
      const [, index, value, flow] = context.inputs as readonly [string, string, string, string];
      return [withElement(context, flow, index, value)];
    },
  }),
  defineRule({
    ops: ["TensorListPushBack"],
    convert: (context) => {
      const { to, inputs, lists: empty } = context;
      const [list, value] = inputs as readonly [string, string];
      const row = unsqueeze(to, value, [0]);
      const isEmpty = to.fact(empty.get(list)?.size ?? "")?.value?.data[0] === 0;
      return [isEmpty ? row : concat(to, [denseList(context, list, to.shape(value), value), row], 0)];
    },
  }),
  defineRule({
    ops: ["TensorListPopBack"],
    convert: (context) => {
      const { to } = context;
      const list = denseList(context, context.inputs[0]!, listElement(context, 1));
      const last = to.add("Gather", [list, to.constant("int64", [], [-1])], { axis: attribute.int(0) });
      return [slice(to, list, { axis: 0, start: 0, end: -1 }), last];
    },
  }),
  defineRule({ ops: ["TensorListLength"], convert: (context) => [lengthOf(context, context.inputs[0]!)] }),
  defineRule({ ops: ["TensorArraySizeV3"], convert: (context) => [lengthOf(context, context.inputs[1]!)] }),
  defineRule({
    ops: ["TensorListGather"],
    convert: (context) => [gathered(context, context.inputs[0]!, context.inputs[1]!, listElement(context, 2))],
  }),
  defineRule({
    ops: ["TensorArrayGatherV3"],
    convert: (context) => [gathered(context, context.inputs[2]!, context.inputs[1]!, listElement(context))],
  }),
  defineRule({
    ops: ["TensorArrayScatterV3"],
    convert: (context) => {
      const [, indices, value, flow] = context.inputs as readonly [string, string, string, string];
      return [scattered(context, flow, indices, value)];
    },
  }),
  defineRule({
    ops: ["TensorListScatterIntoExistingList"],
    convert: (context) => {
      const [list, value, indices] = context.inputs as readonly [string, string, string];
      return [scattered(context, list, indices, value)];
    },
  }),
  defineRule({
    ops: ["TensorListScatterV2", "TensorListScatter"],
    convert: (context) => {
      const { to } = context;
      const [value, indices, , stated] = context.inputs as readonly [string, string, string, string?];
      const isStated = stated !== undefined && context.known(3)?.data[0] !== -1;
      const size = isStated ? asInt64(to, stated) : sizeFor(to, asInt64(to, indices));
      const list = reserved(context, size, to.dtype(value) ?? "float32", listElement(context, 2));
      return [scattered(context, list, indices, value)];
    },
  }),
  defineRule({
    ops: ["TensorListConcatV2", "TensorListConcat"],
    convert: (context) => [...joined(context, denseList(context, context.inputs[0]!, listElement(context, 1)))],
  }),
  defineRule({
    ops: ["TensorArrayConcatV3"],
    convert: (context) => [...joined(context, denseList(context, context.inputs[1]!))],
  }),
  defineRule({ ops: ["TensorListSplit"], convert: (context) => [cut(context, context.inputs[0]!, 2)] }),
  defineRule({ ops: ["TensorArraySplitV3"], convert: (context) => [cut(context, context.inputs[1]!, 2)] }),
  defineRule({
    ops: ["TensorListElementShape"],
    convert: (context) => {
      const { to } = context;
      const shape = shapeOf(to, denseList(context, context.inputs[0]!), 1);
      return [narrowed(to, shape, typeAttribute(context, "shape_type", "int32"))];
    },
  }),
  defineRule({ ops: ["TensorArrayCloseV3"], convert: () => [] }),
];

function reserved(
  { to, lists: empty }: RuleContext,
  size: string,
  dtype: NonNullable<ReturnType<GraphBuilder["dtype"]>>,
  element: readonly number[] | undefined,
): string {
  const name = to.fresh("list");
  empty.set(name, { size, dtype, element: element?.every((dim) => dim >= 0) ? element : undefined });
  return name;
}

function elementAt(context: RuleContext, list: string, index: string, element?: readonly number[]): string {
  const { to } = context;
  const value = to.add("Gather", [denseList(context, list, element), asInt64(to, index)], { axis: attribute.int(0) });
  return stateElement(context, value, element);
}

function withElement(context: RuleContext, list: string, index: string, value: string): string {
  const { to } = context;
  const place = to.add("Reshape", [asInt64(to, index), to.int64s([1, 1])]);
  const dense = denseList(context, list, to.shape(value), value);
  return to.add("ScatterND", [dense, place, unsqueeze(to, value, [0])]);
}

function lengthOf({ to, lists: empty }: RuleContext, list: string): string {
  return narrowed(to, empty.get(list)?.size ?? sizeOf(to, list, 0), "int32");
}

function gathered(context: RuleContext, list: string, indices: string, element?: readonly number[]): string {
  const { to } = context;
  const dense = denseList(context, list, element);
  if (isAll(to, indices, to.shape(dense)?.[0])) return dense;
  return to.add("Gather", [dense, asInt64(to, indices)], { axis: attribute.int(0) });
}

function scattered(context: RuleContext, list: string, indices: string, value: string): string {
  const { to, lists: empty } = context;
  const size = to.fact(empty.get(list)?.size ?? "")?.value?.data[0] ?? to.shape(list)?.[0];
  if (isAll(to, indices, to.shape(value)?.[0]) && isSame(size, to.shape(value)?.[0])) return value;
  const element = to.shape(value)?.slice(1);
  const dense = denseList(context, list, element, empty.has(list) ? firstOf(to, value) : undefined);
  return to.add("ScatterND", [dense, unsqueeze(to, asInt64(to, indices), [1]), value]);
}

/** Its shape is that of an element. */
function firstOf(to: GraphBuilder, value: string): string {
  return to.add("Gather", [value, to.constant("int64", [], [0])], { axis: attribute.int(0) });
}

/** One more than the largest index. */
function sizeFor(to: GraphBuilder, indices: string): string {
  const largest = to.add("ReduceMax", [indices], { keepdims: attribute.int(0) });
  return to.add("Add", [largest, to.constant("int64", [], [1])]);
}

/** Elements [n, k, ...] one after the other as [n * k, ...], and the k of each. */
function joined({ to }: RuleContext, list: string): readonly [string, string] {
  const rest = shapeOf(to, list, 2);
  const value = to.add("Reshape", [list, concat(to, [to.int64s([-1]), rest], 0)]);
  const lengths = to.add("Expand", [shapeOf(to, list, 1, 2), shapeOf(to, list, 0, 1)]);
  return [value, lengths];
}

/** Equal parts of a value as the elements of a list. */
function cut(context: RuleContext, value: string, lengthsInput: number): string {
  const { to } = context;
  const lengths = context.numbers(lengthsInput);
  if (lengths.some((length) => length !== lengths[0])) context.refuse("it splits into parts of different length");
  const shape = concat(to, [to.int64s([lengths.length, lengths[0] ?? 0]), shapeOf(to, value, 1)], 0);
  return to.add("Reshape", [value, shape]);
}

/** Whether the indices are 0, 1, ... count - 1. */
function isAll(to: GraphBuilder, indices: string, count: Dim | undefined): boolean {
  const known = to.known(indices);
  if (known !== undefined) return known.data.length === count && known.data.every((index, i) => Number(index) === i);
  let range = to.maker(indices);
  while (range?.op === "Cast") range = to.maker(range.inputs[0]!);
  if (range?.op !== "Range") return false;
  const [start, limit, delta] = range.inputs.map((input) => to.fact(input)?.value?.data[0]);
  return start === 0 && delta === 1 && isSame(limit, count);
}

function isSame(a: Dim | null | undefined, b: Dim | undefined): boolean {
  return a !== undefined && a !== null && b !== undefined && sameDim(a, b);
}
