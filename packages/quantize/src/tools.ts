// What quantizing works with, and what it gives.

import type {
  Batches,
  Calibrator,
  Executor,
  Graph,
  Kernels,
  ObserveOptions,
  QuantizationPlan,
  RoundingAlgorithm,
} from "@tersor/core";

/** What quantizing works with. */
export interface QuantizationTools {
  /** Runs the model on calibration data; methods that need data need it. */
  readonly executor?: Executor;
  readonly calibration?: Batches;
  readonly calibrators?: readonly Calibrator[];
  /** Weight-only algorithms beside those of the house. */
  readonly roundings?: readonly RoundingAlgorithm[];
  readonly kernels?: Kernels;
  readonly observe?: ObserveOptions;
}

/** A quantized graph, and what it was made from. */
export interface QuantizedGraph {
  readonly graph: Graph;
  readonly plan: QuantizationPlan;
  /** The float graph the plan speaks of: after the passes, with unique node names. */
  readonly prepared: Graph;
}
