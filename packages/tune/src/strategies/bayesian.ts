// bayesian: a Gaussian process over settings and float nodes models the loss, and the configurations with the largest
// expected improvement are tried next (Jones, Schonlau & Welch 1998), several side by side by believing the mean of the
// ones before (Ginsbourger, Le Riche & Carraro 2010).

import type { Proposal, Trial, TuningConfig, TuningSearch } from "@tersor/core";
import { expectedImprovement } from "../expected-improvement.ts";
import { fitProcess } from "../gaussian-process.ts";
import { compareTrials, isBestPossible, lossOf } from "../goal.ts";
import { tryDefault } from "../settings-stages.ts";
import { configKey, configOf, namesIn, proper, sameSetting, sampleConfig, unitsOf, type Unit } from "../space.ts";
import { staged } from "../staged.ts";

/** Random trials beside the default before there is a model. */
const FIRST = 4;
/** Trials side by side under the model. */
const BATCH = 2;
/** Random configurations that are judged by the model each time, beside the neighbours of the best trials. */
const POOL = 200;
const PARENTS = 3;

/** Gaussian process with expected improvement. */
export const bayesian = staged("bayesian", function* (search, rng) {
  const units = unitsOf(search);
  const first = yield* tryDefault(search);
  const trials = first === undefined ? [] : [first];
  for (let count = FIRST; !trials.some((trial) => isBestPossible(search, trial)); count = BATCH) {
    const pool = poolOf(search, units, trials, rng);
    const batch = count === FIRST ? pool.slice(0, count) : mostPromising(search, units, trials, pool);
    if (batch.length === 0) return;
    const results = yield batch.map((config): Proposal => ({ config, note: "expected improvement" }));
    trials.push(...results.filter((trial) => trial !== undefined));
  }
});

/** New configurations: random ones, then all one step away from the best. */
function poolOf(
  search: TuningSearch,
  units: readonly Unit[],
  trials: readonly Trial[],
  rng: () => number,
): readonly TuningConfig[] {
  const drawn = Array.from({ length: POOL }, () => sampleConfig(search, units, rng));
  const parents = [...trials].sort(compareTrials(search.goal)).slice(0, PARENTS);
  const near = parents.flatMap(({ config }) => neighbours(search, units, config));
  const tried = new Set(trials.map(({ config }) => configKey(config)));
  const fresh = new Map([...drawn, ...near].map((config) => [configKey(config), config]));
  return [...fresh].flatMap(([key, config]) => (tried.has(key) ? [] : [config]));
}

/** One other value of one setting, or one unit more or less left float. */
function neighbours(search: TuningSearch, units: readonly Unit[], config: TuningConfig): readonly TuningConfig[] {
  const settings = search.dimensions.flatMap(({ name, values }) =>
    values.map((value) => configOf(search, { ...config.settings, [name]: value }, config.float)),
  );
  const float = new Set(config.float);
  const isFloat = ({ nodes }: Unit): boolean => nodes.every(({ name }) => float.has(name));
  const flips = units.map((unit) => {
    const others = units.filter((other) => other !== unit && isFloat(other));
    return configOf(search, config.settings, namesIn(proper(isFloat(unit) ? others : [...others, unit], units)));
  });
  return [...settings, ...flips];
}

/** The configurations of the pool with the largest expected improvement, each judged as if the ones before were tried. */
function mostPromising(
  search: TuningSearch,
  units: readonly Unit[],
  trials: readonly Trial[],
  pool: readonly TuningConfig[],
): readonly TuningConfig[] {
  const points = trials.map(({ config }) => encode(search, units, config));
  const losses = trials.map((trial) => lossOf(search.goal, trial));
  const chosen: TuningConfig[] = [];
  while (chosen.length < Math.min(BATCH, pool.length)) {
    const process = fitProcess(points, losses);
    const best = Math.min(...losses);
    const left = pool.filter((config) => !chosen.includes(config));
    const values = left.map((config) => expectedImprovement(best, process.predict(encode(search, units, config))));
    const config = left[values.indexOf(Math.max(...values))]!;
    const point = encode(search, units, config);
    chosen.push(config);
    losses.push(process.predict(point).mean);
    points.push(point);
  }
  return chosen;
}

/** A 1 for each value that is chosen and each unit that is float. */
export function encode({ dimensions }: TuningSearch, units: readonly Unit[], config: TuningConfig): readonly number[] {
  const float = new Set(config.float);
  const settings = dimensions.flatMap(({ name, values }) => {
    const chosen = config.settings[name];
    return values.map((value) => Number(chosen !== undefined && sameSetting(value, chosen)));
  });
  return [...settings, ...units.map(({ nodes }) => Number(nodes.every(({ name }) => float.has(name))))];
}
