// Cast, CastLike: another element type (https://onnx.ai/onnx/operators/onnx__Cast.html). Floats to integers truncate.

import { boundsOfDim, floorDim, isIntegralDim, type Dim } from "../graph/dim.ts";
import { isFloat, isInteger, type DataType } from "../tensor/dtype.ts";
import { defineOp, flag, int, string, type Elements } from "./define.ts";
import { isPlain, mapElements, type Element } from "./elements.ts";
import { dtypeIn, dtypeNamed } from "./known.ts";

const converts = { kind: "float", why: "it changes the element type" } as const;

export const cast = defineOp({
  type: "Cast",
  since: [1, 6, 9, 13, 19, 21, 23],
  attributes: { to: int(undefined), saturate: flag(true), round_mode: string("up") },
  types: (_, { to }) => [dtypeNamed(to, undefined)],
  shape: ([x]) => [x!.shape],
  fold: ([x], { to }) => foldCast(x, dtypeNamed(to, undefined)),
  quantization: converts,
});

export const castLike = defineOp({
  type: "CastLike",
  since: [15, 19, 21, 23],
  attributes: { saturate: flag(true), round_mode: string("up") },
  types: ([, like]) => [dtypeIn(like)],
  shape: ([x]) => [x!.shape],
  fold: ([x], _, { fact }) => foldCast(x, dtypeIn(fact(1))),
  quantization: converts,
});

function foldCast(x: Elements | undefined, dtype: DataType | undefined): readonly Elements[] | undefined {
  if (x === undefined || dtype === undefined || !isPlain(dtype)) return undefined;
  return [mapElements(x, dtype, (element) => convert(element, x.dtype, dtype))];
}

function convert(element: Element, from: DataType, to: DataType): Element {
  if (element === null) return null;
  if (to === "bool") return truth(element);
  return isFloat(from) && isInteger(to) ? truncate(element) : element;
}

function truth(element: Dim): Element {
  if (typeof element === "number") return element === 0 ? 0 : 1;
  return boundsOfDim(element)[0] > 0 ? 1 : null;
}

function truncate(element: Dim): Element {
  if (typeof element === "number") return Number.isFinite(element) ? Math.trunc(element) + 0 : null;
  if (isIntegralDim(element)) return element;
  return boundsOfDim(element)[0] >= 0 ? floorDim(element) : null;
}
