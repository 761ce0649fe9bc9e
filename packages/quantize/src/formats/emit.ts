// Writing quantized pieces into a draft: scales and zero points as weights, Quantize/Dequantize pairs, integer weights.
// One emitter serves one graph level and remembers what it made, so that shared tensors are quantized once.

import {
  dropped,
  extend,
  float32,
  nodeOf,
  sourceOf,
  tensorFromNumbers,
  tensorOf,
  attribute,
  type DataType,
  type GraphDraft,
  type Kernels,
  type Node,
  type Origin,
  type Tensor,
  type Weight,
  type WeightSpec,
} from "@tersor/core";
import { quantizeWeight, sourceMatrix, transposeLastTwo, type ChannelAxes } from "../weights.ts";

/** Names of the parts of a quantized tensor. */
export interface QuantizedNames {
  readonly data: string;
  readonly scale: string;
  readonly zeroPoint: string;
}

/** A quantized weight in the draft: its names, and the scales for those who compute with them. */
export interface IntegerWeight extends QuantizedNames {
  readonly scales: Float32Array;
  /** Shape of the scales: [] per tensor. */
  readonly channels: readonly number[];
}

/** A way of quantizing one weight. */
export interface IntegerWay {
  /** Axes of the source with a scale each (per-channel granularity). */
  readonly axes: ChannelAxes;
  /** The same for per-tensor granularity, where a form wants more than one scale for the whole. */
  readonly coarseAxes?: ChannelAxes;
  /** Swap the last two axes after quantizing. */
  readonly transpose?: boolean;
  /** Multiplies the scales: the alpha of a Gemm. */
  readonly factor?: number;
  readonly leastScale?: readonly number[];
}

const notFromSource = dropped("made by quantization");

export class Emitter {
  readonly draft: GraphDraft;
  readonly kernels: Kernels;
  readonly #outer: (name: string) => Weight | undefined;
  readonly #weights = new Map<string, IntegerWeight>();
  readonly #dynamic = new Map<string, QuantizedNames>();
  readonly #dequantized = new Map<string, string>();
  readonly #rowScales = new Map<string, string>();
  readonly #matrices = new Map<string, { readonly weight: IntegerWeight; readonly flipped: boolean }>();

  constructor(draft: GraphDraft, kernels: Kernels, outer: (name: string) => Weight | undefined) {
    this.draft = draft;
    this.kernels = kernels;
    this.#outer = outer;
  }

  /** A weight of this level or of a level around it. */
  weight(name: string): Weight | undefined {
    return this.draft.weight(name) ?? this.#outer(name);
  }

  /** Adds a constant under a name close to `wish`. */
  constant(wish: string, tensor: Tensor, origin: Origin = notFromSource): string {
    const name = this.draft.fresh(wish);
    this.draft.setWeight(name, { source: sourceOf(tensor), origin });
    return name;
  }

  scalar(wish: string, value: number): string {
    return this.constant(wish, float32([], [value]));
  }

  /** Scale and zero point as constants named after `of`. */
  parameters(
    of: string,
    dtype: DataType,
    shape: readonly number[],
    scale: ArrayLike<number>,
    zeroPoint: ArrayLike<number>,
  ): { scale: string; zeroPoint: string } {
    return {
      scale: this.constant(`${of}_scale`, float32(shape, scale)),
      zeroPoint: this.constant(`${of}_zero_point`, tensorFromNumbers(dtype, shape, zeroPoint)),
    };
  }

  /** The weight `name` as integers, made once for each way of quantizing it. */
  integers(name: string, spec: WeightSpec, way: IntegerWay): IntegerWeight {
    const axes = spec.granularity === "per-channel" ? way.axes : (way.coarseAxes ?? []);
    const key = JSON.stringify([name, spec, { ...way, axes }]);
    const known = this.#weights.get(key);
    if (known) return known;
    const made = this.#fromTwin(name, spec, way, axes) ?? this.#quantized(name, spec, way, axes);
    this.#weights.set(key, made);
    return made;
  }

