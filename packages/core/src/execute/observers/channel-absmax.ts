// Largest magnitude of each channel.

import { observedShape, summariesDiffer } from "../errors.ts";
import type { Observer, ObserverRequest, Summary } from "../observer.ts";
import { elementCount } from "../../tensor/tensor.ts";
import { elementsOf, type Elements } from "./elements.ts";

type ChannelAbsmax = Extract<Summary, { readonly kind: "channel-absmax" }>;

export function channelAbsmaxObserver({
  tensor: name,
  axis,
}: Extract<ObserverRequest, { readonly observer: "channel-absmax" }>): Observer {
  let absmax: Float32Array | undefined;
  let count = 0;
  return {
    update: (tensor) => {
      const { shape } = tensor;
      const position = axis < 0 ? axis + shape.length : axis;
      const channels = shape[position];
      if (channels === undefined) throw observedShape({ tensor: name, shape, expected: `an axis ${axis}` });
      absmax ??= new Float32Array(channels);
      if (absmax.length !== channels)
        throw observedShape({ tensor: name, shape, expected: `${absmax.length} channels on axis ${axis}, as before` });
      const values = elementsOf(tensor);
      collect(values, absmax, elementCount(shape.slice(position + 1)));
      count += values.length;
    },
    summary: () => ({ kind: "channel-absmax", absmax: absmax?.slice() ?? new Float32Array(0), count }),
  };
}

/** Elements lie as [outer, channel, inner]. NaN and infinities are left out. */
function collect(values: Elements, absmax: Float32Array, inner: number): void {
  if (inner === 1) return collectRows(values, absmax);
  let channel = 0;
  for (let start = 0; start < values.length; start += inner) {
    let largest = absmax[channel]!;
    for (let i = start; i < start + inner; i++) {
      const magnitude = Math.abs(values[i]!);
      if (magnitude > largest && magnitude < Infinity) largest = magnitude;
    }
    absmax[channel] = largest;
    channel = channel + 1 === absmax.length ? 0 : channel + 1;
  }
}

/** The same where the channels are the last axis. */
function collectRows(values: Elements, absmax: Float32Array): void {
  const channels = absmax.length;
  for (let start = 0; start < values.length; start += channels) {
    for (let channel = 0; channel < channels; channel++) {
      const magnitude = Math.abs(values[start + channel]!);
      if (magnitude > absmax[channel]! && magnitude < Infinity) absmax[channel] = magnitude;
    }
  }
}

/** Merges two summaries; one that has seen nothing fits any. */
export function mergeChannelAbsmax(a: ChannelAbsmax, b: ChannelAbsmax): ChannelAbsmax {
  if (a.absmax.length === 0 || b.absmax.length === 0) {
    return { kind: "channel-absmax", absmax: a.absmax.length === 0 ? b.absmax : a.absmax, count: a.count + b.count };
  }
  if (a.absmax.length !== b.absmax.length) {
    throw summariesDiffer({ left: `${a.absmax.length} channels`, right: `${b.absmax.length} channels` });
  }
  return {
    kind: "channel-absmax",
    absmax: a.absmax.map((value, i) => Math.max(value, b.absmax[i]!)),
    count: a.count + b.count,
  };
}
