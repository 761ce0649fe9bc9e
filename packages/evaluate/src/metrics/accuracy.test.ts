import { float32, int64, isTersorError, type Label, type Tensor } from "@tersor/core";
import { expect, test } from "vitest";
import { oracle } from "../oracle.fixture.ts";
import { accuracy } from "./accuracy.ts";
import { metricNamed, standardMetrics } from "./index.ts";

const { shape, logits, labels, predictions, top1, top3 } = oracle.accuracy;

function run(metric: ReturnType<typeof accuracy>, tensor: Tensor, given: readonly Label[]) {
  const state = metric.begin();
  const verdicts = state.update({ logits: tensor }, given);
  return { verdicts, value: state.value() };
}

test("accuracy and top-3 are scikit-learn's", () => {
  const found = run(accuracy(), float32(shape, logits), labels);
  expect(found.value).toBe(top1);
  expect(found.verdicts.map((verdict) => verdict.prediction)).toEqual(predictions);
  expect(run(metricNamed("top-3"), float32(shape, logits), labels).value).toBe(top3);
});

test("batches add up", () => {
  const state = accuracy().begin();
  for (let i = 0; i < 40; i += 8) {
    state.update({ logits: float32([8, 7], logits.slice(i * 7, (i + 8) * 7)) }, labels.slice(i, i + 8));
  }
  expect(state.value()).toBe(top1);
});

test("rows of several labels are judged one by one", () => {
  const tokens = float32([1, 2, 2], [0, 1, 1, 0]);
  expect(run(accuracy(), tokens, [[1, 1]]).value).toBe(0.5);
  expect(run(accuracy(), tokens, [int64([1, 2], [1, 0])]).value).toBe(1);
});

test("ties go to the lower index and NaN is never right", () => {
  expect(run(accuracy(), float32([2, 3], [1, 1, 0, NaN, NaN, NaN]), [1, 0]).value).toBe(0);
  expect(run(accuracy(), float32([1, 3], [1, 1, 0]), [0]).value).toBe(1);
});

test.each<[string, string, Tensor, readonly Label[], string]>([
  ["one column", "accuracy", float32([2, 1], [0, 1]), [0, 0], "EVALUATE_METRIC_MISMATCH"],
  ["fewer columns than k", "top-5", float32([1, 5], [0, 1, 2, 3, 4]), [0], "EVALUATE_METRIC_MISMATCH"],
  ["integers as scores", "accuracy", int64([1, 2], [0, 1]), [0], "EVALUATE_METRIC_MISMATCH"],
  ["a label out of range", "accuracy", float32([1, 2], [0, 1]), [2], "EVALUATE_LABEL_MISMATCH"],
  ["a negative label", "accuracy", float32([1, 2], [0, 1]), [-1], "EVALUATE_LABEL_MISMATCH"],
  ["a label that is no integer", "accuracy", float32([1, 2], [0, 1]), [0.5], "EVALUATE_LABEL_MISMATCH"],
  ["a name as label", "accuracy", float32([1, 2], [0, 1]), ["cat"], "EVALUATE_LABEL_MISMATCH"],
  ["a float tensor as label", "accuracy", float32([1, 2], [0, 1]), [float32([1], [0])], "EVALUATE_LABEL_MISMATCH"],
  ["too few labels", "accuracy", float32([2, 2], [0, 1, 0, 1]), [0], "EVALUATE_LABEL_MISMATCH"],
])("%s is a typed error", (_, name, tensor, given, code) => {
  expect(() => run(metricNamed(name), tensor, given)).toThrow(expect.toSatisfy((error) => isTersorError(error, code)));
});

test("an output that is not there and a metric nobody knows are typed errors", () => {
  const state = accuracy({ output: "scores" }).begin();
  expect(() => state.update({ logits: float32([1, 2], [0, 1]) }, [0])).toThrowErrorMatchingInlineSnapshot(
    `[TersorError: The metric "accuracy" needs the output "scores", but the model has "logits".]`,
  );
  expect(() => metricNamed("acuracy")).toThrowErrorMatchingInlineSnapshot(
    `[TersorError: There is no metric "acuracy". Did you mean "accuracy"? Known are "accuracy", "top-k", "f1", "f1-macro", "f1-micro", "f1-weighted", "matthews", "pearson", "spearman", "mse", "squad-em", "squad-f1", "squad-v2-em", "squad-v2-f1", "tagging-f1", "perplexity", "mlm-perplexity", "mlm-accuracy", "bleu", "rouge-1", "rouge-2", "rouge-l", "rouge-lsum", "exact-match", "wer", "cer", "map", "map-50", "map-75", "map-small", "map-medium", "map-large", "mar-1", "mar-10", "mar-100", "voc-map", "voc-map-11", "miou".]`,
  );
  expect(() => accuracy({ k: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[TersorError: "k" must be a whole number of at least 1, but 0 was given.]`,
  );
});

test("a metric of a plugin is found by its name, and may not take another's", () => {
  const plugin = { ...accuracy(), name: "balanced-accuracy" };
  expect(metricNamed("balanced-accuracy", {}, [...standardMetrics, plugin])).toBe(plugin);
  expect(metricNamed("top-5", {}, standardMetrics).name).toBe("top-5");
  for (const plugins of [[{ ...plugin, name: "accuracy" }], [{ ...plugin, name: "top-5" }]]) {
    expect(() => metricNamed(plugins[0]!.name, {}, plugins)).toThrow(
      expect.toSatisfy((error) => isTersorError(error, "EVALUATE_DUPLICATE_METRIC")),
    );
  }
  expect(() => metricNamed("top-1")).toThrow(
    expect.toSatisfy((error) => isTersorError(error, "EVALUATE_UNKNOWN_METRIC")),
  );
});

test("labels may begin behind a background class", () => {
  const scores = float32([2, 3], [0, 1, 0, 0, 0, 1]);
  const { value, verdicts } = run(accuracy({ classOffset: 1 }), scores, [0, 1]);
  expect([value, verdicts.map(({ prediction }) => prediction)]).toEqual([1, [0, 1]]);
  expect(() => run(accuracy({ classOffset: 1 }), scores, [2, 0])).toThrow(
    expect.objectContaining({ code: "EVALUATE_LABEL_MISMATCH" }),
  );
  expect(() => accuracy({ classOffset: -1 })).toThrow(expect.objectContaining({ code: "EVALUATE_INVALID_OPTION" }));
});
