// Expected improvement (Jones, Schonlau & Welch 1998, equation 15) for minimization, with the normal distribution it needs.

/** How much less than `best` a normal value is expected to be, counting more as nothing. */
export function expectedImprovement(best: number, { mean, deviation }: { mean: number; deviation: number }): number {
  if (deviation === 0) return Math.max(0, best - mean);
  const z = (best - mean) / deviation;
  return Math.max(0, (best - mean) * normalCdf(z) + deviation * normalPdf(z));
}

function normalPdf(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** Share of the standard normal distribution below z. */
function normalCdf(z: number): number {
  return erfc(-z / Math.SQRT2) / 2;
}

/** Complementary error function with a relative error below 1.2e-7 (Press et al., Numerical Recipes, section 6.2). */
function erfc(x: number): number {
  const t = 1 / (1 + Math.abs(x) / 2);
  const value = t * Math.exp(-x * x + COEFFICIENTS.reduceRight((sum, coefficient) => sum * t + coefficient, 0));
  return x >= 0 ? value : 2 - value;
}

const COEFFICIENTS = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
  0.17087277,
];
