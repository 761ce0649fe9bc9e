// Min-max: the range is what was seen. Nothing is clipped.

import { defineCalibrator } from "@tersor/core";
import { extremes } from "./summary.ts";

/** The range that was seen. */
export const minMax = defineCalibrator({
  name: "min-max",
  observer: { observer: "min-max" },
  range: (summary) => extremes(summary, "min-max"),
});
