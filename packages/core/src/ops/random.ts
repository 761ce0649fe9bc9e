// Random numbers: RandomNormal, RandomUniform, their Like forms, Bernoulli, Multinomial
// (https://onnx.ai/onnx/operators/onnx__RandomNormal.html).

import { defineOp, float, int, ints, type OpDefinition } from "./define.ts";
import { dtypeIn, dtypeNamed } from "./known.ts";

const random = { kind: "float", why: "its result is drawn at random" } as const;
const normal = { mean: float(0), scale: float(1), seed: float(undefined) } as const;
const uniform = { low: float(0), high: float(1), seed: float(undefined) } as const;

function ofShape(type: string, attributes: typeof normal | typeof uniform): OpDefinition {
  const all = { ...attributes, dtype: int(1), shape: ints() };
  return defineOp<Pick<typeof all, "dtype" | "shape">>({
    type,
    since: [1, 22],
    attributes: all,
    types: (_, { dtype }) => [dtypeNamed(dtype, undefined)],
    shape: (_, { shape }) => [shape],
    quantization: random,
  });
}

function like(type: string, attributes: typeof normal | typeof uniform): OpDefinition {
  const all = { ...attributes, dtype: int(undefined) };
  return defineOp<Pick<typeof all, "dtype">>({
    type,
    since: [1, 22],
    attributes: all,
    types: ([x], { dtype }) => [dtypeNamed(dtype, dtypeIn(x))],
    shape: ([x]) => [x!.shape],
    quantization: random,
  });
}

const bernoulli = defineOp({
  type: "Bernoulli",
  since: [15, 22],
  attributes: { dtype: int(undefined), seed: float(undefined) },
  types: ([x], { dtype }) => [dtypeNamed(dtype, dtypeIn(x))],
  shape: ([x]) => [x!.shape],
  quantization: random,
});

const multinomial = defineOp({
  type: "Multinomial",
  since: [7, 22],
  attributes: { dtype: int(6), sample_size: int(1), seed: float(undefined) },
  types: (_, { dtype }) => [dtypeNamed(dtype, undefined)],
  shape: ([x], { sample_size }) => [[x!.shape[0]!, sample_size]],
  quantization: random,
});

export const randomOps: readonly OpDefinition[] = [
  bernoulli,
  multinomial,
  ofShape("RandomNormal", normal),
  ofShape("RandomUniform", uniform),
  like("RandomNormalLike", normal),
  like("RandomUniformLike", uniform),
];
