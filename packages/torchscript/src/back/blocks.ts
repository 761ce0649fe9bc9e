// Weights stored in blocks of few bits, as MatMulNBits reads them: rows of outputs, `block_size` neighbours with one
// scale and zero point each, low bits first.
// https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.MatMulNBits

import { float32, float32Of, type Graph, type Node, type Tensor } from "@tersor/core";
import { evenParameters, type Dequantized } from "./dequantize.ts";

/** The matrix [outputs, inputs] that the codes stand for, when `weight` are the codes of a MatMulNBits. */
export function dequantizedBlocks(graph: Graph, weight: string): (Dequantized & { integers: Tensor }) | undefined {
  const node = graph.nodes.find(({ op, inputs }) => op === "MatMulNBits" && inputs[1] === weight);
  const [codes, scales, zeros] = (node?.inputs.slice(1, 4) ?? []).map((name) => graph.weights.get(name)?.source);
  if (!node || !codes || !scales || (zeros && zeros.dtype !== "uint8")) return undefined;
  const layout = layoutOf(node);
  const { rows, columns, blocks } = layout;
  const [scale, packed] = [float32Of(scales.tensor()), codes.bytes()];
  const zeroPoint = zeroPointsOf(layout, zeros?.bytes());
  if (scale.length !== rows * blocks || packed.length !== rows * blocks * bytesPerBlock(layout)) return undefined;
  const placeOf = (at: number): number =>
    Math.floor(at / columns) * blocks + Math.floor((at % columns) / layout.blockSize);
  const integers = new Uint8Array(rows * columns);
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      const block = placeOf(at);
      integers[at] = codeAt(packed, layout, block * layout.blockSize + (column % layout.blockSize));
      values[at] = (integers[at]! - zeroPoint[block]!) * scale[block]!;
    }
  return {
    integers: { dtype: "uint8", shape: [rows, columns], data: integers },
    floats: float32([rows, columns], values),
    ...evenParameters([rows, columns], [rows, blocks], scale, zeroPoint, placeOf),
  };
}

interface Layout {
  readonly bits: number;
  readonly blockSize: number;
  readonly rows: number;
  readonly columns: number;
  readonly blocks: number;
}

function layoutOf({ attributes }: Node): Layout {
  const int = (name: string): number => {
    const value = attributes[name];
    return value?.kind === "int" ? value.value : 0;
  };
  const [columns, rows, blockSize] = [int("K"), int("N"), int("block_size")];
  return { bits: int("bits") || 4, blockSize, rows, columns, blocks: Math.ceil(columns / Math.max(1, blockSize)) };
}

function bytesPerBlock({ blockSize, bits }: Layout): number {
  return (blockSize * bits) / 8;
}

function codeAt(packed: Uint8Array, { bits }: Layout, index: number): number {
  const perByte = 8 / bits;
  return (packed[Math.floor(index / perByte)]! >> ((index % perByte) * bits)) & ((1 << bits) - 1);
}

/** Each row begins at a byte of its own; without zero points the middle code is zero. */
function zeroPointsOf(layout: Layout, packed: Uint8Array | undefined): Int32Array {
  const { rows, blocks, bits } = layout;
  const rowCodes = Math.ceil((blocks * bits) / 8) * (8 / bits);
  return Int32Array.from({ length: rows * blocks }, (_, index) =>
    packed === undefined
      ? 1 << (bits - 1)
      : codeAt(packed, layout, Math.floor(index / blocks) * rowCodes + (index % blocks)),
  );
}
