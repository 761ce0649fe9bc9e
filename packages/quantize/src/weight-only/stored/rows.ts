// Rows of packed codes for onnxruntime's own operators (docs/ContribOperators.md of onnxruntime): MatMulNBits pads each
// row to whole blocks, GatherBlockQuantized does not. Where rows are whole blocks both forms are the same bytes, so that
// an embedding tied to the last layer is stored once.

import type { GroupsSpec } from "@tersor/core";
import type { GroupCodes } from "../algorithm.ts";
import type { Matrix, Panel } from "../matrix.ts";
import type { StoredElements, StoredForm } from "./form.ts";
import { pack, packTurned } from "./packing.ts";

const SMALLEST_BLOCK = 16;
/** The largest that kernels are written for. */
const LARGEST_BLOCK = 256;
const SCALE_BYTES = 4;

/** Whether these operators can have the group size: a power of two from 16 on, or whole rows. */
export function isBlockSize(groupSize: number, inputs: number): boolean {
  return groupSize === inputs || (groupSize >= SMALLEST_BLOCK && Number.isInteger(Math.log2(groupSize)));
}

/** The block of a group size; larger groups are several blocks with equal scales. */
export function blockSizeOf({ groupSize, bits }: GroupsSpec, inputs: number): number {
  const isPower = groupSize >= SMALLEST_BLOCK && Number.isInteger(Math.log2(groupSize));
  if (isPower && groupSize <= LARGEST_BLOCK) return groupSize;
  if (isPower) return LARGEST_BLOCK;
  const bytes = (block: number): number => Math.ceil(inputs / block) * ((block * bits) / 8 + SCALE_BYTES);
  let best = SMALLEST_BLOCK;
  for (let block = best; block <= LARGEST_BLOCK; block *= 2) if (bytes(block) <= bytes(best)) best = block;
  return best;
}

/** MatMulNBits: codes [outputs, blocks, block bytes], scales [outputs, blocks], zero points [outputs, bytes]. */
export function blocksForm(matrix: Matrix, spec: GroupsSpec): StoredForm {
  const block = blockSizeOf(spec, matrix.inputs);
  const blocks = Math.ceil(matrix.inputs / block);
  return rowsForm(matrix, spec, [matrix.outputs, blocks, (block * spec.bits) / 8]);
}

/** GatherBlockQuantized: codes [rows, row bytes], scales [rows, blocks], zero points [rows, bytes]. */
export function tableForm(matrix: Matrix, spec: GroupsSpec): StoredForm {
  return rowsForm(matrix, spec, [matrix.outputs, (matrix.inputs * spec.bits) / 8]);
}

/** What it takes to find a place in the tensors. */
interface Layout {
  readonly bits: number;
  readonly groupSize: number;
  readonly block: number;
  /** Blocks of a row. */
  readonly blocks: number;
  /** Bytes of a row of codes, and of one of zero points. */
  readonly codeBytes: number;
  readonly zeroBytes: number;
}

function rowsForm(matrix: Matrix, spec: GroupsSpec, shape: readonly number[]): StoredForm {
  const { outputs, inputs } = matrix;
  const { bits, groupSize, scheme } = spec;
  const block = blockSizeOf(spec, inputs);
  const blocks = Math.ceil(inputs / block);
  const codeBytes = shape.slice(1).reduce((a, b) => a * b, 1);
  const layout = { bits, groupSize, block, blocks, codeBytes, zeroBytes: Math.ceil((blocks * bits) / 8) };
  return {
    codes: { dtype: "uint8", shape },
    scales: { dtype: "float32", shape: [outputs, blocks] },
    ...(scheme === "asymmetric" && { zeroPoints: { dtype: "uint8", shape: [outputs, layout.zeroBytes] } }),
    write: (panel, coded, into) => {
      writeCodes(layout, panel, coded, into);
      writeScales(layout, panel, coded, into);
      if (scheme === "asymmetric") writeZeroPoints(layout, panel, coded, into);
    },
  };
}

function writeCodes({ bits, codeBytes }: Layout, panel: Panel, { codes }: GroupCodes, into: StoredElements): void {
  const { outputs, inputs, firstOutput, firstInput } = panel;
  const first = firstOutput * codeBytes + (firstInput * bits) / 8;
  if (panel.inputMajor) return packTurned(codes, inputs, outputs, bits, into.codes, first, codeBytes);
  for (let row = 0; row < outputs; row++) pack(codes, row * inputs, inputs, bits, into.codes, first + row * codeBytes);
}

function writeScales(layout: Layout, panel: Panel, { scale }: GroupCodes, into: StoredElements): void {
  const { blocks, block } = layout;
  const { outputs, inputs, firstOutput, firstInput } = panel;
  for (let at = 0; at < Math.ceil(inputs / block); at++) {
    const { from, step } = groupsOf(layout, panel, at);
    let to = firstOutput * blocks + firstInput / block + at;
    for (let row = 0; row < outputs; row++, to += blocks) into.scales[to] = scale[from + row * step]!;
  }
}

function writeZeroPoints(layout: Layout, panel: Panel, { zeroPoint }: GroupCodes, into: StoredElements): void {
  const { bits, block, blocks, zeroBytes } = layout;
  const { inputs, firstInput } = panel;
  const first = firstInput / block;
  const count = Math.ceil(inputs / block);
  for (let at = 0; at < count; at++) {
    const { from, step } = groupsOf(layout, panel, at);
    putZeroPoints(layout, panel, first + at, into, (row) => zeroPoint![from + row * step]!);
  }
  // The bits behind the last block mean nothing; the incumbent leaves the middle there, and so do we, to be comparable.
  const middle = 2 ** (bits - 1);
  const end = first + count === blocks ? (zeroBytes * 8) / bits : 0;
  for (let index = blocks; index < end; index++) putZeroPoints(layout, panel, index, into, () => middle);
}

/** Puts the zero points of one block, for all rows of a panel. */
function putZeroPoints(
  { bits, zeroBytes }: Layout,
  { outputs, firstOutput }: Panel,
  index: number,
  into: StoredElements,
  of: (row: number) => number,
): void {
  const shift = (index * bits) % 8;
  let to = firstOutput * zeroBytes + Math.floor((index * bits) / 8);
  for (let row = 0; row < outputs; row++, to += zeroBytes) into.zeroPoints[to]! |= of(row) << shift;
}

/** Where the groups of block `at` are for all rows of a panel: the first, and the way from row to row. */
function groupsOf(
  { groupSize, block }: Layout,
  { inputs, outputs, inputMajor }: Panel,
  at: number,
): { readonly from: number; readonly step: number } {
  const group = Math.floor((at * block) / groupSize);
  return inputMajor ? { from: group * outputs, step: 1 } : { from: group, step: Math.ceil(inputs / groupSize) };
}
