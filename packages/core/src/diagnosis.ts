// What a diagnosis adds to a report: pictures of the graph, of its tensors and of where the time goes, as plain data.
// Everything is bounded by the number of nodes and tensors, never by the number of samples.

import type { DataType } from "./tensor/dtype.ts";
import type { Shape } from "./tensor/tensor.ts";

/** How a node computes: see `PicturedNode.precision` for the words. */
export type PrecisionKind =
  /** On integers. */
  | "integer"
  /** Weights are stored as integers, the arithmetic is float. */
  | "weight-only"
  /** In a floating type of 16 bits or less. */
  | "narrow-float"
  | "float"
  /** Goes between float and integers (QuantizeLinear and its kin). */
  | "conversion"
  /** Computes on shapes, indices, truth values or strings. */
  | "other";

/** One operator of a pictured graph. */
export interface PicturedNode {
  readonly node: string;
  /** Operator type, with its domain where that is not ONNX's own. */
  readonly op: string;
  readonly kind: PrecisionKind;
  /** In a word or two: "int8 QDQ", "float16", "uint4 weights". */
  readonly precision: string;
  /** Why it stays float, or a remark on its form. */
  readonly reason?: string;
  /** Places in the list of the nodes whose results it reads. */
  readonly inputs: readonly number[];
}

/** The operators of a graph in topological order; operators in bodies follow the node they belong to. */
export interface GraphPicture {
  readonly nodes: readonly PicturedNode[];
}

/** How far a tensor of the quantized model is from the source's on the same inputs, errors of earlier layers included. */
export interface TensorError {
  readonly tensor: string;
  /** The node that makes it. */
  readonly node: string;
  readonly op: string;
  readonly sqnrDb: number;
  /** SQNR of the worst of its compared inputs: what came in from before; Infinity when none carries an error. */
  readonly inputSqnrDb: number;
  /** Noise over signal that the node adds to that of its inputs; 0 when it adds none. */
  readonly addedNoise: number;
  readonly cosine: number;
  readonly maxAbsError: number;
}

/** How far a quantized weight is from its source. */
export interface WeightError {
  readonly weight: string;
  readonly node: string;
  readonly op: string;
  readonly sqnrDb: number;
  readonly maxAbsError: number;
  /** What it is stored as, such as "int8". */
  readonly dtype: DataType;
  /** Number of scales it has. */
  readonly scales: number;
  readonly shape: Shape;
}

/** Errors by tensor and by weight, worst first. */
export interface Sensitivity {
  readonly tensors: readonly TensorError[];
  readonly weights: readonly WeightError[];
  /** Number of feeds that both models ran. */
  readonly samples: number;
}

/** The distribution of a tensor's values, and the range that its integers can express. */
export interface TensorHistogram {
  readonly tensor: string;
  readonly kind: "weight" | "activation";
  /** Smallest and largest element seen. */
  readonly min: number;
  readonly max: number;
  /** Bins are even over [from, to]. */
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
  /** The range of the codes; for weights with a scale per channel that of the widest channel. */
  readonly chosen?: { readonly min: number; readonly max: number; readonly dtype: DataType };
  /** Share of the elements outside of the chosen range, by whole bins. */
  readonly clipped?: number;
}

/** Time of one operator of a model as it runs, after the runtime fused what it could. */
export interface OpTime {
  readonly node: string;
  readonly op: string;
  /** Mean of a run, in milliseconds. */
  readonly meanMs: number;
}

/** Where the time of one model goes. */
export interface OpProfile {
  /** Largest first. */
  readonly nodes: readonly OpTime[];
  /** Sums by operator type, largest first. */
  readonly byOp: readonly { readonly op: string; readonly count: number; readonly meanMs: number }[];
  /** Sum over all operators. */
  readonly totalMs: number;
  readonly iterations: number;
}

/** Time by operator before and after; `int8` is absent for one model alone. */
export interface ProfileReport {
  readonly fp32: OpProfile;
  readonly int8?: OpProfile;
}

/** What 16-bit saturation does in one layer. */
export interface LayerSaturation {
  readonly node: string;
  readonly op: string;
  /** Share of its pair sums that saturate; without cures and as written. */
  readonly share: number;
  readonly curedShare: number;
  /** SQNR of its output with saturating sums against the same with exact ones; Infinity where nothing saturates. */
  readonly sqnrDb: number;
  readonly curedSqnrDb: number;
  /** What was done about it, where something was. */
  readonly cure?: string;
}

/** A whole model under one kind of arithmetic, emulated. */
export interface EmulatedModel {
  /** "exact": VNNI, AMX and ARM; "saturating": x86 before VNNI. */
  readonly arithmetic: "exact" | "saturating";
  /** Whether it is the model as written, or the one that would have been written without cures. */
  readonly cured: boolean;
  /** Least SQNR of its float outputs against FP32. */
  readonly sqnrDb: number;
  /** Value of the metric, where labelled data was given. */
  readonly metric?: {
    readonly metric: string;
    readonly value: number;
    readonly count: number;
    readonly correct?: number;
  };
}

/**
 * What u8 x s8 products that add pairs in 16 bits (vpmaddubsw, x86 without VNNI) do to the model. The whole model is
 * run with every such sum emulated, so errors propagate as they would on such a machine.
 */
export interface SaturationReport {
  /** Feeds that the emulation ran. */
  readonly samples: number;
  /** Layers with products u8 x s8, worst first. */
  readonly layers: readonly LayerSaturation[];
  readonly models: readonly EmulatedModel[];
}
