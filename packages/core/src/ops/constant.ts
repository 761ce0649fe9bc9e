// Constant: a tensor from an attribute (https://onnx.ai/onnx/operators/onnx__Constant.html).
// Forms besides `value` came with 12; sparse tensors are carried through without a shape.

import type { TensorSource } from "../tensor/source.ts";
import {
  defineOp,
  float,
  floats,
  int,
  ints,
  raw,
  string,
  strings,
  type AttributeSpec,
  type Elements,
  type TensorFact,
} from "./define.ts";
import { elementsOfSource } from "./elements.ts";

const tensor: AttributeSpec<TensorSource | undefined> = {
  read: (attribute) => (attribute?.kind === "tensor" ? attribute.value : undefined),
};

const attributes = {
  value: tensor,
  value_float: float(undefined),
  value_floats: floats(),
  value_int: int(undefined),
  value_ints: ints(),
  value_string: string(undefined),
  value_strings: strings(),
  sparse_value: raw(),
} as const;

interface Values {
  readonly value: TensorSource | undefined;
  readonly value_float: number | undefined;
  readonly value_floats: readonly number[] | undefined;
  readonly value_int: number | undefined;
  readonly value_ints: readonly number[] | undefined;
  readonly value_string: string | undefined;
  readonly value_strings: readonly string[] | undefined;
}

export const constant = defineOp<typeof attributes>({
  type: "Constant",
  since: [1, 9, 11, 12, 13, 19, 21, 23],
  attributes,
  types: (_, values) => [typeOf(values)?.dtype],
  shape: (_, values) => [typeOf(values)],
  fold: (_, values) => {
    const elements = values.value ? elementsOfSource(values.value, Infinity) : listed(values);
    return elements && [elements];
  },
  quantization: { kind: "float", why: "it is a constant" },
});

function typeOf(values: Values): TensorFact | undefined {
  if (values.value) return { kind: "tensor", dtype: values.value.dtype, shape: values.value.shape };
  const { value_string, value_strings } = values;
  if (value_string !== undefined) return { kind: "tensor", dtype: "string", shape: [] };
  if (value_strings) return { kind: "tensor", dtype: "string", shape: [value_strings.length] };
  const elements = listed(values);
  return elements && { kind: "tensor", dtype: elements.dtype, shape: elements.shape };
}

/** Elements of the forms that hold plain numbers; none where a form with text stands beside them. */
function listed(values: Values): Elements | undefined {
  const { value_float, value_floats, value_int, value_ints, value_string, value_strings } = values;
  if (value_string !== undefined || value_strings) return undefined;
  if (value_float !== undefined) return { dtype: "float32", shape: [], data: [Math.fround(value_float)] };
  if (value_int !== undefined) return { dtype: "int64", shape: [], data: [value_int] };
  if (value_floats) return { dtype: "float32", shape: [value_floats.length], data: value_floats.map(Math.fround) };
  return value_ints && { dtype: "int64", shape: [value_ints.length], data: value_ints };
}
