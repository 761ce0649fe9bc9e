// Exact match and F1 of answers that are spans of a context, for models that give a logit per token as beginning and end.

import { defineMetric, isFloat, numbersOf, type Feeds, type Label, type Metric } from "@tersor/core";
import { invalidOption, labelMismatch, metricMismatch } from "../errors.ts";
import {
  answerOf,
  answerOrNone,
  noSpans,
  searchWindow,
  type Offset,
  type SpanSearch,
  type Window,
} from "./answer-spans.ts";
import { assertLabelCount, isTensor, recordOfLabel, textsOfLabel } from "./labels.ts";
import { outputNamed } from "./output.ts";
import { scoreAnswer, type AnswerScore } from "./squad-answers.ts";

/** What a metric of answers is told. */
export interface SquadOptions {
  /** Output with the logits of beginnings [samples, tokens]. Default: "start_logits" where there is one, else the first. */
  readonly start?: string;
  /** Output with the logits of ends. Default: "end_logits" where there is one, else the second. */
  readonly end?: string;
  /** Whether a question may have no answer (SQuAD v2). Default false. */
  readonly noAnswer?: boolean;
  /** By how much "no answer" has to score more than the best answer. Default 0. */
  readonly nullThreshold?: number;
  /** Most tokens of an answer. Default 30. */
  readonly maxAnswerLength?: number;
  /** Beginnings and ends that are tried. Default 20. */
  readonly nBest?: number;
}

/**
 * Exact match (`score` "exact") or F1 of answers, 0 to 1: the evaluation script's figure over 100. Named "squad-em",
 * "squad-f1", and with `noAnswer` "squad-v2-em", "squad-v2-f1".
 *
 * A label is a record: `answers` (texts that are right; empty where there is no answer), `context`, `offsets` (for each token
 * where it begins and ends in the context, counted as `context.slice` does, or null for tokens of the question and special
 * ones; or an integer tensor [tokens, 2] with -1 for these), and `id` where a question has several windows.
 * @throws EVALUATE_MISSING_OUTPUT, EVALUATE_METRIC_MISMATCH and EVALUATE_LABEL_MISMATCH on update.
 */
export function squad(score: keyof AnswerScore, options: SquadOptions = {}): Metric {
  const { noAnswer = false, nullThreshold = 0, maxAnswerLength = 30, nBest = 20 } = options;
  if (!Number.isInteger(maxAnswerLength) || maxAnswerLength < 1) {
    throw invalidOption("maxAnswerLength", maxAnswerLength, "a whole number of at least 1");
  }
  if (!Number.isInteger(nBest) || nBest < 1) throw invalidOption("nBest", nBest, "a whole number of at least 1");
  const name = `squad${noAnswer ? "-v2" : ""}-${score === "exact" ? "em" : "f1"}`;
  return defineMetric({
    name,
    higherIsBetter: true,
    kind: "other",
    begin() {
      const questions = new Map<string, Question>();
      const scoreOf = ({ search, answers }: Question) => {
        const answer = noAnswer ? answerOrNone(search, nullThreshold) : answerOf(search);
        return scoreAnswer(answer, answers, noAnswer)[score];
      };
      return {
        update(outputs, labels) {
          const windows = windowsOf(name, options, outputs, labels);
          for (const { id, answers, ...window } of windows) {
            const key = id ?? `question ${questions.size}`;
            const search = searchWindow(questions.get(key)?.search ?? noSpans, window, { nBest, maxAnswerLength });
            questions.set(key, { answers, search });
          }
          return [];
        },
        value: () => mean(Array.from(questions.values(), scoreOf)),
        resampling() {
          const scores = Array.from(questions.values(), scoreOf);
          return { count: scores.length, work: scores.length, valueOf: (weights) => mean(scores, weights) };
        },
      };
    },
  });
}

interface Question {
  readonly answers: readonly string[];
  readonly search: SpanSearch;
}

interface LabelledWindow extends Window {
  readonly answers: readonly string[];
  readonly id: string | undefined;
}

