// The metrics that only suites have, beside those of the house.

import type { Plugin } from "@tersor/core";
import { yoloCenterMap, yoloMap } from "./anchors.ts";
import { faceDetection, faceVerification } from "./faces.ts";

/** The metrics of suites, as a plugin. */
export const suiteMetrics: Plugin = {
  name: "suite-metrics",
  metrics: [faceDetection, faceVerification, yoloMap, yoloCenterMap],
};
