import { float32, int64, isTersorError } from "@tersor/core";
import { expect, test } from "vitest";
import { DIGITS, judge, languageCases } from "./cases.fixture.ts";
import { taggingF1 } from "./tagging.ts";

const cases = languageCases.tagging.map((given, i) => [i, given] as const);

test.each(cases)("tagging F1 is seqeval's: case %i", (_, { tags, labels, predicted, f1 }) => {
  const [samples, tokens] = [predicted.length, predicted[0]!.length];
  const metric = taggingF1({ tags });
  expect(judge(metric, { tags: int64([samples, tokens], predicted.flat()) }, labels).value).toBeCloseTo(f1, DIGITS);
  const oneHot = predicted.flat().flatMap((index) => tags.map((_, c) => (c === index ? 1 : 0)));
  const scores = float32([samples, tokens, tags.length], oneHot);
  expect(judge(metric, { scores }, labels).value).toBeCloseTo(f1, DIGITS);
});

test("tokens beyond a label do not count", () => {
  const outputs = { tags: int64([1, 4], [1, 0, 1, 1]) };
  expect(judge(taggingF1({ tags: ["O", "B-X"] }), outputs, [[1, 0]]).value).toBe(1);
});

test("tags that do not fit are typed errors", () => {
  const update = (tags: readonly string[], label: readonly number[]) => () =>
    taggingF1({ tags })
      .begin()
      .update({ y: float32([1, 2, 2], [0, 1, 1, 0]) }, [label]);
  expect(update(["O"], [0])).toThrow(expect.toSatisfy((e) => isTersorError(e, "EVALUATE_INVALID_OPTION")));
  expect(update(["O", "B-X", "I-X"], [0])).toThrow(
    expect.toSatisfy((e) => isTersorError(e, "EVALUATE_METRIC_MISMATCH")),
  );
  for (const label of [[2], [0, 0, 0], [0.5]]) {
    expect(update(["O", "B-X"], label)).toThrow(expect.toSatisfy((e) => isTersorError(e, "EVALUATE_LABEL_MISMATCH")));
  }
});
