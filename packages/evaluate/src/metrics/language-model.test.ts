import { float32, int64, isTersorError, tensorFromNumbers, type Sample } from "@tersor/core";
import { expect, test } from "vitest";
import { judge, languageCases } from "./cases.fixture.ts";
import { maskedAccuracy, maskedPerplexity, perplexity } from "./language-model.ts";

const cases = languageCases.language_model.map((given, i) => [i, given] as const);

test.each(cases)("perplexity is that of scipy's log_softmax: case %i", (_, given) => {
  const outputs = { logits: tensorFromNumbers(given.dtype, given.shape, given.logits) };
  expect(judge(perplexity(), outputs, given.ids).value / given.perplexity).toBeCloseTo(1, 10);
  expect(judge(maskedPerplexity(), outputs, given.ids).value / given.mlmPerplexity).toBeCloseTo(1, 10);
  const run = maskedAccuracy().begin();
  run.update(outputs, given.ids);
  expect(run.value()).toBeCloseTo(given.mlmAccuracy, 10);
});

test("a sample without a label of its own is judged by its input, without the padding", () => {
  const feeds = { input_ids: int64([1, 4], [5, 6, 7, 0]), attention_mask: int64([1, 4], [1, 1, 1, 0]) };
  const labelOf = (sample: Sample) => perplexity().labelOf!(sample);
  expect(labelOf({ feeds })).toEqual([5, 6, 7, -100]);
  expect(labelOf({ feeds, label: 3 })).toEqual([5, 6, 7, -100]);
  expect(labelOf({ feeds, label: [1, 2, 3, 4] })).toEqual([1, 2, 3, 4]);
  expect(labelOf({ feeds: { input_ids: feeds.input_ids } })).toBe(feeds.input_ids);
  expect(labelOf({ feeds: {}, label: "text" })).toBe("text");
});

test("what a model holds impossible has no finite perplexity", () => {
  const outputs = { logits: float32([1, 2, 2], [0, -Infinity, 0, 0]) };
  expect(judge(perplexity(), outputs, [[0, 1]]).value).toBe(Infinity);
  expect(judge(perplexity(), outputs, [[1, 0]]).value).toBe(1);
});

test("tokens that are none are typed errors", () => {
  for (const label of [[0, 2], [0], [0, -1], "text"]) {
    expect(() =>
      perplexity()
        .begin()
        .update({ y: float32([1, 2, 2], [0, 0, 0, 0]) }, [label]),
    ).toThrow(expect.toSatisfy((error) => isTersorError(error, "EVALUATE_LABEL_MISMATCH")));
  }
  expect(() =>
    perplexity()
      .begin()
      .update({ y: float32([1, 2], [0, 0]) }, [[0, 1]]),
  ).toThrow(expect.toSatisfy((error) => isTersorError(error, "EVALUATE_METRIC_MISMATCH")));
});