  #quantized(name: string, spec: WeightSpec, way: IntegerWay, axes: ChannelAxes): IntegerWeight {
    const weight = this.weight(name)!;
    const quantized = quantizeWeight(weight.source, spec, axes, this.kernels, way.leastScale);
    const { zeroPoint, channels } = quantized;
    const scales = way.factor === undefined ? quantized.scale : quantized.scale.map((scale) => scale * way.factor!);
    const tensor = way.transpose ? transposeLastTwo(quantized.tensor) : quantized.tensor;
    const made = {
      data: this.constant(`${name}_quantized`, tensor, integerOrigin(weight, spec, way.transpose ?? false)),
      ...this.parameters(name, spec.dtype, channels, scales, zeroPoint),
      scales,
      channels,
    };
    const matrix = matrixOf(weight, spec, way, axes);
    if (matrix) this.#matrices.set(matrix.key, { weight: made, flipped: matrix.flipped });
    return made;
  }

  /**
   * A tied weight (an embedding that is also the output projection) has the same integers in both places, one of them
   * transposed: it is stored once, and runtimes fold the Transpose when they load the model.
   */
  #fromTwin(name: string, spec: WeightSpec, way: IntegerWay, axes: ChannelAxes): IntegerWeight | undefined {
    const matrix = matrixOf(this.weight(name)!, spec, way, axes);
    const twin = matrix && this.#matrices.get(matrix.key);
    if (!matrix || !twin) return undefined;
    if (matrix.flipped === twin.flipped) return twin.weight;
    const data = this.draft.fresh(`${twin.weight.data}_transposed`);
    this.draft.prepend(nodeOf("Transpose", data, [twin.weight.data], [data], { perm: attribute.ints([1, 0]) }));
    return { ...twin.weight, data };
  }

  /** The quantized weight dequantized again by a node: what QDQ models read. Made once per way of quantizing. */
  dequantizedWeight(weight: IntegerWeight, axis: number): string {
    const axisOrNone = weight.channels.length === 0 ? undefined : axis;
    const key = `${weight.data}:${axisOrNone}`;
    let value = this.#dequantized.get(key);
    if (value === undefined) {
      value = this.draft.fresh(weight.data.replace(/_quantized(_\d+)?$/, "_dequantized"));
      this.draft.prepend(dequantizeNode(weight, value, axisOrNone));
      this.#dequantized.set(key, value);
    }
    return value;
  }

  /** The scales of a table with the rank of its rows, so that they multiply what was looked up. Made once. */
  rowScales(weight: IntegerWeight, shape: readonly number[]): string {
    let name = this.#rowScales.get(weight.data);
    if (name === undefined) {
      name = this.constant(`${weight.data}_row_scale`, float32(shape, weight.scales));
      this.#rowScales.set(weight.data, name);
    }
    return name;
  }

  /** DynamicQuantizeLinear of an activation, made once; stands right before its first reader in order. */
  dynamic(reader: Node, activation: string): QuantizedNames {
    const known = this.#dynamic.get(activation);
    if (known) return known;
    const names = {
      data: this.draft.fresh(`${activation}_quantized`),
      scale: this.draft.fresh(`${activation}_scale`),
      zeroPoint: this.draft.fresh(`${activation}_zero_point`),
    };
    const node = nodeOf(
      "DynamicQuantizeLinear",
      this.draft.fresh(`${activation}_DynamicQuantizeLinear`),
      [activation],
      [names.data, names.scale, names.zeroPoint],
    );
    const producer = this.draft.producer(activation);
    if (producer) this.draft.insertAfter(producer, node);
    else this.draft.insertBefore(reader, node);
    this.#dynamic.set(activation, names);
    return names;
  }
}

/** A plain matrix by its source and the axis of its channels there, and whether its integers stand transposed. */
function matrixOf(
  weight: Weight,
  spec: WeightSpec,
  way: IntegerWay,
  axes: ChannelAxes,
): { readonly key: string; readonly flipped: boolean } | undefined {
  const matrix = sourceMatrix(weight);
  if (!matrix || way.leastScale || (way.factor ?? 1) !== 1) return undefined;
  const { source, turned } = matrix;
  const channels = axes.length === 0 ? "none" : turned ? 1 - axes[0]! : axes[0]!;
  return { key: JSON.stringify([source, spec, channels]), flipped: turned !== (way.transpose ?? false) };
}

function integerOrigin({ source, origin }: Weight, { dtype }: WeightSpec, transpose: boolean): Origin {
  if (!transpose) return extend(origin, { kind: "cast", from: source.dtype, to: dtype });
  const rank = source.shape.length;
  const permutation = [...source.shape.keys()].map((i) => (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i));
  return extend(origin, { kind: "cast", from: source.dtype, to: dtype }, { kind: "transpose", permutation });
}

export function quantizeNode(x: string, names: QuantizedNames): Node {
  return nodeOf("QuantizeLinear", names.data, [x, names.scale, names.zeroPoint], [names.data]);
}

export function dequantizeNode(names: QuantizedNames, output: string, axis?: number): Node {
  return nodeOf(
    "DequantizeLinear",
    output,
    [names.data, names.scale, names.zeroPoint],
    [output],
    axis === undefined ? {} : { axis: attribute.int(axis) },
  );
}

/** An int32 bias with its scale, or one per element, and zero point, as constants. */
export function biasConstants(
  emitter: Emitter,
  name: string,
  data: Int32Array,
  channels: readonly number[],
  scale: Float32Array,
): QuantizedNames {
  return {
    data: emitter.constant(`${name}_quantized`, tensorOf("int32", [data.length], data)),
    scale: emitter.constant(`${name}_scale`, float32(channels, scale)),
    zeroPoint: emitter.constant(`${name}_zero_point`, tensorOf("int32", channels, new Int32Array(scale.length))),
  };
}
