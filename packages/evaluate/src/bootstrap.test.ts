import { seededRandom, type Resampling } from "@tersor/core";
import { expect, test } from "vitest";
import { bootstrapInterval, pairedBootstrap } from "./bootstrap.ts";

/** The mean of numbers, as a metric that can be drawn anew. */
function meanOf(values: readonly number[], work = values.length): Resampling {
  return {
    count: values.length,
    work,
    valueOf(weights) {
      const total = values.reduce((sum, value, i) => sum + value * weights[i]!, 0);
      return total / values.reduce((sum, _, i) => sum + weights[i]!, 0);
    },
  };
}

const random = seededRandom(3);
const values = Array.from({ length: 400 }, () => random());

test("the interval of a mean is the textbook's: 1.96 standard errors around it", () => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const half = 1.96 * Math.sqrt(variance / values.length);
  const found = bootstrapInterval(meanOf(values));
  expect(found).toEqual(bootstrapInterval(meanOf(values)));
  if (!("interval" in found)) throw new Error(found.noInterval);
  expect(found.interval).toMatchObject({ level: 0.95, method: "bootstrap" });
  expect(found.interval.low / (mean - half)).toBeCloseTo(1, 2);
  expect(found.interval.high / (mean + half)).toBeCloseTo(1, 2);
});

test.each<[string, Resampling, string]>([
  ["one sample", meanOf([1]), "one sample shows no spread"],
  ["samples that take too long", meanOf(values, 1e8), "the data is too large to be drawn anew some hundred times"],
  ["draws without a value", meanOf([NaN, ...values]), "too few draws of the samples have a value"],
])("%s have no interval, and the reason is given", (_, resampling, reason) => {
  expect(bootstrapInterval(resampling)).toEqual({ noInterval: reason });
});

test("a steady loss shows in pairs long before the intervals part", () => {
  const worse = values.map((value, i) => value - 0.01 * (i % 3));
  const { difference, ratioInterval } = pairedBootstrap(meanOf(values), meanOf(worse))!;
  expect(difference.value).toBeCloseTo(-0.01, 3);
  expect(difference.interval.high).toBeLessThan(0);
  expect(difference.interval.low).toBeGreaterThan(-0.012);
  expect(difference.pValue).toBeLessThan(0.01);
  expect(ratioInterval!.high).toBeLessThan(0);
});

test("models that are equal, or differ by chance alone, are not told apart", () => {
  expect(pairedBootstrap(meanOf(values), meanOf(values))!.difference).toMatchObject({ value: 0, pValue: 1 });
  const noise = values.map((value) => value + 0.5 * (random() - 0.5));
  expect(pairedBootstrap(meanOf(values), meanOf(noise))!.difference.pValue).toBeGreaterThan(0.05);
});

test("other samples are no pairs", () => {
  expect(pairedBootstrap(meanOf(values), meanOf(values.slice(1)))).toBeUndefined();
});
