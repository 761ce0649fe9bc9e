import { float32, referenceKernels, sourceOf, tensorOf, type Tensor, type WeightSpec } from "@tersor/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noise } from "./test-support/graphs.ts";
import {
  encode,
  quantizeBias,
  quantizeWeight,
  scalesThatFit,
  transposeLastTwo,
  type QuantizedWeight,
} from "./weights.ts";

const perChannel: WeightSpec = { dtype: "int8", granularity: "per-channel", bits: 8 };
const quantize = (tensor: Tensor, spec: WeightSpec, axes: readonly number[]): QuantizedWeight =>
  quantizeWeight(sourceOf(tensor), spec, axes, referenceKernels);

/** Scale of each element by brute force: the largest magnitude among those with the same index on `axis`. */
function scales({ shape, data }: Tensor, axis: number, bound: number): number[] {
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const largest = Array<number>(shape[axis]!).fill(0);
  (data as Float32Array).forEach((value, i) => {
    const c = Math.floor(i / inner) % shape[axis]!;
    largest[c] = Math.max(largest[c]!, Math.abs(value));
  });
  return largest.map((value) => value / bound);
}

describe("quantizeWeight", () => {
  const tensor = noise([3, 4, 5]);

  it.each([0, 1, 2])("has one scale per index of axis %i", (axis) => {
    const { scale, channels, zeroPoint } = quantize(tensor, perChannel, [axis]);
    expect(channels).toEqual([tensor.shape[axis]]);
    expect([...zeroPoint]).toEqual(channels.map(() => Array<number>(tensor.shape[axis]!).fill(0)).flat());
    scales(tensor, axis, 127).forEach((expected, c) => expect(scale[c]).toBeCloseTo(expected, 7));
  });

  it("takes pairs of axes as one, and none as the whole", () => {
    expect(quantize(tensor, perChannel, [0, 1])).toMatchObject({ channels: [3, 4], scale: { length: 12 } });
    expect(quantize(tensor, { ...perChannel, granularity: "per-tensor" }, [])).toMatchObject({
      channels: [],
      scale: { length: 1 },
    });
  });

  it("errs by at most half a step, and reaches the largest code", () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true, min: -9, max: 9 }), { minLength: 6, maxLength: 6 }), (values) => {
        const { scale, tensor: integers } = quantize(float32([2, 3], values), perChannel, [0]);
        const q = integers.data as Int8Array;
        q.forEach((code, i) => {
          const step = scale[Math.floor(i / 3)]!;
          expect(Math.abs(code * step - Math.fround(values[i]!))).toBeLessThanOrEqual(step * 0.5001);
          expect(code).toBeGreaterThanOrEqual(-127);
        });
      }),
    );
  });

  it("has the same grid in uint8, shifted by 128", () => {
    const signed = quantize(tensor, perChannel, [2]);
    const unsigned = quantize(tensor, { ...perChannel, dtype: "uint8" }, [2]);
    expect([...unsigned.zeroPoint]).toEqual([128, 128, 128, 128, 128]);
    expect(Array.from(unsigned.tensor.data as Uint8Array, (q) => q - 128)).toEqual([
      ...(signed.tensor.data as Int8Array),
    ]);
  });

  it("uses half the codes with 7 bits, and fewer in single channels", () => {
    const largest = (weight: QuantizedWeight): number =>
      Math.max(...Array.from(weight.tensor.data as Int8Array, Math.abs));
    expect(largest(quantize(tensor, { ...perChannel, bits: 7 }, [0]))).toBe(63);
    const { tensor: bounded, scale } = quantize(tensor, { ...perChannel, channelBounds: { 1: 90 } }, [0]);
    const rows = [0, 1, 2].map((row) =>
      Math.max(...(bounded.data as Int8Array).slice(row * 20, row * 20 + 20).map(Math.abs)),
    );
    expect(rows).toEqual([127, 90, 127]);
    expect(scale[1]).toBeCloseTo(scales(tensor, 0, 90)[1]!, 7);
  });

  it("does not divide by zero for channels of zeros", () => {
    const { scale, tensor: integers } = quantize(float32([2, 2], [0, 0, 1, -1]), perChannel, [0]);
    expect(scale[0]).toBe(1);
    expect([...(integers.data as Int8Array)]).toEqual([0, 0, 127, -127]);
  });

  it("does not use scales below the bound", () => {
    const data = Float32Array.of(1, -1);
    expect([
      ...(encode(data, [2], Float32Array.of(0.5), perChannel, [], referenceKernels).tensor.data as Int8Array),
    ]).toEqual([2, -2]);
    expect(quantizeWeight(sourceOf(float32([1, 2], data)), perChannel, [0], referenceKernels, [0.5]).scale[0]).toBe(
      0.5,
    );
  });
});

describe("biases", () => {
  it("are integers in units of activation scale times weight scale", () => {
    const made = quantizeBias(Float32Array.of(1, -2, 0.26), 0.5, Float32Array.of(0.25, 0.5, 0.125))!;
    expect([...made.scale]).toEqual([0.125, 0.25, 0.0625]);
    expect([...made.data]).toEqual([8, -8, 4]);
  });

  it("are refused where 32 bits don't hold them, and fit with the scales that are asked for", () => {
    const bias = Float32Array.of(1000, -0.5, 3e4);
    const small = Float32Array.of(1e-9, 1e-3, 1e-8);
    expect(quantizeBias(bias, 0.01, small)).toBeUndefined();
    const needed = scalesThatFit(bias, 0.01).map((scale, c) => Math.max(scale, small[c]!));
    const { data, scale } = quantizeBias(bias, 0.01, needed)!;
    bias.forEach((value, c) => expect(data[c]! * scale[c]!).toBeCloseTo(value, 3));
  });
});

it("swaps the last two axes of stacks of matrices", () => {
  const tensor = tensorOf(
    "int8",
    [2, 2, 3],
    Int8Array.from({ length: 12 }, (_, i) => i),
  );
  expect(transposeLastTwo(tensor)).toEqual(
    tensorOf("int8", [2, 3, 2], Int8Array.of(0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11)),
  );
});
