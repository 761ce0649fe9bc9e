// pareto: looks for the whole trade-off between accuracy and the objectives instead of one best configuration. NSGA-II
// (Deb, Pratap, Agarwal & Meyarivan 2002): parents by front, then by room; children by uniform crossover and mutation.

import type { Proposal, Trial, TuningConfig, TuningSearch } from "@tersor/core";
import { leaveSlowFloat } from "../fallback-stages.ts";
import { crowding, fronts, pointOf } from "../pareto-front.ts";
import { tryDefault } from "../settings-stages.ts";
import { configKey, configOf, namesIn, pick, proper, sampleConfig, unitsOf, type Unit } from "../space.ts";
import { staged } from "../staged.ts";

/** Random trials beside the default in the first generation. */
const FIRST = 7;
/** Children of a generation. */
const BATCH = 4;
/** Parents that survive. */
const SURVIVORS = 12;
/** Attempts at a new child before the space counts as used up. */
const PATIENCE = 100;

/** Non-dominated sorting genetic search over accuracy and all objectives. */
export const pareto = staged(
  "pareto",
  function* (search, rng) {
    const units = unitsOf(search);
    const first = yield* tryDefault(search);
    yield* leaveSlowFloat(search, first);
    const trials = first === undefined ? [] : [first];
    for (let count = FIRST; ; count = BATCH) {
      const parents = survivors(search, trials);
      const make = () => (count === FIRST ? sampleConfig(search, units, rng) : child(search, units, parents, rng));
      const batch = newOnes(make, trials, count);
      if (batch.length === 0) return;
      const results = yield batch.map((config): Proposal => ({ config, note: "generation" }));
      trials.push(...results.filter((trial) => trial !== undefined));
    }
  },
  ["slowdown"],
);

function newOnes(make: () => TuningConfig, trials: readonly Trial[], count: number): readonly TuningConfig[] {
  const tried = new Set(trials.map(({ config }) => configKey(config)));
  const found = new Map<string, TuningConfig>();
  for (let attempt = 0; attempt < PATIENCE && found.size < count; attempt++) {
    const config = make();
    if (!tried.has(configKey(config))) found.set(configKey(config), config);
  }
  return [...found.values()];
}

/** Trials in the order of NSGA-II: by front, the ones with most room first. */
export function survivors({ goal }: TuningSearch, trials: readonly Trial[]): readonly Trial[] {
  const done = trials.filter(({ outcome }) => outcome !== undefined);
  const points = done.map((trial) => pointOf(goal, trial));
  const ranked = fronts(points).flatMap((front) => {
    const room = crowding(front.map((i) => points[i]!));
    const order = front.map((i, at) => ({ i, room: room[at]! }));
    return order.sort((a, b) => (a.room === b.room ? a.i - b.i : b.room - a.room)).map(({ i }) => done[i]!);
  });
  return ranked.slice(0, SURVIVORS);
}

/** A child of two parents, each the better of two; about one of its choices is mutated. */
function child(
  search: TuningSearch,
  units: readonly Unit[],
  parents: readonly Trial[],
  rng: () => number,
): TuningConfig {
  if (parents.length === 0) return sampleConfig(search, units, rng);
  const [mother, father] = [tournament(parents, rng).config, tournament(parents, rng).config];
  const rate = 1 / Math.max(1, search.dimensions.length + units.length);
  const either = () => (rng() < 0.5 ? mother : father);
  const settings = search.dimensions.map(({ name, values }) => {
    const inherited = either().settings[name] ?? values[0]!;
    return [name, rng() < rate ? pick(values, rng) : inherited] as const;
  });
  const float = units.filter((unit) => isFloat(unit, either()) !== rng() < rate);
  return configOf(search, Object.fromEntries(settings), namesIn(proper(float, units)));
}

/** Parents are in order, so the smaller index is the better one. */
function tournament(parents: readonly Trial[], rng: () => number): Trial {
  const places = parents.map((_, i) => i);
  return parents[Math.min(pick(places, rng), pick(places, rng))]!;
}

function isFloat({ nodes }: Unit, { float }: TuningConfig): boolean {
  return nodes.every(({ name }) => float.includes(name));
}
