// Whether a set of samples is large enough to see the drop that a goal allows: what is smaller than the noise can't be told
// from nothing.

import type { MetricValue, PairedDifference } from "@tersor/core";
import { formatNumber, formatPercent } from "./report/format.ts";

/** The drop that a goal allows. */
export interface ToleratedDrop {
  readonly maxDrop: number;
  /** Whether it is a share of the metric's value. */
  readonly relative: boolean;
}

/** The least drop that shows. */
export interface VisibleDrop {
  /** In the metric's own units. */
  readonly drop: number;
  /** Where the figure comes from, such as "95 % interval (wilson) on 408 samples". */
  readonly statistic: string;
}

/**
 * The least drop that the samples show. With the `difference` of two models on these samples: half its 95 % interval.
 * Before a second model ran: from the value to the worse end of its own 95 % interval, which is the more careful figure, as
 * two models on the same samples err alike. Undefined where there is no interval.
 */
export function smallestVisibleDrop(value: MetricValue, difference?: PairedDifference): VisibleDrop | undefined {
  const interval = difference?.interval ?? value.interval;
  if (interval === undefined) return undefined;
  const { low, high, method } = interval;
  const alone = value.higherIsBetter ? value.value - low : high - value.value;
  const drop = difference === undefined ? alone : (high - low) / 2;
  if (!Number.isFinite(drop)) return undefined;
  const what = difference === undefined ? "95 % interval" : "95 % interval of the difference";
  return { drop: Math.max(0, drop), statistic: `${what} (${method}) on ${value.count} samples` };
}

/** Whether the samples show the tolerated drop; undefined where nothing says so. */
export function dropIsVisible(
  value: MetricValue,
  tolerated: ToleratedDrop,
  difference?: PairedDifference,
): boolean | undefined {
  const visible = smallestVisibleDrop(value, difference);
  return visible && visible.drop <= absoluteDrop(value, tolerated);
}

/** What to tell the user when the tolerated drop is inside the noise; undefined when it is not, or nothing says so. */
export function smallSetWarning(
  value: MetricValue,
  tolerated: ToleratedDrop,
  difference?: PairedDifference,
): string | undefined {
  const visible = smallestVisibleDrop(value, difference);
  const most = absoluteDrop(value, tolerated);
  if (visible === undefined || visible.drop <= most) return undefined;
  const drop = (share: number) => (value.correct === undefined ? formatNumber(share) : formatPercent(share));
  const asked = tolerated.relative ? `${formatPercent(tolerated.maxDrop)} of the value` : drop(tolerated.maxDrop);
  return (
    `The set is too small to see the tolerated drop: ${asked} is inside the noise of ${value.metric}, which is ` +
    `${drop(visible.drop)} (${visible.statistic}). ${advice(value.count, visible.drop, most)}`
  );
}

/** Noise falls with the square root of the number of samples. */
function advice(count: number, visible: number, asked: number): string {
  if (!(asked > 0)) return "Whether the models differ at all, no number of samples shows; allow some drop.";
  const samples = Number((count * (visible / asked) ** 2).toPrecision(2));
  return `About ${samples} samples would show it.`;
}

function absoluteDrop({ value }: MetricValue, { maxDrop, relative }: ToleratedDrop): number {
  return relative ? maxDrop * Math.abs(value) : maxDrop;
}
