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

/** How a node is computed in the quantized model. */
export type NodeForm =
  /** u8 activation times s8 weight, ranges calibrated. */
  | "static"
  /** u8 activation times s8 weight, the activation's range taken at run time. */
  | "dynamic"
  /** The weight is stored as integers and dequantized before use; the arithmetic is float. */
  | "weight-only"
  /** An embedding table stored as integers, rows dequantized after look-up. */
  | "table"
  /** Works on the integers its neighbours make (Add, Concat, pooling, shape-only operators). */
  | "carried";

export interface QuantizedNode {
  readonly node: string;
  readonly op: string;
  readonly decision: "quantized";
  readonly form: NodeForm;
  /** Name of the activation and of the weight, where the node has them. */
  readonly activation?: string;
  readonly weight?: string;
  /** A remark on the choice, such as the cure against 16-bit saturation. */
  readonly note?: string;
}

export interface FloatNode {
  readonly node: string;
  readonly op: string;
  readonly decision: "float";
  readonly why: string;
}

/** The decisions for a whole model. */
export interface QuantizationPlan {
  readonly version: 1;
  readonly mode: "static" | "dynamic";
  readonly target: string;
  /** Every operator with a weight, and every other one that changes, in graph order. */
  readonly nodes: readonly (QuantizedNode | FloatNode)[];
  /** Parameters of activations by tensor name (static). */
  readonly activations: Readonly<Record<string, AffineParameters>>;
}
