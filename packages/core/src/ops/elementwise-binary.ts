// Operators of two tensors with numpy broadcasting, element by element (https://onnx.ai/onnx/repo-docs/Broadcasting.html).
// Each row folds numbers, and symbolic dimensions where the result is exact.

import {
  addDims,
  boundsOfDim,
  broadcastDims,
  compareDims,
  divDims,
  floorDivDims,
  isIntegralDim,
  modDims,
  mulDims,
  sameDim,
  subDims,
  type Dim,
} from "../graph/dim.ts";
import { isFloat, isInteger, type DataType } from "../tensor/dtype.ts";
import {
  defineOp,
  flag,
  string,
  type AttributeSpec,
  type AttributeValues,
  type OpDefinition,
  type QuantizationTrait,
} from "./define.ts";
import { isExactFloat, zipElements, type Element } from "./elements.ts";

type Specs = Record<string, AttributeSpec<unknown>>;

interface Row<S extends Specs> {
  readonly since: readonly number[];
  readonly attributes?: S;
  readonly output?: DataType;
  readonly fold?: (a: Dim, b: Dim, dtype: DataType, attributes: AttributeValues<S>) => Element;
  /** The result when one operand alone decides, whatever the other is. */
  readonly absorbing?: number;
  readonly quantization: QuantizationTrait<AttributeValues<S>>;
}

const logical = { kind: "float", why: "its result is a truth value" } as const;
const bits = { kind: "float", why: "it works on the bits of integers" } as const;
const activation = { kind: "activation", inputs: [0, 1] } as const;

function binary<const S extends Specs = Record<never, never>>(type: string, row: Row<S>): OpDefinition {
  const { since, attributes, output, fold, absorbing, quantization } = row;
  return defineOp<S>({
    type,
    since,
    ...(attributes && { attributes }),
    types: ([a]) => [output ?? (a?.kind === "tensor" ? a.dtype : undefined)],
    shape: ([a, b]) => [broadcastDims(a!.shape, b!.shape)],
    ...(fold && {
      fold: ([a, b], values) => {
        const folded =
          a &&
          b &&
          zipElements([a, b], output ?? a.dtype, ([x, y]) => {
            if (absorbing !== undefined && (x === absorbing || y === absorbing)) return absorbing;
            return x === null || y === null ? null : safe(fold(x!, y!, a.dtype, values), a.dtype);
          });
        return folded && [folded];
      },
    }),
    quantization,
  });
}

export const elementwiseBinary: readonly OpDefinition[] = [
  binary("Add", { since: [1, 6, 7, 13, 14], fold: exactly(addDims), quantization: activation }),
  binary("Sub", { since: [1, 6, 7, 13, 14], fold: exactly(subDims), quantization: activation }),
  binary("Mul", { since: [1, 6, 7, 13, 14], fold: exactly(mulDims), quantization: activation }),
  binary("Div", { since: [1, 6, 7, 13, 14], fold: divide, quantization: activation }),
  binary("Mod", {
    since: [10, 13],
    attributes: { fmod: flag() },
    fold: (a, b, _, { fmod }) => (fmod ? numeric((x, y) => x % y)(a, b) : modulo(a, b)),
    quantization: { kind: "float", why: "its result jumps: a quantization step would move it" },
  }),
  binary("Pow", {
    since: [1, 7, 12, 13, 15],
    fold: numeric((x, y, dtype) => (isInteger(dtype) ? Math.trunc(x ** y) : x ** y)),
    quantization: { kind: "float", why: "runtimes have no INT8 kernel for it" },
  }),
  binary("PRelu", {
    since: [1, 6, 7, 9, 16],
    fold: numeric((x, slope) => (x < 0 ? x * slope : x)),
    quantization: { kind: "float", why: "runtimes have no INT8 kernel for it" },
  }),
  binary("And", {
    since: [1, 7],
    output: "bool",
    absorbing: 0,
    fold: numeric((a, b) => Number(a && b)),
    quantization: logical,
  }),
  binary("Or", {
    since: [1, 7],
    output: "bool",
    absorbing: 1,
    fold: numeric((a, b) => Number(a || b)),
    quantization: logical,
  }),
  binary("Xor", { since: [1, 7], output: "bool", fold: numeric((a, b) => Number(a !== b)), quantization: logical }),
  binary("Equal", { since: [1, 7, 11, 13, 19], output: "bool", fold: equal, quantization: logical }),
  binary("Less", { since: [1, 7, 9, 13], output: "bool", fold: (a, b) => below(a, b), quantization: logical }),
  binary("Greater", { since: [1, 7, 9, 13], output: "bool", fold: (a, b) => below(b, a), quantization: logical }),
  binary("LessOrEqual", { since: [12, 16], output: "bool", fold: (a, b) => notAbove(a, b), quantization: logical }),
  binary("GreaterOrEqual", { since: [12, 16], output: "bool", fold: (a, b) => notAbove(b, a), quantization: logical }),
  binary("BitShift", {
    since: [11],
    attributes: { direction: string("LEFT") },
    fold: (a, b, dtype, { direction }) =>
      numeric((x, y) => (direction === "LEFT" ? keepBits(x * 2 ** y, dtype) : Math.floor(x / 2 ** y)))(a, b, dtype),
    quantization: bits,
  }),
  binary("BitwiseAnd", { since: [18], fold: onBits((a, b) => a & b), quantization: bits }),
  binary("BitwiseOr", { since: [18], fold: onBits((a, b) => a | b), quantization: bits }),
  binary("BitwiseXor", { since: [18], fold: onBits((a, b) => a ^ b), quantization: bits }),
];

