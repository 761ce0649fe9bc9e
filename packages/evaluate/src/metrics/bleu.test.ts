import { expect, test } from "vitest";
import { bleu, bleuMetric, tokens13a } from "./bleu.ts";
import { DIGITS, judge, languageCases, texts } from "./cases.fixture.ts";

const cases = languageCases.bleu.map((given, i) => [i, given] as const);

test.each(cases)("bleu is sacrebleu's: case %i", (_, { hypotheses, references, score }) => {
  expect(bleu(hypotheses, references)).toBeCloseTo(score, DIGITS);
  expect(judge(bleuMetric(), { text: texts(hypotheses) }, references).value).toBeCloseTo(score, DIGITS);
});

test("a corpus drawn by weights is that corpus", () => {
  const { hypotheses, references } = languageCases.bleu[0]!;
  const { resampling } = judge(bleuMetric(), { text: texts(hypotheses) }, references);
  const weights = hypotheses.map((_, i) => i % 3);
  const drawn = <T>(values: readonly T[]) => values.flatMap((value, i) => new Array<T>(weights[i]!).fill(value));
  expect(resampling.valueOf(weights)).toBeCloseTo(bleu(drawn(hypotheses), drawn(references)), DIGITS);
});

test("the tokenizer parts punctuation, but not numbers", () => {
  expect(tokens13a("It's 3.5, not 1,000-2 &quot;x&quot;.")).toEqual([
    ...["It's", "3.5", ",", "not", "1,000", "-", "2", '"', "x", '"', "."],
  ]);
});
