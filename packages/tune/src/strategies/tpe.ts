// tpe: tree-structured Parzen estimator (Bergstra, Bardenet, Bengio & Kégl 2011). The trials are split at a share of the
// best; values are drawn as they occur among the good ones, and of several draws those are tried that are most likelier
// among the good than among the rest.

import type { Proposal, Setting, Trial, TuningConfig, TuningSearch } from "@tersor/core";
import { isBestPossible, lossOf } from "../goal.ts";
import { tryDefault } from "../settings-stages.ts";
import { configKey, configOf, namesIn, proper, sameSetting, sampleConfig, unitsOf, type Unit } from "../space.ts";
import { staged } from "../staged.ts";

/** Random trials beside the default before there is a model. */
const FIRST = 7;
const BATCH = 2;
/** Share of the trials that count as good. */
const GAMMA = 0.25;
/** Draws of which the best are tried. */
const DRAWS = 48;

/** Tree-structured Parzen estimator; it needs many trials to be better than random. */
export const tpe = staged("tpe", function* (search, rng) {
  const units = unitsOf(search);
  const first = yield* tryDefault(search);
  const trials = first === undefined ? [] : [first];
  for (let count = FIRST; !trials.some((trial) => isBestPossible(search, trial)); count = BATCH) {
    const drawn =
      count === FIRST
        ? Array.from({ length: DRAWS }, () => sampleConfig(search, units, rng))
        : likeliest(search, units, trials, rng);
    const batch = untried(drawn, trials).slice(0, count);
    if (batch.length === 0) return;
    const results = yield batch.map((config): Proposal => ({ config, note: "likelier among the good" }));
    trials.push(...results.filter((trial) => trial !== undefined));
  }
});

function untried(configs: readonly TuningConfig[], trials: readonly Trial[]): readonly TuningConfig[] {
  const tried = new Set(trials.map(({ config }) => configKey(config)));
  const fresh = new Map(configs.map((config) => [configKey(config), config]));
  return [...fresh].flatMap(([key, config]) => (tried.has(key) ? [] : [config]));
}

/** Draws from what is good, ordered by how much likelier they are there. */
function likeliest(
  search: TuningSearch,
  units: readonly Unit[],
  trials: readonly Trial[],
  rng: () => number,
): readonly TuningConfig[] {
  const order = [...trials].sort((a, b) => lossOf(search.goal, a) - lossOf(search.goal, b) || a.index - b.index);
  const most = Math.ceil(GAMMA * trials.length);
  const variables = variablesOf(search, units).map((variable) => ({
    ...variable,
    good: parzen(variable, order.slice(0, most)),
    bad: parzen(variable, order.slice(most)),
  }));
  const draws = Array.from({ length: DRAWS }, () => {
    const chosen = variables.map(({ good }) => draw(good, rng));
    const score = variables.reduce((sum, { good, bad }, i) => sum + Math.log(good[chosen[i]!]! / bad[chosen[i]!]!), 0);
    return { config: configFrom(search, units, chosen), score };
  });
  return draws.sort((a, b) => b.score - a.score).map(({ config }) => config);
}

/** A choice of one of several values: a setting, or whether a unit is quantized or float. */
interface Variable {
  readonly count: number;
  /** The value that a configuration has; undefined where the setting does not matter in it. */
  of(config: TuningConfig): number | undefined;
}

function variablesOf(search: TuningSearch, units: readonly Unit[]): readonly Variable[] {
  const settings = search.dimensions.map(({ name, values }): Variable => ({
    count: values.length,
    of: ({ settings }) => indexOf(values, settings[name]),
  }));
  const floats = units.map(({ nodes }): Variable => ({
    count: 2,
    of: ({ float }) => Number(nodes.every(({ name }) => float.includes(name))),
  }));
  return [...settings, ...floats];
}

function indexOf(values: readonly Setting[], chosen: Setting | undefined): number | undefined {
  const at = chosen === undefined ? -1 : values.findIndex((value) => sameSetting(value, chosen));
  return at < 0 ? undefined : at;
}

/** How likely each value is: counts with a uniform prior that weighs as much as one trial. */
export function parzen({ count, of }: Variable, trials: readonly Trial[]): readonly number[] {
  const weights = Array.from({ length: count }, () => 1 / count);
  let total = 1;
  for (const { config } of trials) {
    const value = of(config);
    if (value === undefined) continue;
    weights[value]! += 1;
    total++;
  }
  return weights.map((weight) => weight / total);
}

function draw(probabilities: readonly number[], rng: () => number): number {
  let left = rng();
  const at = probabilities.findIndex((probability) => (left -= probability) < 0);
  return at < 0 ? probabilities.length - 1 : at;
}

function configFrom(search: TuningSearch, units: readonly Unit[], chosen: readonly number[]): TuningConfig {
  const { dimensions } = search;
  const settings = Object.fromEntries(dimensions.map(({ name, values }, i) => [name, values[chosen[i]!]!]));
  const float = units.filter((_, i) => chosen[dimensions.length + i] === 1);
  return configOf(search, settings, namesIn(proper(float, units)));
}
