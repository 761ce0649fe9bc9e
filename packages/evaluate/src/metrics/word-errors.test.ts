import { float32, int64, isTersorError, tensorOf } from "@tersor/core";
import { expect, test } from "vitest";
import { DIGITS, judge, languageCases, texts } from "./cases.fixture.ts";
import { cer, exactMatch, wer, wordErrorRate } from "./word-errors.ts";

const cases = languageCases.word_errors.map((given, i) => [i, given] as const);

test.each(cases)("wer and cer are jiwer's: case %i", (_, { hypotheses, references, wer: words, cer: characters }) => {
  const outputs = { text: texts(hypotheses) };
  expect(judge(wer(), outputs, references).value).toBeCloseTo(words, DIGITS);
  expect(judge(cer(), outputs, references).value).toBeCloseTo(characters, DIGITS);
  expect(wordErrorRate(hypotheses, references)).toBeCloseTo(words, DIGITS);
});

test("of several references the nearest counts", () => {
  expect(judge(wer(), { text: texts(["a b"]) }, [["x y z", "a c"]]).value).toBe(0.5);
});

test("token ids are decoded, a number is a text, and exact match gives verdicts", () => {
  const decode = (ids: readonly number[]) => ids.filter((id) => id > 0).join("");
  const run = exactMatch({ decode }).begin();
  const verdicts = run.update({ ids: int64([3, 3], [1, 8, 0, 4, 2, 0, 5, 0, 0]) }, [
    18,
    ["41", " 42\n"],
    { references: ["6"] },
  ]);
  expect(verdicts.map(({ correct }) => correct)).toEqual([true, true, false]);
  expect(run.value()).toBeCloseTo(2 / 3, DIGITS);
});

test.each<[string, Parameters<ReturnType<ReturnType<typeof wer>["begin"]>["update"]>, string]>([
  ["ids without a way to decode them", [{ y: int64([1, 2], [1, 2]) }, ["a"]], "EVALUATE_METRIC_MISMATCH"],
  ["scores", [{ y: float32([1], [1]) }, ["a"]], "EVALUATE_METRIC_MISMATCH"],
  ["two texts per sample", [{ y: tensorOf("string", [1, 2], ["a", "b"]) }, ["a"]], "EVALUATE_METRIC_MISMATCH"],
  ["a label of boxes", [{ y: texts(["a"]) }, [{ boxes: [] }]], "EVALUATE_LABEL_MISMATCH"],
  ["no reference", [{ y: texts(["a"]) }, [[]]], "EVALUATE_LABEL_MISMATCH"],
  ["a tensor of numbers as label", [{ y: texts(["a"]) }, [float32([1], [1])]], "EVALUATE_LABEL_MISMATCH"],
  ["too few labels", [{ y: texts(["a", "b"]) }, ["a"]], "EVALUATE_LABEL_MISMATCH"],
])("%s is a typed error", (_, [outputs, labels], code) => {
  expect(() => wer().begin().update(outputs, labels)).toThrow(expect.toSatisfy((error) => isTersorError(error, code)));
});
