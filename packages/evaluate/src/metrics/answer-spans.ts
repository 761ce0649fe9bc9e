// The answer of a model that scores each token as beginning and as end of the answer: the pair with the largest sum, over
// all windows of the context. As transformers' question-answering example decodes, which the published scores come from.

/** Limits of the search. */
export interface SpanLimits {
  /** Beginnings and ends that are tried, the best ones of each. */
  readonly nBest: number;
  /** Most tokens of an answer. */
  readonly maxAnswerLength: number;
}

/** Where a token's text begins and ends in the context; null for a token that is not of the context. */
export type Offset = readonly [start: number, end: number] | null;

/** The logits of one window with the text that it is of. */
export interface Window {
  readonly starts: ArrayLike<number>;
  readonly ends: ArrayLike<number>;
  readonly offsets: readonly Offset[];
  readonly context: string;
}

interface Span {
  readonly text: string;
  readonly score: number;
}

/** What the windows of one question have shown so far. */
export interface SpanSearch {
  readonly spans: number;
  readonly best: Span | undefined;
  readonly bestWithText: Span | undefined;
  /** The least score of "no answer", which is that of the first token: all windows have to agree. */
  readonly nullScore: number;
}

/** Nothing seen yet. */
export const noSpans: SpanSearch = { spans: 0, best: undefined, bestWithText: undefined, nullScore: Infinity };

/** The search with one more window. */
export function searchWindow(search: SpanSearch, window: Window, limits: SpanLimits): SpanSearch {
  const { starts, ends, offsets, context } = window;
  let { spans, best, bestWithText } = search;
  const lastTokens = largest(ends, limits.nBest);
  for (const start of largest(starts, limits.nBest)) {
    for (const end of lastTokens) {
      const [first, last] = [offsets[start], offsets[end]];
      if (!first || !last || end < start || end - start + 1 > limits.maxAnswerLength) continue;
      spans++;
      const score = sum(starts[start]!, ends[end]!);
      if (!(score > (best?.score ?? -Infinity)) && !(score > (bestWithText?.score ?? -Infinity))) continue;
      const span = { text: context.slice(first[0], last[1]), score };
      if (score > (best?.score ?? -Infinity)) best = span;
      if (span.text !== "" && score > (bestWithText?.score ?? -Infinity)) bestWithText = span;
    }
  }
  return { spans, best, bestWithText, nullScore: Math.min(search.nullScore, sum(starts[0] ?? NaN, ends[0] ?? NaN)) };
}

/** What the reference answers where it finds no span: a text that is hardly right. */
const nothing: Span = { text: "empty", score: 0 };

/** The answer to a question that has one. */
export function answerOf({ spans, best }: SpanSearch): string {
  return best === undefined || (spans === 1 && best.text === "") ? nothing.text : best.text;
}

/** The answer, or "" where "no answer" scores more than the best span by more than `threshold`. */
export function answerOrNone({ bestWithText, nullScore }: SpanSearch, threshold: number): string {
  const span = bestWithText ?? nothing;
  return nullScore - span.score > threshold ? "" : span.text;
}

/** In float32, as the reference adds logits, so that equal sums are equal here too. */
function sum(a: number, b: number): number {
  return Math.fround(a + b);
}

/** Indices of the `count` largest values, largest first; of equal ones the lower index first. NaN is never among them. */
function largest(values: ArrayLike<number>, count: number): readonly number[] {
  const indices = Array.from({ length: values.length }, (_, i) => i).filter((i) => !Number.isNaN(values[i]));
  return indices.sort((a, b) => values[b]! - values[a]! || a - b).slice(0, count);
}
