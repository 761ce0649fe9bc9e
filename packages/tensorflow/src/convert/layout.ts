// Data formats: TensorFlow's NHWC and NDHWC beside the NCHW that ONNX computes in. Rules transpose there and back;
// passes over the finished graph take out what cancels.

import type { GraphBuilder } from "@tersor/core";
import { textOf, transpose, upTo } from "./building.ts";
import type { RuleContext } from "./rule.ts";

/** Where the channels of an operation's activations are. */
export interface Layout {
  readonly spatialRank: number;
  readonly channelsLast: boolean;
}

/** The layout that the attribute data_format states; refuses those that are vectorized. */
export function layoutOf(context: RuleContext, spatialRank: number): Layout {
  const format = textOf(context, "data_format", spatialRank === 3 ? "NDHWC" : "NHWC");
  if (["NHWC", "NDHWC", "NWC"].includes(format)) return { spatialRank, channelsLast: true };
  if (["NCHW", "NCDHW", "NCW"].includes(format)) return { spatialRank, channelsLast: false };
  return context.refuse(`its data format ${format} is not supported`);
}

/** The axis of the channels. */
export function channelAxis({ spatialRank, channelsLast }: Layout): number {
  return channelsLast ? spatialRank + 1 : 1;
}

/** An activation as ONNX wants it: channels second. */
export function channelsFirst(to: GraphBuilder, { spatialRank, channelsLast }: Layout, value: string): string {
  if (!channelsLast) return value;
  return transpose(to, value, [0, spatialRank + 1, ...upTo(spatialRank).map((axis) => axis + 1)]);
}

/** A result as the operation's layout wants it. */
export function channelsBack(to: GraphBuilder, { spatialRank, channelsLast }: Layout, value: string): string {
  if (!channelsLast) return value;
  return transpose(to, value, [0, ...upTo(spatialRank).map((axis) => axis + 2), 1]);
}

/** The spatial entries of a list with one entry for each axis. */
export function spatialOf<T>({ spatialRank, channelsLast }: Layout, list: readonly T[]): readonly T[] {
  const start = channelsLast ? 1 : 2;
  return list.slice(start, start + spatialRank);
}

/** The spatial entries of an attribute with one entry for each axis; `otherwise` where it is not there. */
export function spatialAttribute(context: RuleContext, layout: Layout, name: string, otherwise = 1): readonly number[] {
  const stated = context.attribute(name, "ints");
  if (stated === undefined || stated.length === 0) return upTo(layout.spatialRank).map(() => otherwise);
  if (stated.length !== layout.spatialRank + 2) context.refuse(`its attribute ${name} has ${stated.length} entries`);
  const spatial = spatialOf(layout, stated);
  const product = stated.reduce((all, entry) => all * entry, 1);
  if (product !== spatial.reduce((all, entry) => all * entry, 1))
    context.refuse(`its attribute ${name} is not 1 for the batch and the channels`);
  return spatial;
}
