// The contract of weight-only algorithms lives in core, where plugins find it.

export type {
  Codebook,
  GroupCodes,
  GroupSpec,
  InputStatistics,
  RoundingAlgorithm,
  RoundRows,
  WeightRows,
} from "@tersor/core";
