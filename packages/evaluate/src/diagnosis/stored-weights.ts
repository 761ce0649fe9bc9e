// The weights of a quantized model as the numbers they stand for, found by the weight of the source that they come from:
// behind DequantizeLinear (per tensor, per axis, by blocks), beside integer operators (by the names the quantizer gives),
// or packed for MatMulNBits (packed-weights.ts).

import {
  elementCount,
  numbersOf,
  type DataType,
  type Graph,
  type Node,
  type Shape,
  type TensorSource,
} from "@tersor/core";
import { unpacked } from "./packed-weights.ts";
import { inLayout, intOf, type Lookup, type StoredWeight } from "./weight-layout.ts";

/** Finds the stored form of a weight that `reader` reads as its input `index` in the source. */
export type FindStored = (reader: Node, index: number, source: TensorSource) => StoredWeight | undefined;

/** Integers with what brings them back to numbers. */
interface Coded {
  readonly data: TensorSource;
  readonly scale: TensorSource;
  readonly zeroPoint: TensorSource | undefined;
  /** Axis of the scales; undefined where there is one for all. */
  readonly axis: number | undefined;
  /** Elements along the axis that share a scale; 0: each index has its own. */
  readonly block: number;
}

/** Looks weights up in one candidate. */
export function storedWeightsOf(candidate: Graph): FindStored {
  const producers = new Map(candidate.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const integerReaders = new Map(
    candidate.nodes.flatMap((node) => (node.op.endsWith("Integer") ? [[node.inputs[1] ?? "", node] as const] : [])),
  );
  const weight = (name: string | undefined) => (name === undefined ? undefined : candidate.weights.get(name)?.source);
  return (reader, index, source) => {
    const twin = producers.get(reader.outputs[0] ?? "");
    if (twin?.op === "MatMulNBits") return unpacked(twin, reader, source, weight);
    const before = producers.get(twin?.inputs[index] ?? "");
    const coded =
      before?.op === "DequantizeLinear"
        ? codedBy(before, weight)
        : codedByName(reader.inputs[index] ?? "", reader, weight, integerReaders);
    return coded && decode(coded, source.shape);
  };
}

function codedBy({ inputs, attributes }: Node, weight: Lookup): Coded | undefined {
  const [data, scale, zeroPoint] = inputs.map((name) => weight(name));
  if (!data || !scale) return undefined;
  const block = intOf(attributes["block_size"], 0);
  const axis = intOf(attributes["axis"], 1);
  const perTensor = elementCount(scale.shape) === 1;
  return {
    data,
    scale,
    zeroPoint,
    axis: perTensor ? undefined : (axis + data.shape.length) % data.shape.length,
    block,
  };
}

/**
 * Integer operators read their scales elsewhere: "<weight>_quantized" has "<weight>_scale" and "<weight>_zero_point", or
 * for convolutions "<weight>_channel_scale". Zero points that are alike are shared: their reader knows them.
 */
function codedByName(
  name: string,
  reader: Node,
  weight: Lookup,
  integerReaders: ReadonlyMap<string, Node>,
): Coded | undefined {
  const part = (...endings: readonly string[]) => endings.map((ending) => weight(`${name}_${ending}`)).find(Boolean);
  const [data, scale] = [part("quantized"), part("scale", "channel_scale")];
  if (!data || !scale) return undefined;
  const zeroPoint = part("zero_point") ?? weight(integerReaders.get(`${name}_quantized`)?.inputs[3]);
  if (zeroPoint === undefined && data.dtype === "uint8") return undefined;
  const count = elementCount(scale.shape);
  if (count === 1) return { data, scale, zeroPoint, axis: undefined, block: 0 };
  const rows = reader.op === "Conv" || reader.op === "Gather";
  const axis = rows ? 0 : data.shape.length - 1;
  return data.shape[axis] === count ? { data, scale, zeroPoint, axis, block: 0 } : undefined;
}

function decode({ data, scale, zeroPoint, axis, block }: Coded, shape: Shape): StoredWeight | undefined {
  const codes = numbersOf(data.tensor());
  const scales = numbersOf(scale.tensor());
  const zeros = zeroPoint && numbersOf(zeroPoint.tensor());
  const values = new Float32Array(codes.length);
  const inner = axis === undefined ? 1 : elementCount(data.shape.slice(axis + 1));
  const length = axis === undefined ? 1 : data.shape[axis]!;
  const groups = axis === undefined ? 1 : scale.shape.at(block > 0 ? axis : 0)!;
  for (let i = 0; i < codes.length; i++) {
    const c = axis === undefined ? 0 : scaleIndex(i, inner, length, groups, block);
    values[i] = (codes[i]! - zeroAt(zeros, c)) * scales[c]!;
  }
  const turned = inLayout(values, data.shape, shape);
  if (!turned) return undefined;
  return { dtype: data.dtype, scales: scales.length, values: turned, range: widest(data.dtype, scales, zeros) };
}

/** One zero point may stand for all channels. */
function zeroAt(zeros: ArrayLike<number> | undefined, c: number): number {
  return zeros === undefined ? 0 : zeros[zeros.length === 1 ? 0 : c]!;
}

/** Place of the scale of element `i`: one per index of the axis, or one per block along it and index of the others. */
function scaleIndex(i: number, inner: number, length: number, groups: number, block: number): number {
  const along = Math.floor(i / inner) % length;
  if (block === 0) return along;
  const outer = Math.floor(i / (inner * length));
  return (outer * groups + Math.floor(along / block)) * inner + (i % inner);
}

const codeRanges: Readonly<Partial<Record<DataType, readonly [number, number]>>> = {
  int8: [-127, 127],
  uint8: [0, 255],
  int4: [-8, 7],
  uint4: [0, 15],
  int16: [-32767, 32767],
  uint16: [0, 65535],
};

/** The largest magnitudes that any channel can express. */
function widest(
  dtype: DataType,
  scales: ArrayLike<number>,
  zeros: ArrayLike<number> | undefined,
): StoredWeight["range"] {
  const [low, high] = codeRanges[dtype] ?? [0, 0];
  let [min, max] = [0, 0];
  for (let c = 0; c < scales.length; c++) {
    const zero = zeroAt(zeros, c);
    min = Math.min(min, (low - zero) * scales[c]!);
    max = Math.max(max, (high - zero) * scales[c]!);
  }
  return { min, max };
}
