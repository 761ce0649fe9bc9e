// Moving average: exponentially weighted minimum and maximum of the batches, constant 0.01
// (Jacob et al. 2018, arXiv 1712.05877, section 3.1). Outlier batches weigh little.

import { defineCalibrator } from "@tersor/core";
import { extremes } from "./summary.ts";

/** The moving average of the ranges of the batches. */
export const movingAverage = defineCalibrator({
  name: "moving-average",
  observer: { observer: "moving", constant: 0.01 },
  range: (summary) => extremes(summary, "moving-average"),
});
