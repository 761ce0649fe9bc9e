// A width for each weight under a budget: widths are given out by marginal return on the lower convex hull of each
// weight's noise, which is optimal up to the last step (Shoham and Gersho, Efficient bit allocation for an arbitrary set
// of quantizers, IEEE Trans. ASSP 36, 1988).

import type { GroupsSpec } from "@tersor/core";
import { bitBudgetTooSmall } from "./errors.ts";

/** Bits of a code. */
export type Bits = GroupsSpec["bits"];

/** A weight, its size, and how much its products suffer in each width. */
export interface WidthChoice {
  readonly weight: string;
  readonly elements: number;
  /** Noise of the product's output over its signal, by width. */
  readonly noise: Readonly<Partial<Record<Bits, number>>>;
}

/** One step up for one weight: what it saves and what it costs. */
interface Step {
  readonly weight: string;
  readonly to: Bits;
  readonly cost: number;
  readonly gain: number;
}

/**
 * Widths by weight: the sum of their noises is least for at most `averageBits` bits an element on the mean.
 * @throws QUANTIZE_BIT_BUDGET
 */
export function allocateBits(choices: readonly WidthChoice[], averageBits: number): ReadonlyMap<string, Bits> {
  const total = choices.reduce((sum, { elements }) => sum + elements, 0);
  const narrowest = new Map(choices.map((choice) => [choice.weight, Math.min(...widthsOf(choice)) as Bits]));
  let left = averageBits * total;
  for (const { weight, elements } of choices) left -= narrowest.get(weight)! * elements;
  if (left < 0) throw bitBudgetTooSmall(averageBits, Math.min(...narrowest.values()));
  const steps = choices.flatMap(stepsOf).sort((a, b) => b.gain / b.cost - a.gain / a.cost);
  const chosen = new Map(narrowest);
  const full = new Set<string>();
  for (const { weight, to, cost } of steps) {
    // A step that does not fit ends the way of its weight: the next ones build on it.
    if (full.has(weight)) continue;
    if (cost > left) full.add(weight);
    else {
      left -= cost;
      chosen.set(weight, to);
    }
  }
  return chosen;
}

function widthsOf({ noise }: WidthChoice): Bits[] {
  return Object.keys(noise).map((bits) => Number(bits) as Bits);
}

/** The steps along the lower convex hull of (bits, noise): each saves less for a bit than the one before. */
function stepsOf({ weight, elements, noise }: WidthChoice): readonly Step[] {
  const widths = widthsOf({ weight, elements, noise }).sort((a, b) => a - b);
  const steps: Step[] = [];
  for (let at = 0; at < widths.length - 1;) {
    const from = widths[at]!;
    const slope = (to: Bits): number => (noise[from]! - noise[to]!) / (to - from);
    const next = widths.slice(at + 1).reduce((best, to) => (slope(to) >= slope(best) ? to : best));
    if (noise[next]! >= noise[from]!) break;
    steps.push({ weight, to: next, cost: (next - from) * elements, gain: noise[from]! - noise[next]! });
    at = widths.indexOf(next);
  }
  return steps;
}
