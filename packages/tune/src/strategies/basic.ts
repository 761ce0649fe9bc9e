// basic: from the whole to the parts. Equalization, the settings of all operators, static or dynamic, first and last
// operators float, blocks float, single nodes float, then those that helped together. It ends where the goal is met, with
// as little float as that needs; where speed is asked for, operators that are slower in INT8 are left float at the end.

import type { Trial, TunableNode, TuningSearch } from "@tersor/core";
import { bySensitivity, fallBackAlong, leaveSlowFloat, singles, takeBack } from "../fallback-stages.ts";
import { bestOf, dropOfTrial, isBestPossible, meets } from "../goal.ts";
import { tryDefault, tuneSettings } from "../settings-stages.ts";
import { groupNodes, propose, type Unit } from "../space.ts";
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
  let best: Trial | undefined = start;
  const mildestFirst = [...bySensitivity(search.nodes, "outputError")].reverse();
  for (const units of [endsOf(search.nodes), groupNodes(search.nodes, ({ block }) => block)]) {
    best = bestOf(search.goal, [best, ...(yield* leaveEach(search, start, units))]);
    if (meets(search.goal, best)) return yield* takeBack(search, best, mildestFirst);
  }
  const nodes = singles(bySensitivity(search.nodes, "outputError").slice(0, MOST_SINGLES));
  const trials = yield* leaveEach(search, start, nodes);
  best = bestOf(search.goal, [best, ...trials]);
  if (meets(search.goal, best)) return best;
  const helped = nodes.flatMap((unit, i) => {
    const gain = gainOf(search, start, trials[i]);
    return gain > 0 ? [{ unit, gain }] : [];
  });
  const order = helped.sort((a, b) => b.gain - a.gain).map(({ unit }) => unit);
  return bestOf(search.goal, [best, yield* fallBackAlong(search, start.config.settings, order)]);
}

/** Leaves each unit float alone. */
function* leaveEach(
  search: TuningSearch,
  { config }: Trial,
  units: readonly Unit[],
): Stages<readonly (Trial | undefined)[]> {
  const proper = units.filter(({ nodes }) => nodes.length < search.nodes.length);
  return yield proper.map(({ name, nodes }) =>
    propose(
      search,
      config.settings,
      nodes.map((node) => node.name),
      `${name} float`,
    ),
  );
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
  return trial === undefined ? 0 : dropOfTrial(goal, start) - dropOfTrial(goal, trial);
}

/** From the whole to the parts. */
export const basic = staged(
  "basic",
  function* (search) {
    yield* basicStages(search);
  },
  ["outputError", "slowdown"],
);