/** 64-bit integers are doubles here: what is not exact is not known. */
function safe(result: Element, dtype: DataType): Element {
  return typeof result === "number" && isInteger(dtype) && !Number.isSafeInteger(result) ? null : result;
}

/** Exact for integers; in floats only where rounding can't occur, see isExactFloat. */
function exactly(compute: (a: Dim, b: Dim) => Dim): (a: Dim, b: Dim, dtype: DataType) => Element {
  return (a, b, dtype) => {
    if (typeof a === "number" && typeof b === "number") return compute(a, b);
    return isInteger(dtype) || (isExactFloat(a) && isExactFloat(b)) ? compute(a, b) : null;
  };
}

/** Numbers only; a symbol makes the result unknown. */
function numeric(compute: (a: number, b: number, dtype: DataType) => number) {
  return (a: Dim, b: Dim, dtype: DataType = "float32"): Element =>
    typeof a === "number" && typeof b === "number" ? compute(a, b, dtype) : null;
}

/** Integers truncate toward zero, and division by zero has no result. */
function divide(a: Dim, b: Dim, dtype: DataType): Element {
  if (isFloat(dtype)) return divideFloats(a, b);
  if (typeof a === "number" && typeof b === "number") return b === 0 ? null : Math.trunc(a / b) + 0;
  const exact = divDims(a, b);
  if (exact !== undefined && isIntegralDim(exact)) return exact;
  return boundsOfDim(a)[0] >= 0 && boundsOfDim(b)[0] >= 1 ? floorDivDims(a, b) : null;
}

function divideFloats(a: Dim, b: Dim): Element {
  if (typeof a === "number" && typeof b === "number") return a / b;
  const reciprocal = typeof b === "number" ? 1 / b : NaN;
  if (isExactFloat(a) && isExactFloat(reciprocal)) return mulDims(a, reciprocal);
  // One division of integers is rounded once and stays on its side of every integer below 2^24.
  return isIntegralDim(a) && isIntegralDim(b) && boundsOfDim(b)[0] >= 1 ? (divDims(a, b) ?? null) : null;
}

/** Takes the sign of the divisor, as in Python. */
function modulo(a: Dim, b: Dim): Element {
  if (typeof a === "number" && typeof b === "number") return b === 0 ? null : a - b * Math.floor(a / b);
  return boundsOfDim(b)[0] >= 1 ? modDims(a, b) : null;
}

function equal(a: Dim, b: Dim): Element {
  if (typeof a === "number" && typeof b === "number") return Number(a === b);
  if (sameDim(a, b)) return 1;
  return below(a, b) === 1 || below(b, a) === 1 ? 0 : null;
}

function below(a: Dim, b: Dim): Element {
  if (typeof a === "number" && typeof b === "number") return Number(a < b);
  if (boundsOfDim(subDims(b, a))[0] > 0) return 1;
  return compareDims(a, b) === 1 || sameDim(a, b) ? 0 : null;
}

function notAbove(a: Dim, b: Dim): Element {
  const above = below(b, a);
  if (typeof a === "number" && typeof b === "number") return Number(a <= b);
  return above === null ? null : 1 - Number(above);
}

/** Bit operations on integers of any width, through BigInt. */
function onBits(compute: (a: bigint, b: bigint) => bigint) {
  return numeric((a, b) => (Number.isInteger(a) && Number.isInteger(b) ? Number(compute(BigInt(a), BigInt(b))) : NaN));
}

/** The low bits that an unsigned type keeps. */
function keepBits(value: number, dtype: DataType): number {
  const widths = { uint8: 8, uint16: 16, uint32: 32 } as Readonly<Record<string, number>>;
  const width = widths[dtype];
  return width === undefined ? value : value % 2 ** width;
}
