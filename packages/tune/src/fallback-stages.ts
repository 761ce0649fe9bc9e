// Stages that leave nodes float until the goal is met: along a given order, in as few trials as that takes.

import type { Trial, TunableNode, TuningConfig, TuningNeed, TuningSearch } from "@tersor/core";
import { bestOf, meets } from "./goal.ts";
import { namesIn, propose, type Settings, type Unit } from "./space.ts";
import type { Results, Stages } from "./staged.ts";

/**
 * Leaves the first units of an order float: 1, 2, 4 and so on until the goal is met, then halves the gap to the largest
 * number that was not enough. So n units need about 2 log2 n trials, where one more at a time would need n. Gives the
 * best trial.
 */
export function* fallBackAlong(
  search: TuningSearch,
  settings: Settings,
  order: readonly Unit[],
  always: readonly string[] = [],
): Stages<Trial | undefined> {
  const proposal = (count: number) => {
    const names = [...always, ...namesIn(order.slice(0, count))];
    return { ...propose(search, settings, names, `${count} of ${order.length} worst float`), unlessMet: true };
  };
  const counts = doublings(Math.min(order.length, mostUnits(search, order, always)));
  const trials = yield counts.map(proposal);
  const first = trials.findIndex((trial) => meets(search.goal, trial));
  if (first < 0) return bestOf(search.goal, trials);
  let enough = counts[first]!;
  let tooFew = counts[first - 1] ?? 0;
  let best = trials[first];
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    const [trial] = yield [proposal(middle)];
    if (meets(search.goal, trial)) [enough, best] = [middle, trial];
    else tooFew = middle;
  }
  return best;
}

/** 1, 2, 4 … and `most` itself. */
function doublings(most: number): readonly number[] {
  const counts: number[] = [];
  for (let count = 1; count < most; count *= 2) counts.push(count);
  return most > 0 ? [...counts, most] : counts;
}

/** At least one node stays quantized: with none, the result would be the source. */
function mostUnits({ nodes }: TuningSearch, order: readonly Unit[], always: readonly string[]): number {
  const all = new Set([...always, ...namesIn(order)]);
  return all.size >= nodes.length ? order.length - 1 : order.length;
}

/** Quantizes nodes of a trial again, the least of `order` first, and keeps each change that still meets the goal. */
export function* takeBack(
  search: TuningSearch,
  start: Trial | undefined,
  order: readonly TunableNode[],
): Stages<Trial | undefined> {
  if (start === undefined || !meets(search.goal, start)) return start;
  let best: Trial = start;
  for (const { name } of order) {
    const { settings, float }: TuningConfig = best.config;
    if (!float.includes(name)) continue;
    const rest = float.filter((other) => other !== name);
    const [trial]: Results = yield [propose(search, settings, rest, `${name} quantized again`)];
    if (trial !== undefined && meets(search.goal, trial)) best = trial;
  }
  return best;
}

/** Where speed is asked for: the operators that are slower quantized, by measurement, left float beside `start`'s. */
export function* leaveSlowFloat(search: TuningSearch, start: Trial | undefined): Stages<Trial | undefined> {
  const slow = search.nodes.filter(({ slowdown = 1 }) => slowdown > 1).map(({ name }) => name);
  if (start === undefined || slow.length === 0 || slow.length >= search.nodes.length) return start;
  const { settings, float } = start.config;
  const [trial] = yield [propose(search, settings, [...float, ...slow], "operators slower in INT8 float")];
  return bestOf(search.goal, [start, trial]);
}

/** Nodes in the order of a measured error, the worst first; those without a value come last, in graph order. */
export function bySensitivity(
  nodes: readonly TunableNode[],
  error: Exclude<TuningNeed, "slowdown">,
): readonly TunableNode[] {
  return [...nodes].sort((a, b) => (b[error] ?? -1) - (a[error] ?? -1));
}

/** A unit of each node. */
export function singles(nodes: readonly TunableNode[]): readonly Unit[] {
  return nodes.map((node) => ({ name: node.name, nodes: [node] }));
}
