import type { MetricValue } from "@tersor/core";
import { expect, test } from "vitest";
import { pairedDifference, wilsonInterval } from "./intervals.ts";
import { dropIsVisible, smallestVisibleDrop, smallSetWarning } from "./visible-drop.ts";

function accuracyOf(correct: number, count: number): MetricValue {
  const interval = wilsonInterval(correct, count);
  return { metric: "accuracy", higherIsBetter: true, value: correct / count, count, correct, interval, seconds: 1 };
}

const mrpc = accuracyOf(351, 408);
const imagenet = accuracyOf(38_000, 50_000);

test("on 408 samples 1 % is inside the noise, on 50,000 it is not", () => {
  expect(dropIsVisible(mrpc, { maxDrop: 0.01, relative: false })).toBe(false);
  expect(dropIsVisible(imagenet, { maxDrop: 0.01, relative: false })).toBe(true);
  expect(smallSetWarning(imagenet, { maxDrop: 0.01, relative: true })).toBeUndefined();
  expect(smallSetWarning(mrpc, { maxDrop: 0.01, relative: true })).toMatchInlineSnapshot(
    `"The set is too small to see the tolerated drop: 1.00% of the value is inside the noise of accuracy, which is 3.70% (95 % interval (wilson) on 408 samples). About 7600 samples would show it."`,
  );
  expect(smallSetWarning(mrpc, { maxDrop: 0, relative: false })).toContain("allow some drop");
});

test("two models on the same samples show smaller drops", () => {
  const difference = pairedDifference({ both: 348, onlyReference: 3, onlyCandidate: 2, neither: 55 });
  const [alone, paired] = [smallestVisibleDrop(mrpc)!, smallestVisibleDrop(mrpc, difference)!];
  expect(paired.drop).toBeLessThan(alone.drop / 2);
  expect(paired.statistic).toBe("95 % interval of the difference (bonett-price) on 408 samples");
});

test("where lower is better, the drop is upward", () => {
  const interval = { low: 19, high: 22.5, level: 0.95, method: "bootstrap" };
  const value = { metric: "perplexity", higherIsBetter: false, value: 20, count: 100, interval, seconds: 1 };
  expect(smallestVisibleDrop(value)!.drop).toBe(2.5);
  expect(smallSetWarning(value, { maxDrop: 1, relative: false })).toMatchInlineSnapshot(
    `"The set is too small to see the tolerated drop: 1 is inside the noise of perplexity, which is 2.5 (95 % interval (bootstrap) on 100 samples). About 630 samples would show it."`,
  );
});

test("without an interval nothing is said", () => {
  const { interval: _, ...bare } = mrpc;
  expect(dropIsVisible(bare, { maxDrop: 0.01, relative: false })).toBeUndefined();
  expect(smallSetWarning(bare, { maxDrop: 0.01, relative: false })).toBeUndefined();
});
