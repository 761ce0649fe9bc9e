import { datasetOf, float32, float32Of, int64, isTersorError, type Dataset, type Feeds } from "@tersor/core";
import { expect, test } from "vitest";
import { compareEvaluations, evaluate, type EvaluateOptions } from "./evaluate.ts";
import { fakeExecutor } from "./fake-executor.fixture.ts";
import { accuracy } from "./metrics/accuracy.ts";
import { f1 } from "./metrics/classification.ts";
import { perplexity } from "./metrics/language-model.ts";
import { metricOf } from "./metrics/metric-of.ts";
import { oracle } from "./oracle.fixture.ts";

const { logits, labels, top1, predictions } = oracle.accuracy;

const rows = labels.map((label, i) => ({ feeds: { x: float32([1, 7], logits.slice(i * 7, i * 7 + 7)) }, label }));
const dataset = datasetOf("rows", () => rows, rows.length);
const negated = (feeds: Feeds): Feeds => ({
  y: float32(
    feeds["x"]!.shape,
    Array.from(float32Of(feeds["x"]!), (v) => -v),
  ),
});

function optionsFor(
  model: string,
  more: Partial<EvaluateOptions> = {},
): EvaluateOptions & { executor: ReturnType<typeof fakeExecutor> } {
  const executor = fakeExecutor({ same: { run: (feeds) => ({ y: feeds["x"]! }) }, negated: { run: negated } });
  return { model: { file: model }, dataset, metric: accuracy(), batchSize: 8, ...more, executor };
}

test("accuracy of a model is scikit-learn's, with Wilson's interval and the verdict of each sample", async () => {
  const options = optionsFor("same");
  const found = await evaluate(options);
  expect(found).toMatchObject({ metric: "accuracy", higherIsBetter: true, value: top1, count: 40, correct: top1 * 40 });
  expect(found.verdicts.map((verdict) => verdict.prediction)).toEqual(predictions);
  expect(found.interval!.low).toBeLessThan(top1);
  expect(options.executor.log.filter((line) => line === "run same")).toHaveLength(5);
  expect(options.executor.log.at(-1)).toBe("dispose same");
});

test("the number of samples can be limited, and progress is told", async () => {
  const done: number[] = [];
  const found = await evaluate(optionsFor("same", { samples: 12, onBatch: (count) => done.push(count) }));
  expect(found.count).toBe(12);
  expect(done).toEqual([8, 12]);
});

test("two evaluations are compared sample by sample", async () => {
  const fp32 = await evaluate(optionsFor("same"));
  const int8 = await evaluate(optionsFor("negated"));
  const { ratio, mcnemar, ...report } = compareEvaluations(fp32, int8);
  const both = fp32.verdicts.filter((verdict, i) => verdict.correct && int8.verdicts[i]!.correct).length;
  expect(ratio).toBeCloseTo((int8.value - fp32.value) / fp32.value, 12);
  expect(mcnemar).toMatchObject({ onlyReference: fp32.correct! - both, onlyCandidate: int8.correct! - both });
  expect(report.fp32).not.toHaveProperty("verdicts");
  expect(compareEvaluations(fp32, fp32)).toMatchObject({
    ratio: 0,
    mcnemar: { pValue: 1 },
    ratioInterval: { low: 0, high: 0 },
  });
});

test("a metric that is no proportion has a bootstrap interval and a paired test", async () => {
  const metric = f1({ average: "macro" });
  const [fp32, int8] = [
    await evaluate(optionsFor("same", { metric })),
    await evaluate(optionsFor("negated", { metric })),
  ];
  expect(fp32).toMatchObject({ count: 40, verdicts: [], interval: { method: "bootstrap" } });
  expect(fp32.interval!.low).toBeLessThan(fp32.value);
  expect(fp32.interval!.high).toBeGreaterThan(fp32.value);
  const report = compareEvaluations(fp32, int8);
  expect(report.difference!.value).toBeCloseTo(int8.value - fp32.value, 12);
  expect(report).toMatchObject({
    difference: { pValue: expect.any(Number), interval: { method: "paired-bootstrap" } },
  });
  expect(report).not.toHaveProperty("mcnemar");
  expect(Object.keys(report.int8)).not.toContain("resampling");
  expect(structuredClone(report)).toEqual(report);
});

test("a metric without samples to draw has no interval, and says why", async () => {
  const plain = { ...accuracy(), kind: "other" as const };
  expect(await evaluate(optionsFor("same", { metric: plain }))).toMatchObject({
    noInterval: "the metric keeps no samples",
  });
});

test("a function of the user's is a metric", async () => {
  const metric = metricOf(
    "mean-label",
    false,
    (_, given) => (given as number[]).reduce((a, b) => a + b, 0) / given.length,
  );
  const found = await evaluate(optionsFor("same", { metric }));
  expect(found.value).toBeCloseTo(labels.reduce((a, b) => a + b, 0) / labels.length, 12);
  expect(found.interval).toBeDefined();
  const broken = metricOf("broken", true, () => "1" as unknown as number);
  await expect(evaluate(optionsFor("same", { metric: broken }))).rejects.toSatisfy((error) =>
    isTersorError(error, "EVALUATE_METRIC_VALUE"),
  );
});

test("a language model needs no labels: its input is what it has to foresee", async () => {
  const feeds = { x: float32([1, 2, 3], [0, 1, 2, 0, 0, 0]), input_ids: int64([1, 2], [0, 2]) };
  const data = datasetOf("texts", () => [{ feeds }, { feeds }]);
  const found = await evaluate(optionsFor("same", { metric: perplexity(), dataset: data, batchSize: 2 }));
  const weights = [0, 1, 2].map(Math.exp);
  expect(found.value).toBeCloseTo(weights.reduce((a, b) => a + b, 0) / weights[2]!, 6);
});

test("evaluations of different data or metrics are not paired", async () => {
  const all = await evaluate(optionsFor("same"));
  const some = await evaluate(optionsFor("same", { samples: 12 }));
  const top2 = await evaluate(optionsFor("same", { metric: accuracy({ k: 2 }) }));
  for (const other of [some, top2]) {
    expect(() => compareEvaluations(all, other)).toThrow(
      expect.toSatisfy((e) => isTersorError(e, "EVALUATE_UNPAIRED")),
    );
  }
});

test.each<[string, Dataset, string]>([
  ["without labels", datasetOf("bare", () => [{ feeds: rows[0]!.feeds, id: "cat.png" }]), "EVALUATE_LABEL_MISMATCH"],
  ["without samples", datasetOf("empty", () => []), "CORE_DATASET_EMPTY"],
  ["with labels out of range", datasetOf("far", () => [{ ...rows[0]!, label: 7 }]), "EVALUATE_LABEL_MISMATCH"],
])("a dataset %s is a typed error and the model is let go", async (_, data, code) => {
  const options = optionsFor("same", { dataset: data });
  await expect(evaluate(options)).rejects.toSatisfy((error) => isTersorError(error, code));
  expect(options.executor.log.at(-1)).toBe("dispose same");
});
