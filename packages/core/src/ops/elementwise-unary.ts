// Operators of one tensor, element by element: y = f(x) (https://onnx.ai/onnx/operators/). A table, not forty files.
// `number` folds numbers, `symbol` folds symbolic dimensions where the result is exact.

import { boundsOfDim, ceilDim, floorDim, isIntegralDim, negDim, type Dim } from "../graph/dim.ts";
import { isFloat, type DataType } from "../tensor/dtype.ts";
import {
  defineOp,
  flag,
  float,
  string,
  type AttributeSpec,
  type AttributeValues,
  type OpDefinition,
  type QuantizationTrait,
} from "./define.ts";
import { mapElements, type Element } from "./elements.ts";

type Specs = Record<string, AttributeSpec<unknown>>;

interface Row<S extends Specs> {
  readonly since: readonly number[];
  readonly attributes?: S;
  readonly output?: DataType;
  readonly number?: (x: number, attributes: AttributeValues<S>, dtype: DataType) => number;
  readonly symbol?: (x: string) => Dim | null;
  readonly quantization: QuantizationTrait<AttributeValues<S>>;
}

const noKernel = { kind: "float", why: "runtimes have no INT8 kernel for it" } as const;
const rounds = { kind: "float", why: "it rounds to integers: a quantization step would move the result" } as const;
const logical = { kind: "float", why: "its result is a truth value" } as const;
const bits = { kind: "float", why: "it works on the bits of integers" } as const;
const activation = { kind: "activation", inputs: [0] } as const;

function unary<const S extends Specs = Record<never, never>>(type: string, row: Row<S>): OpDefinition {
  const { since, attributes, output, number, symbol, quantization } = row;
  return defineOp<S>({
    type,
    since,
    ...(attributes && { attributes }),
    types: ([x]) => [output ?? (x?.kind === "tensor" ? x.dtype : undefined)],
    shape: ([x]) => [x!.shape],
    ...(number && {
      fold: ([x], values) =>
        x && [
          mapElements(x, output ?? x.dtype, (element) =>
            typeof element === "number" ? number(element, values, x.dtype) : symbolic(element, symbol),
          ),
        ],
    }),
    quantization,
  });
}

function symbolic(element: string | null, symbol: ((x: string) => Dim | null) | undefined): Element {
  return element === null || symbol === undefined ? null : symbol(element);
}

