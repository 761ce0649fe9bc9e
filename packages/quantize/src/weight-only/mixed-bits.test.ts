// Widths under a budget, against all combinations.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allocateBits, type Bits, type WidthChoice } from "./allocate-bits.ts";

const widths: readonly Bits[] = [2, 4, 8];

const noiseOf = (choices: readonly WidthChoice[], bits: readonly Bits[]): number =>
  choices.reduce((sum, { noise }, i) => sum + noise[bits[i]!]!, 0);
const meanOf = (choices: readonly WidthChoice[], bits: readonly Bits[]): number =>
  choices.reduce((sum, { elements }, i) => sum + elements * bits[i]!, 0) /
  choices.reduce((sum, { elements }) => sum + elements, 0);

function* combinations(count: number): Generator<Bits[]> {
  if (count === 0) return yield [];
  for (const rest of combinations(count - 1)) for (const bits of widths) yield [...rest, bits];
}

const choice = (weight: string, elements: number, two: number, four: number, eight: number): WidthChoice => ({
  weight,
  elements,
  noise: { 2: two, 4: four, 8: eight },
});

describe("allocateBits", () => {
  it("spends bits where they save most noise", () => {
    const choices = [choice("a", 100, 1, 0.1, 0.01), choice("b", 100, 0.1, 0.01, 0.001)];
    expect(Object.fromEntries(allocateBits(choices, 3))).toEqual({ a: 4, b: 2 });
    expect(Object.fromEntries(allocateBits(choices, 4))).toEqual({ a: 4, b: 4 });
    expect(Object.fromEntries(allocateBits(choices, 8))).toEqual({ a: 8, b: 8 });
  });

  it("skips a width off the hull: 4 bits that are no better than 2 are only a step to 8", () => {
    expect(allocateBits([choice("a", 10, 1, 0.99, 0.001)], 8).get("a")).toBe(8);
    expect(allocateBits([choice("a", 10, 1, 0.99, 0.001)], 7).get("a")).toBe(2);
  });

  it("refuses a budget below the narrowest width", () => {
    expect(() => allocateBits([choice("a", 10, 1, 0.5, 0.1)], 1.9)).toThrow("1.9 bits a weight");
  });

  it("never exceeds the budget, and is as good as any combination of no more bits than it used", () => {
    const noises = fc.tuple(
      fc.double({ min: 0.1, max: 9, noNaN: true }),
      fc.double({ min: 1.5, max: 40, noNaN: true }),
    );
    const weights = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), noises), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(weights, fc.double({ min: 2, max: 8, noNaN: true }), (given, budget) => {
        // Noise that falls by a constant factor with each bit lies on its hull, where the greedy way is optimal.
        const choices = given.map(([elements, [size, factor]], i) =>
          choice(`w${i}`, elements, size, size / factor, size / factor ** 3),
        );
        const chosen = allocateBits(choices, budget);
        const bits = choices.map(({ weight }) => chosen.get(weight)!);
        expect(meanOf(choices, bits)).toBeLessThanOrEqual(budget + 1e-9);
        const greedy = noiseOf(choices, bits);
        const uniform = widths.findLast((width) => width <= budget)!;
        expect(greedy).toBeLessThanOrEqual(
          noiseOf(
            choices,
            bits.map(() => uniform),
          ) *
            (1 + 1e-9) +
            boundOf(choices),
        );
        if (new Set(choices.map(({ elements }) => elements)).size > 1) return;
        const best = [...combinations(choices.length)].filter((all) => meanOf(choices, all) <= meanOf(choices, bits));
        expect(greedy).toBeLessThanOrEqual(Math.min(...best.map((all) => noiseOf(choices, all))) + boundOf(choices));
      }),
    );
  });
});

/** What the last step that did not fit can cost: the largest gain of a single step. */
function boundOf(choices: readonly WidthChoice[]): number {
  return Math.max(...choices.map(({ noise }) => Math.max(noise[2]! - noise[4]!, noise[4]! - noise[8]!)));
}
