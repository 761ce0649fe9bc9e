// A weight as the columns that are multiplied with channels of its input: what the error of a layer is estimated on.
// A Conv counts as one product for each tap, each on pixels of their own.

import { float32Of, type TensorSource } from "@tersor/core";
import { intAttribute } from "../formats/attributes.ts";
import type { WeightedReader } from "./weighted-readers.ts";

/** Columns of `depth` weights; column i is multiplied with the channels from `first[i]`, and scaled with `output[i]`'s. */
export interface Columns {
  readonly depth: number;
  readonly weights: Float32Array;
  readonly first: Int32Array;
  /** Output channel of each column, ascending. */
  readonly output: Int32Array;
}

/** About `most` columns, evenly spread over the output channels; undefined for operators that are no plain product. */
export function columnsOf(reader: WeightedReader, source: TensorSource, most: number): Columns | undefined {
  const { node } = reader;
  const { shape } = source;
  if (node.op === "Conv") return convolution(source, intAttribute(node, "group", 1), most);
  if (shape.length !== 2) return undefined;
  return matrix(source, node.op === "Gemm" && intAttribute(node, "transB", 0) !== 0, most);
}

function matrix(source: TensorSource, turned: boolean, most: number): Columns {
  const [rows, columns] = source.shape as [number, number];
  const [depth, count] = turned ? [columns, rows] : [rows, columns];
  const outputs = spread(count, most);
  const data = float32Of(source.tensor());
  const weights = new Float32Array(outputs.length * depth);
  outputs.forEach((output, i) => {
    for (let k = 0; k < depth; k++) weights[i * depth + k] = data[turned ? output * depth + k : k * count + output]!;
  });
  return { depth, weights, first: new Int32Array(outputs.length), output: outputs };
}

/** [out, in / group, …taps]. */
function convolution(source: TensorSource, groups: number, most: number): Columns {
  const [count, depth, ...sizes] = source.shape as [number, number, ...number[]];
  const taps = sizes.reduce((a, b) => a * b, 1);
  const outputs = spread(count, Math.max(1, Math.ceil(most / taps)));
  const data = float32Of(source.tensor());
  const columns = outputs.length * taps;
  const weights = new Float32Array(columns * depth);
  const first = new Int32Array(columns);
  const output = new Int32Array(columns);
  outputs.forEach((channel, i) => {
    for (let tap = 0; tap < taps; tap++) {
      const column = i * taps + tap;
      first[column] = Math.floor(channel / (count / groups)) * depth;
      output[column] = channel;
      for (let k = 0; k < depth; k++) weights[column * depth + k] = data[(channel * depth + k) * taps + tap]!;
    }
  });
  return { depth, weights, first, output };
}

function spread(count: number, most: number): Int32Array {
  const step = Math.max(1, Math.ceil(count / most));
  return Int32Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step);
}
