// Errors of recognised speech: word and character error rate (edits over the reference's length), as jiwer computes them
// over a corpus by default; and the share of texts that are right as a whole.

import { defineMetric, type Metric } from "@tersor/core";
import { textMetric, textPairs, type TextOptions, type TextPair } from "./text-output.ts";
import { stripped, WHITE_SPACE } from "./white-space.ts";
import { proportionRun } from "./proportion.ts";

const RUNS = new RegExp(`[${WHITE_SPACE}]{2,}`, "gu");

/** What is compared: words between spaces, or characters. */
type Unit = (text: string) => readonly string[];

const words: Unit = (text) =>
  stripped(text.replace(RUNS, " "))
    .split(" ")
    .filter((word) => word !== "");
const characters: Unit = (text) => Array.from(stripped(text));

/** Word error rate, 0 or more, lower is better; of several references the nearest counts. Named "wer". */
export function wer(options: TextOptions = {}): Metric {
  return errorRate("wer", words, options);
}

/** Character error rate, 0 or more, lower is better; of several references the nearest counts. Named "cer". */
export function cer(options: TextOptions = {}): Metric {
  return errorRate("cer", characters, options);
}

/** Word error rate of a corpus: all substitutions, insertions and deletions over all words of the references. */
export function wordErrorRate(hypotheses: readonly string[], references: readonly string[]): number {
  const rows = hypotheses.map((hypothesis, i) => editsOf(words, { hypothesis, references: [references[i] ?? ""] }));
  return rows.reduce((sum, [edits]) => sum + edits, 0) / rows.reduce((sum, [, length]) => sum + length, 0);
}

/** Share of texts that equal one of their references, white space at the ends apart. Named "exact-match". */
export function exactMatch(options: TextOptions = {}): Metric {
  const name = "exact-match";
  return defineMetric({
    name,
    higherIsBetter: true,
    kind: "proportion",
    begin: () =>
      proportionRun((outputs, labels) =>
        textPairs(name, options, outputs, labels).map(({ hypothesis, references }) => {
          const isRight = references.some((reference) => stripped(reference) === stripped(hypothesis));
          return { prediction: Number(isRight), correct: isRight };
        }),
      ),
  });
}

function errorRate(name: string, unit: Unit, options: TextOptions): Metric {
  const rate = (sums: ArrayLike<number>) => sums[0]! / sums[1]!;
  return defineMetric(textMetric({ name, higherIsBetter: false }, options, 2, rate, (pair) => editsOf(unit, pair)));
}

/** Edits and length of the reference that needs the fewest edits per word. */
function editsOf(unit: Unit, { hypothesis, references }: TextPair): readonly [edits: number, length: number] {
  const own = unit(hypothesis);
  const [first, ...others] = references.map((reference) => {
    const right = unit(reference);
    return [editDistance(right, own), right.length] as const;
  });
  return others.reduce((best, next) => (next[0] * best[1] < best[0] * next[1] ? next : best), first!);
}

/** Levenshtein's distance, one row of its table at a time. */
function editDistance(a: readonly string[], b: readonly string[]): number {
  let row = Uint32Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, item] of a.entries()) {
    const next = new Uint32Array(b.length + 1);
    next[0] = i + 1;
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1]! + (item === b[j - 1] ? 0 : 1);
      next[j] = Math.min(changed, row[j]! + 1, next[j - 1]! + 1);
    }
    row = next;
  }
  return row[b.length]!;
}
