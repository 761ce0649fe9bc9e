import { float32, int64, isTersorError, type Label } from "@tersor/core";
import { expect, test } from "vitest";
import { DIGITS, judge, languageCases } from "./cases.fixture.ts";
import { scoreAnswer } from "./squad-answers.ts";
import { squad, type SquadOptions } from "./squad.ts";

const { questions, windows, cases } = languageCases.squad_decoding;

test.each(languageCases.squad_scores)("SQuAD's scripts score $answer against $gold so", ({ answer, gold, v1, v2 }) => {
  const found = [scoreAnswer(answer, gold, false), scoreAnswer(answer, gold, true)];
  for (const [i, expected] of [v1, v2].entries()) {
    expect(found[i]!.exact).toBe(expected[0]);
    expect(found[i]!.f1).toBeCloseTo(expected[1], DIGITS);
  }
});

test.each(cases.map((given, i) => [i, given] as const))(
  "answers are decoded as transformers does: case %i",
  (_, given) => {
    const {
      max_answer_length: maxAnswerLength,
      n_best_size: nBest,
      null_score_diff_threshold: nullThreshold,
    } = given.options;
    const options: SquadOptions = {
      noAnswer: given.version === 2,
      ...(maxAnswerLength !== undefined && { maxAnswerLength }),
      ...(nBest !== undefined && { nBest }),
      ...(nullThreshold !== undefined && { nullThreshold }),
    };
    const asked = given.version === 2 ? windows : windows.filter(({ id }) => question(id).answers.length > 0);
    const tokens = asked[0]!.starts.length;
    const outputs = {
      end_logits: float32(
        [asked.length, tokens],
        asked.flatMap(({ ends }) => ends),
      ),
      start_logits: float32(
        [asked.length, tokens],
        asked.flatMap(({ starts }) => starts),
      ),
    };
    const labels = asked.map(({ id, offsets }) => ({ ...question(id), offsets }));
    const em = judge(squad("exact", options), outputs, labels);
    expect(em.value).toBeCloseTo(given.exact, DIGITS);
    expect(em.resampling.count).toBe(new Set(asked.map(({ id }) => id)).size);
    expect(judge(squad("f1", options), outputs, labels).value).toBeCloseTo(given.f1, DIGITS);
  },
);

function question(id: string) {
  return questions.find((candidate) => candidate.id === id)!;
}

const right: Label = { answers: ["cat"], context: "a cat", offsets: [null, [2, 5]] };

function update(label: Label, options: SquadOptions = {}, ends = float32([1, 2], [0, 9])) {
  const run = squad("f1", options).begin();
  run.update({ first: float32([1, 2], [0, 9]), second: ends }, [label]);
  return run.value();
}

test("offsets may be a tensor, and outputs without a name are the first and the second", () => {
  expect(update(right)).toBe(1);
  expect(update({ ...right, offsets: int64([2, 2], [-1, -1, 2, 5]) })).toBe(1);
});

test("without a span, no text is right, and NaN is no span", () => {
  expect(update({ ...right, offsets: [null, null] })).toBe(0);
  expect(update(right, {}, float32([1, 2], [NaN, NaN]))).toBe(0);
  expect(update({ ...right, answers: [] }, { noAnswer: true, nullThreshold: -100 })).toBe(1);
});

test.each<[string, Label, string]>([
  ["a text as label", "cat", "EVALUATE_LABEL_MISMATCH"],
  ["a question without answer in v1", { ...right, answers: [] }, "EVALUATE_LABEL_MISMATCH"],
  ["answers that are no texts", { ...right, answers: [[1]] }, "EVALUATE_LABEL_MISMATCH"],
  ["no context", { ...right, context: undefined }, "EVALUATE_LABEL_MISMATCH"],
  ["offsets of three", { ...right, offsets: [[1, 2, 3]] }, "EVALUATE_LABEL_MISMATCH"],
  ["offsets of floats", { ...right, offsets: float32([1, 2], [0, 1]) }, "EVALUATE_LABEL_MISMATCH"],
  ["an id that is no text", { ...right, id: 5 }, "EVALUATE_LABEL_MISMATCH"],
])("%s is a typed error", (_, label, code) => {
  expect(() => update(label)).toThrow(expect.toSatisfy((error) => isTersorError(error, code)));
});

test("limits that allow no answer are refused", () => {
  for (const options of [{ maxAnswerLength: 0 }, { nBest: 0 }]) {
    expect(() => squad("f1", options)).toThrow(expect.toSatisfy((e) => isTersorError(e, "EVALUATE_INVALID_OPTION")));
  }
});
