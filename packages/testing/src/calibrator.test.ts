// The laws hold for a plain calibrator, and each planted fault is caught by the law it breaks.

import { describe, expect, it } from "vitest";
import { defineCalibrator, TersorError, type Calibrator, type Range, type Summary } from "@tersor/core";
import { brokenLaws } from "./broken-laws.fixture.ts";
import { calibratorChecks } from "./calibrator.ts";

function extremes(summary: Summary): Range {
  if (summary.kind === "min-max") return { min: summary.min, max: summary.max };
  throw new TersorError("EXAMPLE_SUMMARY", `Can't read "${summary.kind}".`);
}

const sound = defineCalibrator({ name: "sound", observer: { observer: "min-max" }, range: extremes });

function wrong(change: Partial<Calibrator>): Calibrator {
  return { ...sound, name: "wrong", ...change };
}

let calls = 0;

const planted: readonly (readonly [law: string, fault: Calibrator])[] = [
  ["its name is a word that recipes can say", wrong({ name: "Not A Word" })],
  ["its observer is one that core has", wrong({ observer: { observer: "histogram", bins: 7 } })],
  [
    "a range is finite and in order, whatever the data",
    wrong({ range: (summary) => ({ min: extremes(summary).min, max: 1 / extremes(summary).max }) }),
  ],
  [
    "a range is finite and in order, whatever the data",
    wrong({ range: (summary) => ({ min: extremes(summary).max, max: extremes(summary).min }) }),
  ],
  [
    "a range covers the bulk of the data",
    wrong({ range: (summary) => ({ min: extremes(summary).min / 4, max: extremes(summary).max / 4 }) }),
  ],
  [
    "a range does not go beyond the data",
    wrong({ range: (summary) => ({ min: extremes(summary).min, max: extremes(summary).max + 1 }) }),
  ],
  [
    "a range scales with the data",
    wrong({ range: (summary) => ({ min: extremes(summary).min, max: Math.max(extremes(summary).max, 1e-3) }) }),
  ],
  [
    "a symmetric range treats both signs alike",
    wrong({ range: (summary) => ({ min: Math.max(extremes(summary).min, -1), max: extremes(summary).max }) }),
  ],
  [
    "more bits never cut more",
    wrong({
      range: (summary, { bitWidth }) => ({ min: extremes(summary).min, max: extremes(summary).max * (8 / bitWidth) }),
    }),
  ],
  [
    "the same summary gives the same range, and is left as it is",
    wrong({ range: (summary) => ({ min: extremes(summary).min, max: extremes(summary).max - (calls++ % 2) / 1000 }) }),
  ],
  [
    "the same summary gives the same range, and is left as it is",
    wrong({ range: (summary) => extremes(Object.assign(summary, { count: 0 })) }),
  ],
  [
    "a summary of another observer is refused with a TersorError",
    wrong({ range: (summary) => (summary.kind === "min-max" ? extremes(summary) : { min: 0, max: 1 }) }),
  ],
];

describe("the laws of calibrators", () => {
  it("hold for min and max", async () => {
    expect(await brokenLaws(calibratorChecks(sound))).toEqual(new Map());
  });

  it.each(planted)('notice what breaks "%s"', async (law, fault) => {
    const broken = await brokenLaws(calibratorChecks(fault));
    expect(broken.get(law)).toContain(`breaks the law "${law}"`);
  });

  it("are each broken by some planted fault", () => {
    const names = calibratorChecks(sound).map(({ name }) => name);
    expect(new Set(planted.map(([law]) => law))).toEqual(new Set(names));
  });

  it("say what was given and what came of it", async () => {
    const broken = await brokenLaws(calibratorChecks(wrong({ range: () => ({ min: NaN, max: 1 }) })));
    expect(broken.get("a range is finite and in order, whatever the data")).toBe(
      'The calibrator "wrong" breaks the law "a range is finite and in order, whatever the data": ' +
        "for data that are bell-shaped, at 8 bits, it gives [NaN, 1], which is not finite.",
    );
  });
});
