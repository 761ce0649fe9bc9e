// The metrics that only suites have, beside those of the house.

import { defineMetric, type Metric, type Plugin } from "@tersor/core";
import { bleuMetric } from "@tersor/evaluate";
import { yoloCenterMap, yoloMap } from "./anchors.ts";
import { faceDetection, faceVerification } from "./faces.ts";
import { pictureSimilarity } from "./pipeline/picture-similarity.ts";

/** BLEU over token ids, for models that search in the graph and whose vocabulary nobody has at hand. */
const tokenBleu: Metric = defineMetric({ ...bleuMetric({ decode: (ids) => ids.join(" ") }), name: "token-bleu" });

/** The metrics of suites, as a plugin. */
export const suiteMetrics: Plugin = {
  name: "suite-metrics",
  metrics: [faceDetection, faceVerification, yoloMap, yoloCenterMap, tokenBleu, pictureSimilarity],
};
