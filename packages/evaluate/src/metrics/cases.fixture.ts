// Reads fixtures/metrics-*.json, which tools/make-metric-cases-*.py took from the reference implementations, and runs metrics.

import { readFileSync } from "node:fs";
import { tensorOf, type Feeds, type Label, type Metric, type Resampling, type Tensor } from "@tersor/core";

interface LanguageCases {
  readonly bleu: readonly { readonly hypotheses: string[]; readonly references: string[][]; readonly score: number }[];
  readonly rouge: readonly {
    readonly stem: boolean;
    readonly hypothesis: string;
    readonly references: string[];
    readonly scores: Readonly<Record<"1" | "2" | "l" | "lsum", [precision: number, recall: number, f1: number]>>;
  }[];
  readonly stems: readonly [word: string, stem: string][];
  readonly word_errors: readonly {
    readonly hypotheses: string[];
    readonly references: string[];
    readonly wer: number;
    readonly cer: number;
  }[];
  readonly tagging: readonly {
    readonly tags: string[];
    readonly labels: number[][];
    readonly predicted: number[][];
    readonly f1: number;
  }[];
  readonly language_model: readonly {
    readonly dtype: "float32" | "float16";
    readonly shape: number[];
    readonly logits: number[];
    readonly ids: number[][];
    readonly perplexity: number;
    readonly mlmPerplexity: number;
    readonly mlmAccuracy: number;
  }[];
  readonly squad_scores: readonly {
    readonly answer: string;
    readonly gold: string[];
    readonly v1: [exact: number, f1: number];
    readonly v2: [exact: number, f1: number];
  }[];
  readonly squad_decoding: {
    readonly questions: readonly { readonly id: string; readonly context: string; readonly answers: string[] }[];
    readonly windows: readonly {
      readonly id: string;
      readonly offsets: ([number, number] | null)[];
      readonly starts: number[];
      readonly ends: number[];
    }[];
    readonly cases: readonly {
      readonly version: 1 | 2;
      readonly options: {
        readonly max_answer_length?: number;
        readonly n_best_size?: number;
        readonly null_score_diff_threshold?: number;
      };
      readonly exact: number;
      readonly f1: number;
    }[];
  };
}

interface GeneralCases {
  readonly classification: readonly {
    readonly labels: number[];
    readonly shape: number[];
    readonly scores: number[];
    readonly f1: Readonly<Partial<Record<"binary" | "macro" | "micro" | "weighted", number>>>;
    readonly matthews: number;
  }[];
  readonly regression: readonly {
    readonly outputs: number[];
    readonly labels: number[];
    readonly pearson: number;
    readonly spearman: number;
    readonly mse: number;
  }[];
  readonly detection: readonly {
    readonly images: readonly {
      readonly boxes: number[][];
      readonly classes: number[];
      readonly iscrowd: number[];
      readonly area: number[];
      readonly difficult: number[];
      readonly width: number;
      readonly height: number;
      readonly detections: number[][];
      readonly scores: number[];
      readonly guesses: number[];
    }[];
    readonly figures: Readonly<Record<string, number>>;
  }[];
  readonly segmentation: readonly {
    readonly classes: number;
    readonly shape: number[];
    readonly labels: number[];
    readonly predicted: number[];
    readonly miou: number;
  }[];
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../fixtures/metrics-${name}.json`, import.meta.url), "utf8"));
}

export const languageCases = read("language") as LanguageCases;
export const generalCases = read("general") as GeneralCases;

/** The references are float64; sums are taken in another order here. */
export const DIGITS = 10;

/** A tensor of texts, one per sample. */
export function texts(values: readonly string[]): Tensor {
  return tensorOf("string", [values.length], values);
}

/** Runs a metric over one batch. */
export function judge(
  metric: Metric,
  outputs: Feeds,
  labels: readonly Label[],
): { value: number; resampling: Resampling } {
  const run = metric.begin();
  run.update(outputs, labels);
  const all = run.resampling?.();
  if (all === undefined) throw new Error(`${metric.name} keeps no samples`);
  return { value: run.value(), resampling: all };
}
