// Constants and their elements while a graph is changed. Only small ones are read, so that no pass ever loads a model.

import type { GraphDraft } from "../graph/edit.ts";
import type { Attribute, Node } from "../graph/graph.ts";
import { dropped } from "../graph/origin.ts";
import { dataTypes, type DataType } from "../tensor/dtype.ts";
import { sourceOf, type TensorSource } from "../tensor/source.ts";
import { elementCount, float32, int64, numbersOf, tensorOf } from "../tensor/tensor.ts";

/** Most elements that a pass reads of one constant to decide something, if it does not say otherwise. */
const MAX_ELEMENTS = 4096;

/** Whether elements of this type have a plain numeric form (`numbersOf`). */
export function isNumeric(dtype: DataType): boolean {
  const { kind, bits } = dataTypes[dtype];
  return kind === "signed" || kind === "unsigned" || kind === "bool" || (kind === "float" && bits >= 16);
}

/** The elements of a small numeric constant; undefined for everything else. */
export function smallNumbers(source: TensorSource | undefined, most = MAX_ELEMENTS): ArrayLike<number> | undefined {
  if (!source || !isNumeric(source.dtype) || elementCount(source.shape) > most) return undefined;
  return numbersOf(source.tensor());
}

/** The one element of a numeric constant that has just one, whatever its rank. */
export function singleNumber(source: TensorSource | undefined): number | undefined {
  const numbers = smallNumbers(source, 1);
  return numbers?.length === 1 ? numbers[0] : undefined;
}

/** The tensor of a Constant node in any of its forms but the sparse one. */
export function constantOf(node: Node): TensorSource | undefined {
  for (const value of Object.values(node.attributes)) {
    const source = sourceOfAttribute(value);
    if (source) return source;
  }
  return undefined;
}

function sourceOfAttribute(value: Attribute): TensorSource | undefined {
  switch (value.kind) {
    case "tensor":
      return value.value;
    case "float":
      return sourceOf(float32([], [value.value]));
    case "floats":
      return sourceOf(float32([value.value.length], value.value));
    case "int":
      return sourceOf(int64([], [value.value]));
    case "ints":
      return sourceOf(int64([value.value.length], value.value));
    case "string":
      return sourceOf(tensorOf("string", [], [value.value]));
    case "strings":
      return sourceOf(tensorOf("string", [value.value.length], value.value));
    default:
      return undefined;
  }
}

/** A new constant of int64 numbers. */
export function int64s(draft: GraphDraft, wish: string, numbers: readonly number[]): string {
  const name = draft.fresh(wish);
  const source = sourceOf(int64([numbers.length], numbers));
  draft.setWeight(name, { source, origin: dropped("it is a list of axes or sizes that a pass has made") });
  return name;
}
