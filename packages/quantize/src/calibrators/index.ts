// The calibrators that come with the house; a plugin adds others.

import type { Calibrator } from "@tersor/core";
import { entropy } from "./entropy.ts";
import { minMax } from "./min-max.ts";
import { movingAverage } from "./moving-average.ts";
import { mse } from "./mse.ts";
import { percentile } from "./percentile.ts";

/** The calibrators that come with the house. */
export const standardCalibrators: readonly Calibrator[] = [minMax, movingAverage, percentile, entropy, mse];
