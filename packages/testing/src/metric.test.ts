// The laws hold for a plain metric, and each planted fault is caught by the law it breaks.

import { describe, expect, it } from "vitest";
import { defineMetric, float32, numbersOf, TersorError, type Metric, type MetricRun } from "@tersor/core";
import { brokenLaws } from "./broken-laws.fixture.ts";
import { metricChecks, type MetricExample } from "./metric.ts";

/** Share of samples whose score has the sign of the label. */
const signs: Metric = defineMetric({
  name: "sign-accuracy",
  higherIsBetter: true,
  kind: "proportion",
  begin: () => counting(),
});

function counting(): MetricRun {
  let count = 0;
  let right = 0;
  return {
    update: ({ score }, labels) => {
      if (!score || labels.some((label) => typeof label !== "number") || labels.length !== score.data.length)
        throw new TersorError("EXAMPLE_MISMATCH", "Scores and labels do not fit.");
      const scores = numbersOf(score);
      const verdicts = labels.map((label, i) => ({
        prediction: Math.sign(scores[i]!),
        correct: Math.sign(scores[i]!) === label,
      }));
      count += verdicts.length;
      right += verdicts.filter(({ correct }) => correct).length;
      return verdicts;
    },
    value: () => right / count,
  };
}

const example: MetricExample = { outputs: { score: float32([4], [1, -2, 3, -4]) }, labels: [1, 1, 1, -1], value: 0.75 };

/** A run with one method replaced. */
function wrong(change: (run: MetricRun) => Partial<MetricRun>): Metric {
  return { ...signs, begin: () => withChange(counting(), change) };
}

function withChange(run: MetricRun, change: (run: MetricRun) => Partial<MetricRun>): MetricRun {
  return { ...run, ...change(run) };
}

function lastBatchOnly(): MetricRun {
  let last = counting();
  return {
    update: (outputs, labels) => {
      last = counting();
      return last.update(outputs, labels);
    },
    value: () => last.value(),
  };
}

function forgetful(): MetricRun {
  let run = counting();
  return {
    update: (outputs, labels) => run.update(outputs, labels),
    value: () => {
      const value = run.value();
      run = counting();
      return value;
    },
  };
}

const shared = counting();

const planted: readonly (readonly [law: string, fault: Metric])[] = [
  ["its name is a word that recipes can say", { ...signs, name: "Sign Accuracy" }],
  ["it is not a number before the first sample", wrong((run) => ({ value: () => run.value() || 0 }))],
  ["it gives the value of the example", wrong((run) => ({ value: () => 1 - run.value() }))],
  ["batches do not matter", { ...signs, begin: lastBatchOnly }],
  ["asking for the value changes nothing", { ...signs, begin: forgetful }],
  ["two accumulations do not disturb each other", { ...signs, begin: () => shared }],
  [
    "there is a verdict for each sample, or none",
    wrong((run) => ({ update: (...given) => run.update(...given).slice(1) })),
  ],
  [
    "outputs and labels are left as they are",
    wrong((run) => ({
      update: (outputs, labels) => {
        const verdicts = run.update(outputs, labels);
        (outputs["score"]!.data as Float32Array).fill(1);
        return verdicts;
      },
    })),
  ],
  [
    "what does not fit is refused with a TersorError",
    wrong((run) => ({ update: (outputs, labels) => ("score" in outputs ? run.update(outputs, labels) : []) })),
  ],
];

/** An example of its own for each fault: one of them writes into it. */
function fresh(): MetricExample {
  return { ...example, outputs: { score: float32([4], [1, -2, 3, -4]) } };
}

describe("the laws of metrics", () => {
  it("hold for the share of right signs", async () => {
    expect(await brokenLaws(metricChecks(signs, example))).toEqual(new Map());
  });

  it.each(planted)('notice what breaks "%s"', async (law, fault) => {
    const broken = await brokenLaws(metricChecks(fault, fresh()));
    expect(broken.get(law)).toContain(`breaks the law "${law}"`);
  });

  it("are each broken by some planted fault", () => {
    const names = metricChecks(signs, example).map(({ name }) => name);
    expect(new Set(planted.map(([law]) => law))).toEqual(new Set(names));
  });
});