/** floor and ceil keep integers; a fraction of a symbol becomes an expression. */
export const elementwiseUnary: readonly OpDefinition[] = [
  unary("Abs", {
    since: [1, 6, 13],
    number: Math.abs,
    symbol: (x) => (boundsOfDim(x)[0] >= 0 ? x : null),
    quantization: noKernel,
  }),
  unary("Acos", { since: [7, 22], number: Math.acos, quantization: noKernel }),
  unary("Acosh", { since: [9, 22], number: Math.acosh, quantization: noKernel }),
  unary("Asin", { since: [7, 22], number: Math.asin, quantization: noKernel }),
  unary("Asinh", { since: [9, 22], number: Math.asinh, quantization: noKernel }),
  unary("Atan", { since: [7, 22], number: Math.atan, quantization: noKernel }),
  unary("Atanh", { since: [9, 22], number: Math.atanh, quantization: noKernel }),
  unary("BitwiseNot", { since: [18], number: bitwiseNot, quantization: bits }),
  unary("Ceil", { since: [1, 6, 13], number: Math.ceil, symbol: ceilDim, quantization: rounds }),
  unary("Celu", { since: [12], attributes: { alpha: float(1) }, number: celu, quantization: noKernel }),
  unary("Cos", { since: [7, 22], number: Math.cos, quantization: noKernel }),
  unary("Cosh", { since: [9, 22], number: Math.cosh, quantization: noKernel }),
  unary("Elu", { since: [1, 6, 22], attributes: { alpha: float(1) }, number: elu, quantization: noKernel }),
  unary("Erf", { since: [9, 13], quantization: noKernel }),
  unary("Exp", { since: [1, 6, 13], number: Math.exp, quantization: noKernel }),
  unary("Floor", { since: [1, 6, 13], number: Math.floor, symbol: floorDim, quantization: rounds }),
  unary("Gelu", { since: [20], attributes: { approximate: string("none") }, quantization: noKernel }),
  unary("HardSigmoid", {
    since: [1, 6, 22],
    attributes: { alpha: float(0.2), beta: float(0.5) },
    number: (x, { alpha, beta }) => clamp(alpha * x + beta, 0, 1),
    quantization: noKernel,
  }),
  unary("HardSwish", { since: [14, 22], number: (x) => x * clamp(x / 6 + 0.5, 0, 1), quantization: noKernel }),
  unary("IsInf", {
    since: [10, 20],
    attributes: { detect_negative: flag(true), detect_positive: flag(true) },
    output: "bool",
    number: (x, { detect_negative, detect_positive }) =>
      Number((x === Infinity && detect_positive) || (x === -Infinity && detect_negative)),
    symbol: () => 0,
    quantization: logical,
  }),
  unary("IsNaN", {
    since: [9, 13, 20],
    output: "bool",
    number: (x) => Number(Number.isNaN(x)),
    symbol: () => 0,
    quantization: logical,
  }),
  unary("LeakyRelu", {
    since: [1, 6, 16],
    attributes: { alpha: float(0.01) },
    number: (x, { alpha }) => (x < 0 ? alpha * x : x),
    quantization: activation,
  }),
  unary("Log", { since: [1, 6, 13], number: Math.log, quantization: noKernel }),
  unary("Mish", { since: [18, 22], number: (x) => x * Math.tanh(softplus(x)), quantization: noKernel }),
  unary("Neg", {
    since: [1, 6, 13],
    number: (x, _, dtype) => (isFloat(dtype) ? -x : 0 - x),
    symbol: negDim,
    quantization: noKernel,
  }),
  unary("Not", { since: [1], output: "bool", number: (x) => Number(!x), quantization: logical }),
  unary("Reciprocal", { since: [1, 6, 13], number: (x) => 1 / x, quantization: noKernel }),
  unary("Relu", {
    since: [1, 6, 13, 14],
    number: (x) => Math.max(x, 0),
    symbol: (x) => (boundsOfDim(x)[0] >= 0 ? x : null),
    quantization: activation,
  }),
  unary("Round", {
    since: [11, 22],
    number: roundHalfEven,
    symbol: (x) => (isIntegralDim(x) ? x : null),
    quantization: rounds,
  }),
  unary("Selu", {
    since: [1, 6, 22],
    attributes: { alpha: float(1.67326319217681884765625), gamma: float(1.05070102214813232421875) },
    number: (x, { alpha, gamma }) => gamma * (x > 0 ? x : alpha * Math.expm1(x)),
    quantization: noKernel,
  }),
  unary("Shrink", {
    since: [9],
    attributes: { bias: float(0), lambd: float(0.5) },
    number: (x, { bias, lambd }) => (x < -lambd ? x + bias : x > lambd ? x - bias : 0),
    quantization: noKernel,
  }),
  unary("Sigmoid", {
    since: [1, 6, 13],
    number: sigmoid,
    quantization: { kind: "activation", inputs: [0], range: [0, 1] },
  }),
  unary("Sign", {
    since: [9, 13],
    number: Math.sign,
    symbol: (x) => (boundsOfDim(x)[0] >= 1 ? 1 : null),
    quantization: rounds,
  }),
  unary("Sin", { since: [7, 22], number: Math.sin, quantization: noKernel }),
  unary("Sinh", { since: [9, 22], number: Math.sinh, quantization: noKernel }),
  unary("Softplus", { since: [1, 22], number: softplus, quantization: noKernel }),
  unary("Softsign", { since: [1, 22], number: (x) => x / (1 + Math.abs(x)), quantization: noKernel }),
  unary("Sqrt", { since: [1, 6, 13], number: Math.sqrt, quantization: noKernel }),
  unary("Swish", {
    since: [24],
    attributes: { alpha: float(1) },
    number: (x, { alpha }) => x * sigmoid(alpha * x),
    quantization: noKernel,
  }),
  unary("Tan", { since: [7, 22], number: Math.tan, quantization: noKernel }),
  unary("Tanh", { since: [1, 6, 13], number: Math.tanh, quantization: noKernel }),
  unary("ThresholdedRelu", {
    since: [10, 22],
    attributes: { alpha: float(1) },
    number: (x, { alpha }) => (x > alpha ? x : 0),
    quantization: noKernel,
  }),
];

function clamp(x: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, x));
}

function celu(x: number, { alpha }: { readonly alpha: number }): number {
  return Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha));
}

function elu(x: number, { alpha }: { readonly alpha: number }): number {
  return x < 0 ? alpha * Math.expm1(x) : x;
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** ln(1 + e^x) without overflow. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** Halves go to the even neighbour, as IEEE 754 and ONNX say. */
function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

function bitwiseNot(x: number, _: unknown, dtype: DataType): number {
  const unsigned = { uint8: 0xff, uint16: 0xffff, uint32: 0xffffffff } as Readonly<Record<string, number>>;
  return unsigned[dtype] === undefined ? -1 - x : unsigned[dtype] - x;
}
