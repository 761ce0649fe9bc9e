// BatchNorm that an exporter folded into the layer before it:
//   W' = W f,  b' = (b - mean) f + beta,  f = gamma / sqrt(variance + epsilon)     per output channel
// The layer and its norm are found again by their values: W' / W is one number per channel, and a norm has it.
// Jacob et al. 2018 (1712.05877), section 3.2.

import { applySteps, elementCount, float32Of, type OriginStep, type Tensor, type TensorSource } from "@tersor/core";
import { layerOf, sharedParts } from "./names.ts";

/** The numbers of a BatchNorm layer. */
export interface Norm {
  readonly layer: string;
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/** A weight as it was folded: the norm, and its factors per channel of the parameter. */
export interface Folded {
  readonly norm: Norm;
  readonly factors: Float32Array;
  readonly steps: readonly OriginStep[];
}

/** Factors are found with the error of float32 sums; other layers differ by far more. */
const CLOSE = 1e-4;
/** What is usual for epsilon, PyTorch's default first. */
const EPSILONS = [1e-5, 1e-3, 1e-6, 1e-4, 2e-5, 1e-12, 1e-8, 0];

/** The BatchNorm layers of a state dict: those with running statistics. */
export function normsOf(tensors: ReadonlyMap<string, TensorSource>): readonly Norm[] {
  const layers = [...tensors.keys()].filter((name) => name.endsWith("running_var")).map(layerOf);
  return layers.map((layer) => {
    const read = (name: string): Float32Array | undefined => {
      const source = tensors.get(layer === "" ? name : `${layer}.${name}`);
      return source && float32Of(source.tensor());
    };
    const variance = read("running_var")!;
    const mean = read("running_mean") ?? new Float32Array(variance.length);
    const gamma = read("weight") ?? new Float32Array(variance.length).fill(1);
    return { layer, variance, mean, gamma, beta: read("bias") ?? new Float32Array(variance.length) };
  });
}

/** How a parameter with two axes or more was folded into a weight; undefined when it was not. */
export function foldedWeight(
  name: string,
  parameter: Tensor,
  weight: Tensor,
  norms: readonly Norm[],
): Folded | undefined {
  for (const { axis, before } of layouts(parameter.shape, weight.shape)) {
    const arranged = applySteps(before, parameter);
    const ratios = ratiosAlong(arranged, weight, axis);
    if (!ratios) continue;
    for (const norm of nearestFirst(name, norms)) {
      const factors = factorsLike(norm, ratios);
      if (factors) return { norm, factors, steps: [...before, { kind: "scale", axis, factors }] };
    }
  }
  return undefined;
}

/** Where the output channels are: axis 0 of Conv and Linear, 1 of ConvTranspose and of a transposed matrix. */
function layouts(from: readonly number[], to: readonly number[]): readonly { axis: number; before: OriginStep[] }[] {
  if (elementCount(from) !== elementCount(to)) return [];
  if (from.join() === to.join()) return [0, 1].map((axis) => ({ axis, before: [] }));
  const isTurned = from.length === 2 && to.length === 2 && from[0] === to[1];
  return isTurned ? [{ axis: 1, before: [{ kind: "transpose", permutation: [1, 0] }] }] : [];
}

/** weight / parameter per index of the axis, by least squares; undefined when it is not one number each. */
function ratiosAlong(parameter: Tensor, weight: Tensor, axis: number): Float64Array | undefined {
  const [x, y] = [float32Of(parameter), float32Of(weight)];
  const channels = parameter.shape[axis]!;
  const inner = parameter.shape.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const [xx, xy, yy] = [new Float64Array(channels), new Float64Array(channels), new Float64Array(channels)];
  for (let i = 0; i < x.length; i++) {
    const channel = Math.floor(i / inner) % channels;
    xx[channel]! += x[i]! * x[i]!;
    xy[channel]! += x[i]! * y[i]!;
    yy[channel]! += y[i]! * y[i]!;
  }
  const ratios = xy.map((product, channel) => (xx[channel] === 0 ? 0 : product / xx[channel]!));
  const isOneNumber = ratios.every(
    (ratio, channel) => yy[channel]! - ratio * xy[channel]! <= CLOSE * CLOSE * (yy[channel]! || 1),
  );
  return isOneNumber ? ratios : undefined;
}

function nearestFirst(name: string, norms: readonly Norm[]): readonly Norm[] {
  return norms.toSorted((a, b) => sharedParts(b.layer, name) - sharedParts(a.layer, name));
}

function factorsLike({ gamma, variance }: Norm, ratios: Float64Array): Float32Array | undefined {
  if (gamma.length !== ratios.length) return undefined;
  for (const epsilon of EPSILONS) {
    const factors = gamma.map((scale, channel) => scale / Math.sqrt(variance[channel]! + epsilon));
    const isLike = factors.every(
      (factor, channel) => Math.abs(factor - ratios[channel]!) <= CLOSE * Math.abs(factor) + Number.EPSILON,
    );
    if (isLike) return factors;
  }
  return undefined;
}

/** Steps from the bias of the layer, or from beta where it has none, to the bias that was folded. */
export function foldedBias({ norm, factors }: Folded, hasOwnBias: boolean): readonly OriginStep[] {
  const { mean, beta } = norm;
  if (!hasOwnBias) {
    return [{ kind: "shift", axis: 0, offsets: factors.map((factor, channel) => -mean[channel]! * factor) }];
  }
  return [
    { kind: "shift", axis: 0, offsets: mean.map((value) => -value) },
    { kind: "scale", axis: 0, factors },
    { kind: "shift", axis: 0, offsets: beta },
  ];
}

/** Whether two tensors of floats differ by no more than rounding. */
export function isClose(a: Tensor, b: Tensor): boolean {
  const [x, y] = [float32Of(a), float32Of(b)];
  const largest = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return x.length === y.length && x.every((value, index) => Math.abs(value - y[index]!) <= CLOSE * (largest + 1e-6));
}
