// FakeQuant: TensorFlow's way to say which integers a float tensor is rounded to. min and max are those of the first
// and the last code, so that its nudging changes nothing.
// https://www.tensorflow.org/api_docs/python/tf/quantization/fake_quant_with_min_max_vars; Jacob et al. 2018 (1712.05877)

import { integerRange, numbersOf } from "@tersor/core";
import { attr, type ActivationCodes, type ConstantCodes, type Emitter } from "./emitter.ts";

/** The tensor rounded to the integers of `codes`. */
export function fakeQuantized(tensor: string, codes: ActivationCodes, to: Emitter): string {
  const { dtype, scale, zeroPoint } = codes;
  const [low, high] = integerRange(dtype);
  const limits = [low, high].map((code) => to.scalar("float32", (code - zeroPoint) * scale));
  const attributes = { num_bits: attr.int(bitsOf(low, high)), narrow_range: attr.bool(false) };
  const made = to.add("FakeQuantWithMinMaxVars", [tensor, ...limits], attributes, to.type(tensor));
  to.codes.set(made, codes);
  return made;
}

/**
 * A constant that lies on its integers already, followed by a FakeQuant that says so. TensorFlow has one for whole
 * tensors and one for the last axis; scales along other axes stay in the constant alone.
 */
export function fakeQuantizedConstant(tensor: string, codes: ConstantCodes, to: Emitter): string {
  const { dtype, shape } = codes.codes;
  const isPerChannel = codes.axis !== undefined && codes.scales.length > 1;
  if (dtype !== "int8" && dtype !== "uint8") return tensor;
  if (isPerChannel && codes.axis !== shape.length - 1) return tensor;
  if (isPerChannel && shape.length === 3) return tensor; // the operation takes ranks 1, 2 and 4
  const narrow = dtype === "int8" && isSymmetric(codes);
  const [low, high] = narrow ? [-127, 127] : integerRange(dtype);
  const size = isPerChannel ? [codes.scales.length] : [];
  const limits = [low, high].map((code) =>
    to.numbers(
      "float32",
      size,
      codes.scales.map((scale, i) => (code - (codes.zeroPoints[i] ?? 0)) * scale),
    ),
  );
  const op = isPerChannel ? "FakeQuantWithMinMaxVarsPerChannel" : "FakeQuantWithMinMaxVars";
  const attributes = { num_bits: attr.int(8), narrow_range: attr.bool(narrow) };
  const made = to.add(op, [tensor, ...limits], attributes, to.type(tensor));
  to.codes.set(made, codes);
  return made;
}

/** Whether zero is the code 0 and -128 is not used. */
function isSymmetric({ codes, zeroPoints }: ConstantCodes): boolean {
  if (zeroPoints.some((zeroPoint) => zeroPoint !== 0)) return false;
  const numbers = numbersOf(codes.tensor());
  for (let i = 0; i < numbers.length; i++) if (numbers[i] === -128) return false;
  return true;
}

function bitsOf(low: number, high: number): number {
  return Math.round(Math.log2(high - low + 1));
}
