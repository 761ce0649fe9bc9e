// What weight-only quantization takes, and its defaults.

import type { GroupsChoice, Rule } from "../placement/rules.ts";

/** How weights become few-bit codes. */
export interface WeightOnlySettings extends GroupsChoice {
  /** "rtn" (default), "hqq" and "k-quant" look at weights alone; "gptq" and "awq" need calibration data. */
  readonly algorithm?: string;
  /** Default 4. */
  readonly bits?: 2 | 4 | 8;
  /** Neighbouring inputs that share a scale, or "channel". Default 32. */
  readonly groupSize?: number | "channel";
  /** Default "asymmetric". */
  readonly scheme?: "asymmetric" | "symmetric" | "full-range";
  /** What codes stand for. "nf4" and "fp4" are tables of 16 values, written as MatMulBnb4. Default "integer". */
  readonly codebook?: "integer" | "nf4" | "fp4";
  /**
   * Mixed precision: each product's weight gets 2, 4 or 8 bits by how much the outputs suffer, so many on the mean at
   * most, scales not counted. Tables keep `bits`. Default: all have `bits`.
   */
  readonly averageBits?: number;
  /** GPTQ: columns with the largest inputs first. Default true. */
  readonly actOrder?: boolean;
  /**
   * GPTQ: part of the mean diagonal of the second moments that is added to it. Default 0.01, or half the number of inputs
   * per calibration row where that is more.
   */
  readonly damping?: number;
  /** RTN: shrink the range of each group to where its squared error is least. Default false. */
  readonly clipSearch?: boolean;
  /** Algorithms with data: inputs of a weight are observed after all weights before it are coded. Default false. */
  readonly sequential?: boolean;
  /** Embedding tables become codes too. Default true. */
  readonly tables?: boolean;
  /** Leaves the last product of the model float. Default false. */
  readonly keepLast?: boolean;
  /**
   * Least precision in which MatMulNBits may compute: 1 float32, 2 float16, 3 bfloat16, 4 int8 activations. Default: the
   * runtime decides.
   */
  readonly accuracyLevel?: 0 | 1 | 2 | 3 | 4;
}

/** What mode weight-only takes. */
export interface WeightOnlyOptions extends WeightOnlySettings {
  readonly mode: "weight-only";
  /**
   * "matmulnbits" (default): onnxruntime's own operators MatMulNBits, GatherBlockQuantized and MatMulBnb4. "qdq": standard
   * DequantizeLinear with blocks (opset 21), which onnxruntime fuses when it loads the model.
   */
  readonly format?: "matmulnbits" | "qdq";
  readonly rules?: readonly Rule[];
  readonly target?: string;
  /** Raises the result to this version of ONNX's operator set; by default only as far as the format needs. */
  readonly opset?: number;
  /** Quantize what is still float in a model that is partly quantized. Default: such a model is an error. */
  readonly allowQuantized?: boolean;
}

/** Four bits and a scale for every 32 weights: what runtimes have their fastest kernels for. */
export const defaultGroups = {
  algorithm: "rtn",
  bits: 4,
  groupSize: 32,
  scheme: "asymmetric",
  codebook: "integer",
} as const satisfies Required<GroupsChoice>;