function mean(scores: readonly number[], weights?: ArrayLike<number>): number {
  let [total, count] = [0, 0];
  for (const [i, score] of scores.entries()) {
    const weight = weights ? weights[i]! : 1;
    total += weight * score;
    count += weight;
  }
  return total / count;
}

function windowsOf(
  metric: string,
  { start, end, noAnswer = false }: SquadOptions,
  outputs: Feeds,
  labels: readonly Label[],
): readonly LabelledWindow[] {
  const names = Object.keys(outputs);
  const usual = (name: string, place: number) => (names.includes(name) ? name : (names[place] ?? name));
  const starts = rowsOf(metric, outputs, start ?? usual("start_logits", 0));
  const ends = rowsOf(metric, outputs, end ?? usual("end_logits", 1));
  assertLabelCount(metric, starts.name, starts.rows.length, labels);
  assertLabelCount(metric, ends.name, ends.rows.length, labels);
  return labels.map((label, i) => ({
    ...partsOf(metric, label, noAnswer),
    starts: starts.rows[i]!,
    ends: ends.rows[i]!,
  }));
}

function rowsOf(metric: string, outputs: Feeds, output: string): { name: string; rows: readonly ArrayLike<number>[] } {
  const { name, tensor } = outputNamed(metric, outputs, output);
  const { dtype, shape } = tensor;
  const [samples = 0, tokens = 0] = shape;
  const isTable = shape.length === 2 || (shape.length === 3 && shape[2] === 1);
  if (!isFloat(dtype) || !isTable) {
    throw metricMismatch(metric, { output: name, dtype, shape, why: "it needs a logit per token, [samples, tokens]" });
  }
  const logits = Float32Array.from(numbersOf(tensor));
  return { name, rows: Array.from({ length: samples }, (_, i) => logits.subarray(i * tokens, (i + 1) * tokens)) };
}

const PARTS = "answers, context and offsets";

function partsOf(metric: string, label: Label, noAnswer: boolean): Omit<LabelledWindow, "starts" | "ends"> {
  const { answers, context, offsets, id } = recordOfLabel(metric, label, PARTS);
  if (typeof context !== "string") throw labelMismatch(metric, `a record of ${PARTS} has no text "context"`, {});
  if (id !== undefined && typeof id !== "string") throw labelMismatch(metric, `the "id" of a label is no text`, {});
  return { answers: answersOf(metric, answers, noAnswer), context, offsets: offsetsOf(metric, offsets), id };
}

function answersOf(metric: string, answers: unknown, noAnswer: boolean): readonly string[] {
  if (Array.isArray(answers) && answers.length === 0) {
    if (noAnswer) return [];
    throw labelMismatch(metric, "a question has no answer, which squad-v2-em and squad-v2-f1 are for", {});
  }
  return textsOfLabel(metric, { references: answers });
}

function offsetsOf(metric: string, offsets: unknown): readonly Offset[] {
  const pairs = isTensor(offsets) ? tensorPairs(metric, offsets) : offsets;
  if (Array.isArray(pairs) && pairs.every(isOffset)) return pairs.map((pair) => (pair && pair[0] >= 0 ? pair : null));
  throw labelMismatch(metric, 'the "offsets" of a label are no list of [begin, end] or null', {});
}

function tensorPairs(metric: string, tensor: Parameters<typeof numbersOf>[0]): unknown {
  const { dtype, shape } = tensor;
  if (isFloat(dtype) || shape.at(-1) !== 2) {
    throw labelMismatch(metric, `its "offsets" are ${dtype} [${shape.join(", ")}], not integers [tokens, 2]`, {
      dtype,
      shape,
    });
  }
  const numbers = Array.from(numbersOf(tensor));
  return Array.from({ length: numbers.length / 2 }, (_, i) => [numbers[2 * i], numbers[2 * i + 1]]);
}

function isOffset(pair: unknown): pair is Offset {
  return pair === null || (Array.isArray(pair) && pair.length === 2 && pair.every(Number.isInteger));
}
