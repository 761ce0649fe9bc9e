// What quantizing decides, as data: which operators and tensors, with which parameters, and why the rest stays float.
// A plan can be saved, read, compared and edited by hand; formats turn it into a graph.

/** Integer type of a quantized tensor. */
export type QuantizedType = "int8" | "uint8" | "int16" | "uint16";

/** x = (q - zeroPoint[c]) * scale[c]; one entry each, or one per index of `axis`. */
export interface AffineParameters {
  readonly dtype: QuantizedType;
  readonly scale: readonly number[];
  readonly zeroPoint: readonly number[];
  readonly axis?: number;
  /** Codes used, where fewer than the type has (7-bit weights). */
  readonly bits?: number;
}

/** How a weight becomes integers. */
export interface WeightSpec {
  readonly dtype: "int8" | "uint8";
  readonly granularity: "per-channel" | "per-tensor";
  /** Codes used: 8, or 7 where pair sums would saturate 16 bits. */
  readonly bits: number;
  /** Largest code of single output channels, where pair sums would saturate 16 bits with the full range. */
  readonly channelBounds?: Readonly<Record<number, number>>;
  /** Scales are stretched so that rounding does not change the spread of any channel (weight correction). */
  readonly keepSpread?: boolean;
}

/** How groups of a weight become few-bit codes (weight-only). */
export interface GroupsSpec {
  readonly algorithm: string;
  readonly bits: 2 | 4 | 8;
  /** Neighbouring inputs that share a scale. */
  readonly groupSize: number;
  readonly scheme: "asymmetric" | "symmetric" | "full-range";
  /** What codes stand for: evenly spaced integers, or a table of 16 numbers. */
  readonly codebook: "integer" | "nf4" | "fp4";
}

/** How a node is computed in the quantized model. */
export type NodeForm =
  /** u8 activation times s8 weight, the activation's range calibrated. */
  | "static"
  /** u8 activation times s8 weight, the activation's range taken at run time. */
  | "dynamic"
  /** The weight is stored as integers and dequantized before use; the arithmetic is float. */
  | "weight-only"
  /** An embedding table stored as integers, rows dequantized after look-up. */
  | "table"
  /** Works on the integers its neighbours make (Add, Concat, pooling, shape-only operators). */
  | "carried"
  /** The weight is stored as few-bit codes with a scale per group; the arithmetic is float. */
  | "groups"
  /** Computes in a narrower floating format, or reads weights stored in one, as the plan's mode says. */
  | "narrow-float";

/** Fewer codes for the weights of the channels concerned, fewer for the activation, or weights of the other kind. */
export type SaturationCure = "narrow-weights" | "7-bit-activations" | "unsigned-weights";

/** A node that changes, and its new form. */
export interface QuantizedNode {
  readonly node: string;
  readonly op: string;
  readonly decision: "quantized";
  readonly form: NodeForm;
  /** Names of the activation and the weights, where the form has them. */
  readonly activation?: string;
  readonly weights?: readonly string[];
  readonly weight?: WeightSpec;
  readonly groups?: GroupsSpec;
  /** What was done so that pair sums do not saturate 16 bits on CPUs without VNNI. */
  readonly cure?: SaturationCure;
  /** A remark on the choice, such as what the cure is for. */
  readonly note?: string;
}

/** A node that stays as it is, and the reason. */
export interface FloatNode {
  readonly node: string;
  readonly op: string;
  readonly decision: "float";
  readonly why: string;
}

/** A quantized activation. */
export interface ActivationPlan extends AffineParameters {
  /**
   * Where the integers begin: at the "producer", so that every reader sees the rounded value (an INT8 kernel makes it),
   * or at the quantized "consumer" only, so that float readers keep the exact one.
   */
  readonly at: "producer" | "consumer";
}

/** An activation whose channels were divided by factors, and the weights behind it multiplied by them. */
export interface Equalization {
  readonly tensor: string;
  readonly method: "smooth-quant" | "cross-layer";
  /** SmoothQuant's share of the difficulty that moved into the weights. */
  readonly alpha?: number;
  /** Whether the division joined operators before the activation, or became a Mul. */
  readonly division: "folded" | "inserted";
  /** The nodes whose weights were multiplied. */
  readonly nodes: readonly string[];
}

/** A correction after quantizing, or why a node went without. */
export interface Correction {
  readonly node: string;
  readonly kind: "bias" | "weight";
  readonly decision: "corrected" | "left";
  readonly why?: string;
}

/** The decisions for a whole model. Nodes are named uniquely, bodies included. */
export interface QuantizationPlan {
  readonly version: 1;
  readonly mode: "static" | "dynamic" | "weight-only" | "fp16" | "bf16" | "fp8" | "mx" | "nvfp4";
  readonly target: string;
  /** Every operator with a weight, and every other one that changes, in graph order. */
  readonly nodes: readonly (QuantizedNode | FloatNode)[];
  /** Activations by tensor name (static). */
  readonly activations: Readonly<Record<string, ActivationPlan>>;
  /** What was equalized before quantizing. */
  readonly equalized?: readonly Equalization[];
  /** What was corrected afterwards. */
  readonly corrected?: readonly Correction[];
}
