// Stages that choose settings: one dimension after the other, each from the best that is known.

import type { Trial, TuningDimension, TuningSearch } from "@tersor/core";
import { bestOf, isBestPossible } from "./goal.ts";
import { configKey, configOf, defaultSettings, propose, sameSetting, type Settings } from "./space.ts";
import type { Stages } from "./staged.ts";

/** The settings a recipe begins with, all nodes quantized. */
export function* tryDefault(search: TuningSearch): Stages<Trial | undefined> {
  const [trial] = yield [propose(search, defaultSettings(search), [], "all operators, the default settings")];
  return trial;
}

/** Tries the other values of some dimensions, one dimension at a time; gives the best trial so far. */
export function* tuneSettings(
  search: TuningSearch,
  start: Trial | undefined,
  wanted: (dimension: TuningDimension) => boolean,
): Stages<Trial | undefined> {
  let best = start;
  for (const dimension of search.dimensions.filter(wanted)) {
    if (isBestPossible(search, best)) return best;
    best = yield* tuneDimension(search, best, dimension);
  }
  return best;
}

function* tuneDimension(
  search: TuningSearch,
  best: Trial | undefined,
  dimension: TuningDimension,
): Stages<Trial | undefined> {
  const { settings, float } = best?.config ?? { settings: defaultSettings(search), float: [] };
  const own = configKey(configOf(search, settings, float));
  const proposals = dimension.values
    .filter((value) => !sameSetting(value, settings[dimension.name] ?? null))
    .map((value) => propose(search, withSetting(search, settings, dimension, value), float, noteOf(dimension, value)))
    // A dimension that does not matter beside the other settings changes nothing.
    .filter(({ config }) => configKey(config) !== own);
  const trials = yield proposals;
  return bestOf(search.goal, [best, ...trials]);
}

/** A new value brings the defaults of the dimensions that only matter beside it. */
function withSetting(search: TuningSearch, settings: Settings, { name }: TuningDimension, value: Settings[string]) {
  return { ...defaultSettings(search), ...settings, [name]: value };
}

function noteOf({ name }: TuningDimension, value: Settings[string]): string {
  if (value === null) return `no ${name}`;
  return `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`;
}
