// The columns a convolution sums over, as channels: the input padded with its zero point, one shifted copy per tap of the
// kernel, [n, taps * channels, …output positions].

import { attribute, int64, type Node } from "@tersor/core";
import type { Product } from "./products.ts";
import type { Writer } from "./sums.ts";

const FLOAT = 1;
const TO_THE_END = 2 ** 31 - 1;

/** Writes the copies and gives the name of all of them joined. */
export function shiftedCopies(write: Writer, { node, data, zeroPoint, kernel }: Product): string {
  const spatial = kernel!.slice(1);
  const rank = spatial.length;
  const pads = intsOf(node, "pads", Array<number>(2 * rank).fill(0));
  const strides = intsOf(node, "strides", Array<number>(rank).fill(1));
  const dilations = intsOf(node, "dilations", Array<number>(rank).fill(1));
  const values = write.node("Cast", [data], { to: attribute.int(FLOAT) });
  const padded = paddedWith(write, values, zeroPoint, pads, rank);
  const axes = write.constant(
    "axes",
    int64(
      [rank],
      spatial.map((_, i) => i + 2),
    ),
  );
  const steps = write.constant("steps", int64([rank], strides));
  const copies = tapsOf(spatial).map((tap) => {
    const starts = tap.map((at, i) => at * dilations[i]!);
    // Counted from the end: the last tap's copy ends at the end, the others as far before it as they begin before it.
    const ends = tap
      .map((at, i) => (spatial[i]! - 1 - at) * dilations[i]!)
      .map((left) => (left === 0 ? TO_THE_END : -left));
    const [from, to] = [write.constant("starts", int64([rank], starts)), write.constant("ends", int64([rank], ends))];
    return write.node("Slice", [padded, from, to, axes, steps]);
  });
  return copies.length === 1 ? copies[0]! : write.node("Concat", copies, { axis: attribute.int(1) });
}

function paddedWith(write: Writer, values: string, zeroPoint: string, pads: readonly number[], rank: number): string {
  if (pads.every((pad) => pad === 0)) return values;
  const zero = write.node("Cast", [zeroPoint], { to: attribute.int(FLOAT) });
  const all = [0, 0, ...pads.slice(0, rank), 0, 0, ...pads.slice(rank)];
  return write.node("Pad", [values, write.constant("pads", int64([all.length], all)), zero]);
}

/** Places of the taps, the last axis fastest. */
function tapsOf(spatial: readonly number[]): readonly (readonly number[])[] {
  return spatial.reduce<number[][]>(
    (places, size) => places.flatMap((place) => Array.from({ length: size }, (_, i) => [...place, i])),
    [[]],
  );
}

function intsOf(node: Node, name: string, otherwise: readonly number[]): readonly number[] {
  const value = node.attributes[name];
  return value?.kind === "ints" ? value.value : otherwise;
}
