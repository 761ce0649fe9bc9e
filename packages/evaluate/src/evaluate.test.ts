import { datasetOf, float32, float32Of, isTersorError, type Dataset, type Feeds } from "@tersor/core";
import { expect, test } from "vitest";
import { compareEvaluations, evaluate, type EvaluateOptions } from "./evaluate.ts";
import { fakeExecutor } from "./fake-executor.fixture.ts";
import { accuracy } from "./metrics/accuracy.ts";
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
