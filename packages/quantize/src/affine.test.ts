// Oracle: onnxruntime and its quantization tools (fixtures/make_oracle.py).
import { readFileSync } from "node:fs";
import { integerRange, referenceKernels, roundHalfEven, type QuantizedType } from "@tersor/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asymmetricParameters, symmetricParameters, usableScale } from "./affine.ts";

interface Oracle {
  readonly quantized: readonly {
    readonly dtype: QuantizedType;
    readonly scale: number;
    readonly zeroPoint: number;
    readonly x: readonly number[];
    readonly q: readonly number[];
    readonly y: readonly number[];
  }[];
  readonly parameters: readonly {
    readonly dtype: QuantizedType;
    readonly min: number;
    readonly max: number;
    readonly symmetric: boolean;
    readonly scale: number;
    readonly zeroPoint: number;
  }[];
  readonly dynamic: readonly {
    readonly min: number;
    readonly max: number;
    readonly scale: number;
    readonly zeroPoint: number;
  }[];
}

const oracle = JSON.parse(readFileSync(new URL("../fixtures/oracle.json", import.meta.url), "utf8")) as Oracle;
const types: readonly QuantizedType[] = ["uint8", "int8", "uint16", "int16"];

/** Quantizes with the kernels and brings it back. */
function there(x: Float32Array, dtype: QuantizedType, scale: number, zero: number): { q: number[]; y: Float32Array } {
  const view = { outer: 1, channels: 1, inner: x.length };
  const q = new Int32Array(x.length);
  const y = new Float32Array(x.length);
  const [low, high] = integerRange(dtype);
  referenceKernels.quantize(x, view, Float32Array.of(scale), Int32Array.of(zero), low, high, q);
  referenceKernels.dequantize(q, view, Float32Array.of(scale), Int32Array.of(zero), y);
  return { q: [...q], y };
}

describe("numbers to integers and back", () => {
  it("rounds, shifts and clips as onnxruntime does, halves to even", () => {
    for (const { dtype, scale, zeroPoint, x, q, y } of oracle.quantized) {
      const ours = there(Float32Array.from(x), dtype, scale, zeroPoint);
      expect(ours.q, `${dtype} ${scale}`).toEqual(q);
      expect([...ours.y]).toEqual([...Float32Array.from(y)]);
    }
  });

  it("rounds halves to the even neighbour", () => {
    expect([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5].map((x) => roundHalfEven(x) + 0)).toEqual([-2, -2, 0, 0, 2, 2, 4]);
  });

  it("errs by at most half a step inside of the range", () => {
    const number = fc.float({ min: -1000, max: 1000, noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 40 }), fc.constantFrom(...types), (values, dtype) => {
        const x = Float32Array.from(values);
        const range = { min: Math.min(...x), max: Math.max(...x) };
        for (const { scale, zeroPoint } of [asymmetricParameters(range, dtype), symmetricParameters(range, dtype)]) {
          const { y } = there(x, dtype, scale[0]!, zeroPoint[0]!);
          // Half a step, once more where the ends of the range are rounded with the zero point, and float32's own error.
          x.forEach((value, i) => {
            const edge = value === range.min || value === range.max ? 1 : 0.5;
            expect(Math.abs(y[i]! - value)).toBeLessThanOrEqual(scale[0]! * edge * 1.01 + Math.abs(value) * 2 ** -22);
          });
        }
      }),
    );
  });

  it("keeps zero exact", () => {
    fc.assert(
      fc.property(
        fc.float({ noNaN: true, min: -50, max: 50 }),
        fc.float({ noNaN: true, min: -50, max: 50 }),
        (a, b) => {
          for (const dtype of types) {
            const { scale, zeroPoint } = asymmetricParameters({ min: Math.min(a, b), max: Math.max(a, b) }, dtype);
            expect(there(Float32Array.of(0), dtype, scale[0]!, zeroPoint[0]!).y[0]).toBe(0);
          }
        },
      ),
    );
  });
});

describe("ranges to parameters", () => {
  it("chooses scale and zero point as onnxruntime's tools do", () => {
    for (const { dtype, min, max, symmetric, scale, zeroPoint } of oracle.parameters) {
      const ours = symmetric ? symmetricParameters({ min, max }, dtype) : asymmetricParameters({ min, max }, dtype);
      expect(ours.scale[0]! / scale, `${dtype} [${min}, ${max}]`).toBeCloseTo(1, 5);
      // Their zero point is that of the scale before it is rounded to float32; it differs where it lies on a half.
      const exact = -Math.min(min, 0) / scale;
      const onHalf = Math.abs((exact % 1) - 0.5) < 1e-3 * Math.max(1, exact / 255);
      expect(Math.abs(ours.zeroPoint[0]! - zeroPoint), `${dtype} [${min}, ${max}]`).toBeLessThanOrEqual(onHalf ? 1 : 0);
    }
  });

  it("chooses what DynamicQuantizeLinear takes from the data, ranges without zero included", () => {
    for (const { min, max, scale, zeroPoint } of oracle.dynamic) {
      const ours = asymmetricParameters({ min, max }, "uint8");
      expect(ours.zeroPoint).toEqual([zeroPoint]);
      expect(ours.scale[0]! / scale).toBeCloseTo(1, 6);
    }
  });

  it("has no scale of zero, below the smallest normal number, or infinite", () => {
    expect(asymmetricParameters({ min: 0, max: 0 }, "uint8")).toMatchObject({ scale: [1], zeroPoint: [0] });
    expect(usableScale(1e-45)).toBe(1);
    expect(usableScale(Infinity)).toBe(1);
    expect(usableScale(NaN)).toBe(1);
    expect(usableScale(0.1)).toBe(Math.fround(0.1));
  });

  it("centres symmetric unsigned types on 128 and 32768, with as many codes on either side", () => {
    expect(symmetricParameters({ min: -127, max: 3 }, "uint8")).toMatchObject({ scale: [1], zeroPoint: [128] });
    expect(symmetricParameters({ min: -1, max: 32767 }, "uint16")).toMatchObject({ scale: [1], zeroPoint: [32768] });
    expect(symmetricParameters({ min: -127, max: 3 }, "int8")).toMatchObject({ scale: [1], zeroPoint: [0] });
  });

  it("uses fewer codes on demand", () => {
    expect(asymmetricParameters({ min: 0, max: 127 }, "uint8", [0, 127])).toMatchObject({ scale: [1], zeroPoint: [0] });
  });
});
