// What a run of Tersor found, as one data structure; every renderer (@tersor/evaluate) reads this and nothing else.
// Plain data, but for the numbers that JSON lacks: an SQNR can be infinite, and a metric without samples is NaN.

import type { GraphPicture, ProfileReport, SaturationReport, Sensitivity, TensorHistogram } from "./diagnosis.ts";
import type { TuningReport } from "./tuning-report.ts";

/** How far two float tensors are apart, summed over all samples in float64. */
export interface FloatComparison {
  readonly kind: "float";
  /** 10 log10(sum ref^2 / sum (ref - act)^2): Infinity when equal, -Infinity when the reference is all zero and `actual` is not. */
  readonly sqnrDb: number;
  /** Cosine of the angle between both; 1 when both are all zero, 0 when one is. */
  readonly cosine: number;
  readonly maxAbsError: number;
  /** `maxAbsError` over the largest magnitude of the reference; absent when the reference is all zero. */
  readonly maxRelError?: number;
  /** Share of rows (last axis, 2 or more elements) whose largest element is at the same place. */
  readonly top1Agreement?: number;
  readonly elements: number;
  /** Elements that are NaN or infinite in `actual` although the reference is finite. */
  readonly nonFinite: number;
  /** Elements that are NaN or infinite in the reference; left out of the sums, like the ones above. */
  readonly referenceNonFinite: number;
}

/** How far two tensors of integers, booleans or strings are apart. */
export interface ExactComparison {
  readonly kind: "exact";
  /** Share of equal elements; 1 for empty tensors. */
  readonly matchRate: number;
  readonly elements: number;
}

/** How near two tensors are: floats by error, all others by equality. */
export type TensorComparison = FloatComparison | ExactComparison;

/** A tensor by name with its comparison, or why there is none. */
export type CheckedTensor = { readonly name: string } & (
  | TensorComparison
  /** `nonFinite` counts NaN and infinite elements of the candidate, which need no reference. */
  | { readonly kind: "not-comparable"; readonly reason: string; readonly nonFinite: number }
);

/** An operator that adds error of its own, worst first in a list. */
export interface WorstOperator {
  readonly node: string;
  readonly op: string;
  readonly tensor: string;
  /** SQNR of its output. */
  readonly sqnrDb: number;
  /** SQNR of the worst of its compared inputs; Infinity when none carries an error. */
  readonly inputSqnrDb: number;
}

/** Perplexities of two language models on one text: exp of the mean negative log likelihood of each token after the first. */
export interface PerplexityComparison {
  readonly reference: number;
  readonly candidate: number;
  /** Tokens that were predicted. */
  readonly count: number;
  /** Whether the text was read token by token through the key-value cache. */
  readonly cached: boolean;
}

/** A model held against its source on the same feeds. */
export interface CheckResult {
  readonly outputs: readonly CheckedTensor[];
  /** Inner tensors, where they were asked for or a failure was looked into. */
  readonly tensors?: readonly CheckedTensor[];
  /** Number of feeds that both models ran. */
  readonly samples: number;
  readonly ok: boolean;
  /** Outputs that fell short, each with the reason. */
  readonly failing: readonly { readonly name: string; readonly reason: string }[];
  readonly worstOperators?: readonly WorstOperator[];
  /** The least SQNR that was asked of the outputs, in dB. */
  readonly minSqnrDb: number;
  /** Of decoders with a key-value cache. */
  readonly perplexity?: PerplexityComparison;
}

/** Bounds at a confidence level. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Such as 0.95. */
  readonly level: number;
  readonly method: string;
}

/** The value of a metric on a data set. */
export interface MetricValue {
  readonly metric: string;
  readonly higherIsBetter: boolean;
  readonly value: number;
  readonly interval?: Interval;
  /** Why there is no interval. */
  readonly noInterval?: string;
  /** Number of samples judged, or of their rows where a sample has several labels. */
  readonly count: number;
  /** Samples judged correct, for metrics that are proportions. */
  readonly correct?: number;
  readonly seconds: number;
}

/** McNemar's exact test of two models on the same samples. */
export interface McNemar {
  /** Samples that only FP32 (or the reference) got right. */
  readonly onlyReference: number;
  /** Samples that only INT8 (or the candidate) got right. */
  readonly onlyCandidate: number;
  readonly pValue: number;
}

/** How far apart two models are on the same samples. */
export interface PairedDifference {
  /** INT8 - FP32 (or candidate - reference), in the metric's own units. */
  readonly value: number;
  readonly interval: Interval;
  /** Two-sided, that both models are equally good; absent where `mcnemar` says it exactly. */
  readonly pValue?: number;
}

