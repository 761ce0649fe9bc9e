// Max, Min, Mean, Sum: any number of tensors, broadcast (https://onnx.ai/onnx/operators/onnx__Max.html).

import { addDims, broadcastDims, divDims, maxDims, minDims, type Dim } from "../graph/dim.ts";
import { isInteger } from "../tensor/dtype.ts";
import { defineOp, type Elements, type OpDefinition, type ShapedInput } from "./define.ts";
import { isExactFloat, zipElements } from "./elements.ts";

/** Combines the elements at one place; at least one, none unknown. */
type Combine = (elements: readonly Dim[]) => Dim | undefined;

function variadic(type: string, since: readonly number[], combine: Combine): OpDefinition {
  return defineOp({
    type,
    since,
    shape: (inputs) => [broadcastAll(inputs)],
    fold: (inputs) => {
      const known = inputs.filter((input) => input !== undefined);
      const folded = known.length === inputs.length && known.length > 0 ? foldAll(known, combine) : undefined;
      return folded && [folded];
    },
    quantization: { kind: "float", why: "runtimes have no INT8 kernel for it" },
  });
}

export const variadicOps: readonly OpDefinition[] = [
  variadic("Max", [1, 6, 8, 12, 13], (elements) => elements.reduce(maxDims)),
  variadic("Mean", [1, 6, 8, 13], (elements) => divDims(elements.reduce(addDims), elements.length)),
  variadic("Min", [1, 6, 8, 12, 13], (elements) => elements.reduce(minDims)),
  variadic("Sum", [1, 6, 8, 13], (elements) => elements.reduce(addDims)),
];

function broadcastAll(inputs: readonly ShapedInput[]): readonly Dim[] | undefined {
  return inputs.map(({ shape }) => shape).reduce<readonly Dim[] | undefined>((a, b) => a && broadcastDims(a, b), []);
}

function foldAll(inputs: readonly Elements[], combine: Combine): Elements | undefined {
  const { dtype } = inputs[0]!;
  return zipElements(inputs, dtype, (elements) => {
    const known = elements.filter((element) => element !== null);
    const numbers = known.every((element) => typeof element === "number");
    const exact = numbers || isInteger(dtype) || known.every(isExactFloat);
    return known.length === elements.length && exact ? (combine(known) ?? null) : null;
  });
}
