// The strategies that come with Tersor.

import type { TuningStrategy } from "@tersor/core";
import { auto } from "./auto.ts";
import { basic } from "./basic.ts";
import { bayesian } from "./bayesian.ts";
import { conservative } from "./conservative.ts";
import { exhaustive } from "./exhaustive.ts";
import { mseV2 } from "./mse-v2.ts";
import { mse } from "./mse.ts";
import { pareto } from "./pareto.ts";
import { random } from "./random.ts";
import { tpe } from "./tpe.ts";

/** All of them, as a plugin lists them; the default first. */
export const standardStrategies: readonly TuningStrategy[] = [
  auto,
  basic,
  conservative,
  mse,
  mseV2,
  bayesian,
  tpe,
  random,
  exhaustive,
  pareto,
];