/** A metric before and after. */
export interface EvaluationReport {
  readonly int8: MetricValue;
  readonly fp32: MetricValue;
  /** (INT8 - FP32) / FP32. */
  readonly ratio: number;
  readonly ratioInterval?: Interval;
  readonly difference?: PairedDifference;
  readonly mcnemar?: McNemar;
}

/** What a recipe asked for, and whether it came true. */
export interface GoalResult {
  /** Most that the metric may get worse. */
  readonly maxDrop: number;
  /** Whether the drop is a share of the source's value. */
  readonly relative: boolean;
  /** How much worse the metric got; negative when it got better. */
  readonly drop: number;
  readonly met: boolean;
}

/** Percentiles of a time in milliseconds per run. */
export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

/** Time of one model. */
export interface Latency {
  readonly wallMs: Percentiles;
  readonly cpuMs: Percentiles;
  /** Samples per second in one process, at the median latency. */
  readonly throughput: number;
  readonly batchSize: number;
  readonly threads: number;
  readonly warmup: number;
  readonly iterations: number;
}

/** A ratio of times, first over second, with the range it had over the rounds. */
export interface TimeRatio {
  /** Ratio of the medians. */
  readonly value: number;
  readonly min: number;
  readonly max: number;
}

/** Time of two models that took turns on the same feeds. */
export interface LatencyPair {
  readonly fp32: Latency;
  readonly int8: Latency;
  /** FP32 over INT8: above 1, INT8 is faster. */
  readonly wall: TimeRatio;
  readonly cpu: TimeRatio;
  readonly rounds: number;
}

/** What several processes did at the same time. */
export interface InstancesResult {
  readonly instances: number;
  readonly coresPerInstance: number;
  /** Samples per second, summed over the processes. */
  readonly throughput: number;
  readonly wallMs: Percentiles;
  readonly batchSize: number;
  /** Whether each process was bound to its own cores, and why not. */
  readonly pinned:
    | { readonly kind: "pinned"; readonly cores: readonly (readonly number[])[] }
    | { readonly kind: "not-pinned"; readonly why: string };
}

/** What a benchmark found; a benchmark of one model has no pair. */
export interface BenchmarkReport {
  readonly pair?: LatencyPair;
  readonly single?: Latency;
  readonly instances?: { readonly int8: InstancesResult; readonly fp32?: InstancesResult };
}

/** What became of the nodes. */
export interface QuantizationReport {
  readonly mode: string;
  /** Such as "qdq", "qoperator", "integerops". */
  readonly format: string;
  /** Nodes that are quantized now. */
  readonly quantized: number;
  /** Nodes that could have been and stay float, each with the reason. */
  readonly float: readonly { readonly node: string; readonly op: string; readonly reason: string }[];
  /** Counts by operator type. */
  readonly byOp: readonly { readonly op: string; readonly quantized: number; readonly float: number }[];
}

/** A file that was written; external data counts into `sizeBytes`. */
export interface OutputFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly format: string;
  readonly sha256?: string;
  /** Files beside it that belong to it. */
  readonly dataFiles?: readonly string[];
}

/** A file of a set of variants, with the check it passed. */
export interface VariantFile extends OutputFile {
  /** Of the model it was made from. */
  readonly sourceSizeBytes: number;
  readonly check?: CheckResult;
}

/** Where a result was measured. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  /** Operating system and architecture, such as "linux x64". */
  readonly platform: string;
  /** Version of Node. */
  readonly node: string;
  /** Runtime with version, such as "onnxruntime-node 1.30.0". */
  readonly runtime: string;
}

/** What a run of Tersor found. A part that did not run is absent. */
export interface Report {
  readonly version: 1;
  /** The command that was run, such as "quantize". */
  readonly command: string;
  readonly model: {
    readonly path: string;
    readonly sizeBytes: number;
    readonly sha256?: string;
    readonly name?: string;
  };
  readonly output: readonly OutputFile[];
  readonly machine: Machine;
  readonly quantization?: QuantizationReport;
  readonly check?: CheckResult;
  /** What a set is made of, where several variants were made at once. */
  readonly variants?: readonly VariantFile[];
  readonly evaluation?: EvaluationReport;
  /** The metric of a model that was evaluated alone. */
  readonly metric?: MetricValue;
  readonly goal?: GoalResult;
  readonly benchmark?: BenchmarkReport;
  readonly tuning?: TuningReport;
  /** The operators with their precision. */
  readonly graph?: GraphPicture;
  readonly sensitivity?: Sensitivity;
  readonly histograms?: readonly TensorHistogram[];
  readonly saturation?: SaturationReport;
  readonly profile?: ProfileReport;
  /** The recipe that gives the same run again. */
  readonly recipe?: unknown;
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
  /** Seconds by stage, such as { read: 0.1, quantize: 2.3 }. */
  readonly seconds: Readonly<Record<string, number>>;
}
