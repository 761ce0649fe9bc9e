// basic: from the whole to the parts. Equalization, the settings of all operators, static or dynamic, first and last
// operators float, blocks float, single nodes float, then those that helped together. It ends where the goal is met, with
// as little float as that needs; where speed is asked for, operators that are slower in INT8 are left float at the end.

import type { Trial, TunableNode, TuningSearch } from "@tersor/core";
import { fallBackAlong, leaveSlowFloat, singles, takeBack } from "../fallback-stages.ts";
import { bestOf, dropOfTrial, isBestPossible, meets } from "../goal.ts";
import { tryDefault, tuneSettings } from "../settings-stages.ts";
import { groupNodes, namesIn, propose, type Unit } from "../space.ts";
import { staged, type Stages } from "../staged.ts";

/** Dimensions with a stage of their own, in the order of the stages around the rest. */
const equalizing = ["equalize"];
const approach = ["mode"];

/** Most nodes that are tried alone. */
const MOST_SINGLES = 32;

/** All stages; gives the best trial. */
export function* basicStages(search: TuningSearch): Stages<Trial | undefined> {
  let best = yield* tryDefault(search);
  best = yield* tuneSettings(search, best, ({ name }) => equalizing.includes(name));
  best = yield* tuneSettings(search, best, ({ name }) => ![...equalizing, ...approach].includes(name));
  best = yield* tuneSettings(search, best, ({ name }) => approach.includes(name));
  if (!meets(search.goal, best)) best = yield* fallBack(search, best);
  return isBestPossible(search, best) ? best : yield* leaveSlowFloat(search, best);
}

/** Ends, blocks, single nodes: each stage only where the one before was not enough. */
function* fallBack(search: TuningSearch, start: Trial | undefined): Stages<Trial | undefined> {
  if (start === undefined) return undefined;
  const ends = yield* leaveEach(search, start, endsOf(search.nodes));
  let best = bestOf(search.goal, [start, ...ends.map(({ trial }) => trial)]);
  if (meets(search.goal, best)) return yield* takeBackLargest(search, best);
  const blocks = yield* leaveEach(
    search,
    start,
    groupNodes(search.nodes, ({ block }) => block),
  );
  best = bestOf(search.goal, [best, ...blocks.map(({ trial }) => trial)]);
  if (meets(search.goal, best)) return yield* takeBackLargest(search, best);
  const nodes = singles(inOrderOfBlocks(search.nodes, blocks).slice(0, MOST_SINGLES));
  const alone = yield* leaveEach(search, start, nodes);
  best = bestOf(search.goal, [best, ...alone.map(({ trial }) => trial)]);
  if (meets(search.goal, best)) return best;
  const order = byGain(alone).flatMap(({ unit, gain }) => (gain > 0 ? [unit] : []));
  return bestOf(search.goal, [best, yield* fallBackAlong(search, start.config.settings, order)]);
}

/** A unit that was left float alone, and how much less the metric drops then. */
interface Tried {
  readonly unit: Unit;
  readonly trial: Trial | undefined;
  readonly gain: number;
}

function byGain(tried: readonly Tried[]): readonly Tried[] {
  return [...tried].sort((a, b) => b.gain - a.gain);
}

/** Nodes of the blocks that helped most first, those of no block last. */
function inOrderOfBlocks(nodes: readonly TunableNode[], blocks: readonly Tried[]): readonly TunableNode[] {
  const ordered = byGain(blocks).flatMap(({ unit }) => unit.nodes);
  return [...new Set([...ordered, ...nodes])];
}

/** What is larger is worth more as integers. */
function takeBackLargest(search: TuningSearch, start: Trial | undefined): Stages<Trial | undefined> {
  return takeBack(
    search,
    start,
    [...search.nodes].sort((a, b) => b.weightBytes - a.weightBytes),
  );
}

/** Leaves each unit float alone. */
function* leaveEach(search: TuningSearch, start: Trial, units: readonly Unit[]): Stages<readonly Tried[]> {
  const proper = units.filter(({ nodes }) => nodes.length < search.nodes.length);
  const trials = yield proper.map((unit) =>
    propose(search, start.config.settings, namesIn([unit]), `${unit.name} float`),
  );
  return proper.map((unit, i) => ({ unit, trial: trials[i], gain: gainOf(search, start, trials[i]) }));
}

/** The first node, the last, and both. */
function endsOf(nodes: readonly TunableNode[]): readonly Unit[] {
  const [first, last] = [nodes[0], nodes.at(-1)];
  if (first === undefined || last === undefined || first === last) return [];
  return [
    { name: "the first operator", nodes: [first] },
    { name: "the last operator", nodes: [last] },
    { name: "the first and the last operator", nodes: [first, last] },
  ];
}

/** How much less the metric drops than it does in `start`. */
function gainOf({ goal }: TuningSearch, start: Trial, trial: Trial | undefined): number {
  return trial?.outcome === undefined ? 0 : dropOfTrial(goal, start) - dropOfTrial(goal, trial);
}

/** From the whole to the parts. */
export const basic = staged(
  "basic",
  function* (search) {
    yield* basicStages(search);
  },
  ["slowdown"],
);
