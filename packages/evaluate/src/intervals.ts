// Uncertainty of proportions. Wilson 1927 (score interval); McNemar 1947 in its exact binomial form;
// ratio of paired proportions by the delta method on the logarithm (Fagerland, Lydersen & Laake 2014, section 5.2);
// difference of paired proportions by Bonett & Price 2012 (Wald's interval with one sample added to each discordant cell).

import type { Interval, McNemar, PairedDifference } from "@tersor/core";

/** 97.5 % quantile of the normal distribution: two-sided 95 %. */
const Z95 = 1.959963984540054;

/** Wilson's 95 % interval of `correct` out of `count`; [0, 1] when nothing was counted. */
export function wilsonInterval(correct: number, count: number): Interval {
  if (count === 0) return { low: 0, high: 1, level: 0.95, method: "wilson" };
  const p = correct / count;
  const z2 = Z95 * Z95;
  const center = (p + z2 / (2 * count)) / (1 + z2 / count);
  const half = (Z95 / (1 + z2 / count)) * Math.sqrt((p * (1 - p)) / count + z2 / (4 * count * count));
  return {
    low: correct === 0 ? 0 : center - half,
    high: correct === count ? 1 : center + half,
    level: 0.95,
    method: "wilson",
  };
}

/** Samples that two models judged, by who was right. */
export interface PairedCounts {
  readonly both: number;
  readonly onlyReference: number;
  readonly onlyCandidate: number;
  readonly neither: number;
}

/** Exact two-sided test that both models are right equally often: the discordant samples are fair coin tosses. */
export function mcnemarExact({
  onlyReference,
  onlyCandidate,
}: Pick<PairedCounts, "onlyReference" | "onlyCandidate">): McNemar {
  const tosses = onlyReference + onlyCandidate;
  const tail = binomialTail(Math.min(onlyReference, onlyCandidate), tosses);
  return { onlyReference, onlyCandidate, pValue: Math.min(1, 2 * tail) };
}

/** P(X <= k) of n fair coin tosses. In logarithms, since 2^-n underflows for n > 1074. */
function binomialTail(k: number, n: number): number {
  let logTerm = -n * Math.LN2;
  let sum = Math.exp(logTerm);
  for (let i = 1; i <= k; i++) {
    logTerm += Math.log((n - i + 1) / i);
    sum += Math.exp(logTerm);
  }
  return sum;
}

/**
 * 95 % interval of (candidate - reference) / reference for two paired proportions.
 * Undefined when one of the models was never right: the logarithm of the ratio has no bounds there.
 */
export function pairedRatioInterval({ both, onlyReference, onlyCandidate }: PairedCounts): Interval | undefined {
  const reference = both + onlyReference;
  const candidate = both + onlyCandidate;
  if (reference === 0 || candidate === 0) return undefined;
  const ratio = candidate / reference;
  const spread = Math.exp(Z95 * Math.sqrt((onlyReference + onlyCandidate) / (reference * candidate)));
  return { low: ratio / spread - 1, high: ratio * spread - 1, level: 0.95, method: "paired-log-ratio" };
}

/** candidate - reference of two paired proportions, with its 95 % interval; the test is McNemar's. */
export function pairedDifference({ both, onlyReference, onlyCandidate, neither }: PairedCounts): PairedDifference {
  const count = both + onlyReference + onlyCandidate + neither;
  const lost = (onlyReference + 1) / (count + 2);
  const won = (onlyCandidate + 1) / (count + 2);
  const half = Z95 * Math.sqrt((lost + won - (won - lost) ** 2) / (count + 2));
  const [low, high] = [Math.max(-1, won - lost - half), Math.min(1, won - lost + half)];
  return {
    value: (onlyCandidate - onlyReference) / count,
    interval: { low, high, level: 0.95, method: "bonett-price" },
  };
}
