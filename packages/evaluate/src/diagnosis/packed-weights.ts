// Weights packed for com.microsoft.MatMulNBits: codes of 2, 4 or 8 bits with a scale, and where there is one a zero
// point, per block (https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md).

import { elementCount, numbersOf, type Node, type TensorSource } from "@tersor/core";
import { inLayout, intOf, type Lookup, type StoredWeight } from "./weight-layout.ts";

/** MatMulNBits: B is [N, blocks, bytes], the low bits of a byte first; its matrix is the transpose of MatMul's. */
export function unpacked(node: Node, reader: Node, source: TensorSource, weight: Lookup): StoredWeight | undefined {
  const [data, scale, zeroPoint] = [1, 2, 3].map((i) => weight(node.inputs[i]));
  const [depth, columns, block] = ["K", "N", "block_size"].map((name) => intOf(node.attributes[name], 0));
  const bits = intOf(node.attributes["bits"], 4);
  if (!data || !scale || !depth || !columns || !block || data.dtype !== "uint8") return undefined;
  const blocks = Math.ceil(depth / block);
  const codes = data.bytes();
  const scales = numbersOf(scale.tensor());
  const floatZeros = zeroPoint !== undefined && zeroPoint.dtype !== "uint8";
  const zeros = zeroPoint && numbersOf(zeroPoint.tensor());
  const zeroAt = (n: number, b: number): number => {
    if (!zeros) return 2 ** (bits - 1);
    if (floatZeros) return zeros[n * blocks + b]!;
    return bitsAt(zeros, n * Math.ceil((blocks * bits) / 8), b, bits);
  };
  const values = new Float32Array(depth * columns);
  const blob = (block * bits) / 8;
  for (let n = 0; n < columns; n++) {
    for (let k = 0; k < depth; k++) {
      const b = Math.floor(k / block);
      const code = bitsAt(codes, (n * blocks + b) * blob, k % block, bits);
      values[n * depth + k] = (code - zeroAt(n, b)) * scales[n * blocks + b]!;
    }
  }
  const turned = reader.op === "Gemm" && intOf(reader.attributes["transB"], 0) !== 0;
  const layout = turned ? values : inLayout(values, [columns, depth], [depth, columns])!;
  if (layout.length !== elementCount(source.shape)) return undefined;
  const half = 2 ** (bits - 1) * maxOf(scales);
  return {
    dtype: bits === 8 ? "uint8" : bits === 4 ? "uint4" : "uint2",
    scales: scales.length,
    values: layout,
    range: { min: -half, max: half },
  };
}

/** The code number `i` of a run of packed codes, low bits first. */
function bitsAt(bytes: ArrayLike<number>, start: number, i: number, bits: number): number {
  const position = i * bits;
  return (bytes[start + (position >> 3)]! >> (position & 7)) & (2 ** bits - 1);
}

function maxOf(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!));
  return most;
}
