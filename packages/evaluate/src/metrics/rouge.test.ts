import { expect, test } from "vitest";
import { DIGITS, judge, languageCases, texts } from "./cases.fixture.ts";
import { porterStem } from "./porter-stem.ts";
import { rouge, rougeMetric, type RougeKind } from "./rouge.ts";

const kinds: Readonly<Record<"1" | "2" | "l" | "lsum", RougeKind>> = { "1": 1, "2": 2, l: "l", lsum: "lsum" };

test.each(["1", "2", "l", "lsum"] as const)("rouge-%s is rouge-score's", (key) => {
  for (const { stem, hypothesis, references, scores } of languageCases.rouge) {
    const { precision, recall, f1 } = rouge(kinds[key], hypothesis, references, stem);
    const found = { hypothesis, references, stem };
    expect({ ...found, precision: round(precision), recall: round(recall), f1: round(f1) }).toEqual({
      ...found,
      precision: round(scores[key][0]),
      recall: round(scores[key][1]),
      f1: round(scores[key][2]),
    });
  }
});

test("the metric is the mean F-measure", () => {
  const cases = languageCases.rouge.filter(({ stem }) => stem);
  const outputs = { text: texts(cases.map(({ hypothesis }) => hypothesis)) };
  const labels = cases.map(({ references }) => references);
  for (const [key, kind] of Object.entries(kinds)) {
    const mean = cases.reduce((sum, { scores }) => sum + scores[key as "1"][2], 0) / cases.length;
    expect(judge(rougeMetric(kind, { stem: true }), outputs, labels).value).toBeCloseTo(mean, DIGITS);
  }
});

test("stems are NLTK's", () => {
  expect(languageCases.stems.map(([word]) => [word, porterStem(word)])).toEqual(languageCases.stems);
});

function round(value: number): number {
  return Number(value.toFixed(DIGITS));
}
