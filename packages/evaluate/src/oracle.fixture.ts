// Reads fixtures/oracle.json, the numbers that fixtures/make.py took from numpy, scipy, scikit-learn and statsmodels.

import { readFileSync } from "node:fs";

interface Oracle {
  readonly comparison: {
    readonly shape: number[];
    readonly reference: number[];
    readonly actual: number[];
    readonly sqnrDb: number;
    readonly cosine: number;
    readonly maxAbsError: number;
    readonly maxRelError: number;
    readonly top1Agreement: number;
  };
  readonly wilson: { readonly correct: number; readonly count: number; readonly bounds: [number, number] }[];
  readonly mcnemar_exact: { readonly onlyReference: number; readonly onlyCandidate: number; readonly pValue: number }[];
  readonly paired_ratio: {
    readonly both: number;
    readonly onlyReference: number;
    readonly onlyCandidate: number;
    readonly neither: number;
    readonly bounds: [number, number];
    readonly differenceBounds: [number, number];
  }[];
  readonly accuracy: {
    readonly shape: number[];
    readonly logits: number[];
    readonly labels: number[];
    readonly top1: number;
    readonly top3: number;
    readonly predictions: number[];
  };
  readonly percentiles: { readonly samples: number[]; readonly q: number[]; readonly values: number[] };
}

export const oracle = JSON.parse(readFileSync(new URL("../fixtures/oracle.json", import.meta.url), "utf8")) as Oracle;
