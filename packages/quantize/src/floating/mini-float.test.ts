// Oracle: ml_dtypes, and MX and NVFP4 by their formulas in numpy on top of it (fixtures/make_mini_floats.py).
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { roundToMx, roundToNvfp4, type MxElement } from "./microscaling.ts";
import { float8Scale, miniFloatCode, miniFloats, miniFloatValue, roundToMiniFloat } from "./mini-float.ts";

type Numbers = readonly (number | string)[];
interface Oracle {
  readonly types: Readonly<
    Record<keyof typeof miniFloats, Readonly<Record<"values" | "x" | "rounded" | "codes", Numbers>>>
  >;
  readonly blocks: { readonly x: Numbers; readonly mx: Readonly<Record<MxElement, Numbers>>; readonly nvfp4: Numbers };
}

const oracle = JSON.parse(readFileSync(new URL("../../fixtures/mini-floats.json", import.meta.url), "utf8")) as Oracle;
const names = Object.keys(miniFloats) as (keyof typeof miniFloats)[];

function numbers(list: Numbers): Float32Array {
  return Float32Array.from(list, (value) =>
    typeof value === "number" ? value : Number(value.replace("inf", "Infinity")),
  );
}

describe.each(names)("the floating type %s", (name) => {
  const type = miniFloats[name];
  const { values, x, rounded, codes } = oracle.types[name];

  it("has the values of ml_dtypes, code by code, and back", () => {
    numbers(values).forEach((value, code) => {
      expect(miniFloatValue(code, type)).toBe(value);
      if (!Number.isNaN(value)) expect(miniFloatCode(value, type)).toBe(code);
    });
  });

  it("rounds halves to even, overflows and underflows as ml_dtypes does", () => {
    const expected = numbers(rounded);
    numbers(x).forEach((value, i) => {
      // Types without NaN give some number for it, here and there.
      if (Number.isNaN(value)) return;
      const found = roundToMiniFloat(value, type, "overflow");
      expect(found, `${value}`).toBe(expected[i]);
      if (!Number.isNaN(found)) expect(miniFloatCode(found, type), `${value}`).toBe(codes[i]);
    });
    expect(roundToMiniFloat(NaN, type)).toBeNaN();
  });

  it("saturates on demand, and otherwise takes the nearest of all values", () => {
    const finite = numbers(values).filter(Number.isFinite);
    expect(roundToMiniFloat(Infinity, type)).toBe(type.largest);
    expect(roundToMiniFloat(-1e38, type)).toBe(-type.largest);
    fc.assert(
      fc.property(fc.double({ min: -2 * type.largest, max: 2 * type.largest, noNaN: true }), (value) => {
        const found = roundToMiniFloat(value, type);
        const least = Math.min(...Array.from(finite, (one) => Math.abs(one - value)));
        expect(Math.abs(found - value)).toBe(least);
        expect(Math.sign(found) * Math.sign(value)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe("scales of 8-bit floats", () => {
  it("bring the largest magnitude to the largest number, or below it by a power of two", () => {
    expect(float8Scale(224, miniFloats.e4m3, "maxabs")).toBe(0.5);
    expect(float8Scale(200, miniFloats.e4m3, "power-of-two")).toBe(0.5);
    expect(float8Scale(225, miniFloats.e4m3, "power-of-two")).toBe(1);
    expect(float8Scale(200, miniFloats.e4m3, "unit")).toBe(1);
    for (const strange of [0, NaN, Infinity, 1e-45]) expect(float8Scale(strange, miniFloats.e5m2, "maxabs")).toBe(1);
  });
});

describe("blocks that share a scale", () => {
  const x = numbers(oracle.blocks.x);

  it.each(Object.keys(oracle.blocks.mx) as MxElement[])("are those of MX: %s", (element) => {
    // The sign of zero is no part of the formats with integer elements.
    const signless = (values: Float32Array): Float32Array => values.map((value) => value + 0);
    expect(signless(roundToMx(x, 40, element))).toEqual(signless(numbers(oracle.blocks.mx[element])));
  });

  it("are those of NVFP4", () => {
    roundToNvfp4(x, 40).forEach((value, i) => {
      expect(value).toBeCloseTo(numbers(oracle.blocks.nvfp4)[i]!, 6 - Math.log10(1 + Math.abs(value)));
    });
  });

  it("do not change what they hold already, nor are they undone by what is not finite", () => {
    for (const element of ["e4m3", "e2m1", "int8"] as const) {
      const once = roundToMx(x, 40, element);
      expect(roundToMx(once, 40, element)).toEqual(once);
    }
    expect(roundToMx(new Float32Array(40), 40, "e2m1")).toEqual(new Float32Array(40));
    expect(roundToNvfp4(new Float32Array(16), 16)).toEqual(new Float32Array(16));
    const strange = Float32Array.of(1, Infinity, -3, NaN);
    expect([...roundToMx(strange, 4, "e2m1")]).toEqual([1, 3, -3, NaN]);
  });
});
