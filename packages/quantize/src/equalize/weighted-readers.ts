// Which constants of an operator multiply the channels of its input, and along which of their axes.

import type { GraphDraft, Node, Weight } from "@tersor/core";
import { intAttribute } from "../formats/attributes.ts";
import { factorAlong, type Factor } from "./factor.ts";

/** A weight that multiplies the channels of the first input of its node. */
export interface WeightedReader {
  readonly node: Node;
  /** Position and name of the weight among the inputs. */
  readonly input: number;
  readonly weight: string;
  /** Channels of the input, and how many axes of it stand behind theirs: 0, or the spatial ones of a Conv. */
  readonly channels: number;
  readonly inner: number;
  /** Factors of the input's channels as factors of the weight. */
  spread(factors: Float32Array): Factor;
}

/** The weights behind a value, of the readers that have them; readers of other kinds are left out. */
export function weightedReaders(draft: GraphDraft, tensor: string): readonly WeightedReader[] {
  return draft.consumers(tensor).flatMap((node) => weightedReader(draft, node, tensor) ?? []);
}

/** The weight of a node that reads `tensor` as its first input and nowhere else. */
export function weightedReader(draft: GraphDraft, node: Node, tensor: string): WeightedReader | undefined {
  const input = 1;
  const name = node.inputs[input] ?? "";
  const weight = draft.weight(name);
  if (node.inputs[0] !== tensor || node.inputs.indexOf(tensor, 1) >= 0 || !weight) return undefined;
  const layout = layouts[node.domain === "" ? node.op : `${node.domain}.${node.op}`]?.(node, weight);
  return layout && { node, input, weight: name, ...layout };
}

type Layout = Pick<WeightedReader, "channels" | "inner" | "spread">;

/** One entry for each operator whose weight multiplies channels of its first input. */
const layouts: Readonly<Record<string, (node: Node, weight: Weight) => Layout | undefined>> = {
  MatMul: (_, { source: { shape } }) => (shape.length < 2 ? undefined : matrix(shape.at(-2)!, 1)),
  "com.microsoft.FusedMatMul": (node, { source: { shape } }) => {
    if (shape.length < 2 || intAttribute(node, "transA", 0) || intAttribute(node, "transBatchA", 0)) return undefined;
    if (intAttribute(node, "transBatchB", 0)) return undefined;
    return intAttribute(node, "transB", 0) ? matrix(shape.at(-1)!, 0) : matrix(shape.at(-2)!, 1);
  },
  Gemm: (node, { source: { shape } }) => {
    if (shape.length !== 2 || intAttribute(node, "transA", 0)) return undefined;
    return intAttribute(node, "transB", 0) ? matrix(shape[1]!, 0) : matrix(shape[0]!, 1);
  },
  "com.microsoft.Attention": (_, { source: { shape } }) => (shape.length === 2 ? matrix(shape[0]!, 1) : undefined),
  LSTM: recurrent,
  GRU: recurrent,
  RNN: recurrent,
  Conv: (node, weight) => convolution(node, weight),
  ConvTranspose: (_, { source: { shape } }) =>
    shape.length < 3
      ? undefined
      : { channels: shape[0]!, inner: shape.length - 2, spread: (factors) => factorAlong(factors, shape.length - 1) },
};

/** The input's channels are its last axis; those of the weight have `inner` axes behind them. */
function matrix(channels: number, inner: number): Layout {
  return { channels, inner: 0, spread: (factors) => factorAlong(factors, inner) };
}

/** W is [directions, gates * hidden, input]. */
function recurrent(_: Node, { source: { shape } }: Weight): Layout | undefined {
  return shape.length === 3 ? matrix(shape[2]!, 0) : undefined;
}

/** W is [out, in / group, …taps]: an output channel reads the input channels of its group. */
function convolution(node: Node, { source: { shape } }: Weight): Layout | undefined {
  const groups = intAttribute(node, "group", 1);
  const [count = 0, width = 0] = shape;
  if (shape.length < 3 || groups < 1 || count % groups !== 0) return undefined;
  const taps = shape.length - 2;
  const spread = (factors: Float32Array): Factor => {
    if (groups === 1) return factorAlong(factors, taps);
    const values = new Float32Array(count * width);
    for (let i = 0; i < values.length; i++) {
      const group = Math.floor(i / width / (count / groups));
      values[i] = factors[group * width + (i % width)]!;
    }
    return { shape: [count, width, ...new Array<number>(taps).fill(1)], values };
  };
  return { channels: width * groups, inner: taps, spread };
}
