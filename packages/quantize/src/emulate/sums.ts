// A quantized graph as it computes on CPUs that add two products u8 x s8 in 16 bits (vpmaddubsw, METHODS 3.4), written
// with standard operators: any runtime gives the numbers that such a machine would give. For each product the excess of
// the pair sums that leave 16 bits is computed from the integers of the activation and taken off the exact result:
//
//   xq ─ Cast ─┬─ Gather(even) ── Mul w ─┐
//              └─ Gather(odd) ─── Mul w ─┴ Add = s ── s - Clip(s) = excess ── MatMul(one column per channel) ── y - …
//
// Only pairs whose weights can leave 16 bits at all are written, about one in a hundred. Convolutions do the same on
// shifted copies of their input, padded with the zero point as kernels pad. Run it without graph optimization: fused
// kernels would saturate on their own.

import {
  attribute,
  dropped,
  edit,
  float32,
  int64,
  nodeOf,
  raiseOpset,
  sourceOf,
  type Graph,
  type GraphDraft,
  type Node,
  type Tensor,
  type Value,
} from "@tersor/core";
import { dangerousPairs } from "../saturation.ts";
import { productsOf, type Product } from "./products.ts";
import { shiftedCopies } from "./shifted-copies.ts";

/** A layer with its sums emulated; the names are those of scalar outputs, one value per run. */
export interface EmulatedLayer {
  /** The node of the quantized graph. */
  readonly node: string;
  readonly op: string;
  /** Number of pair sums of a run, of those that saturated, sum of squares of the exact output and of what was lost. */
  readonly sums: string;
  readonly saturated: string;
  readonly signal: string;
  readonly noise: string;
}

/** A graph in standard operators. */
export interface Emulation {
  readonly graph: Graph;
  /** Layers with products u8 x s8; those where no weights can saturate have no outputs of their own and are left out. */
  readonly layers: readonly EmulatedLayer[];
  /** Number of all layers with such products. */
  readonly products: number;
}

const WRITTEN_WITH = 13;

/** Writes a graph of Q/DQ pairs or MatMulInteger so that its sums are exact, or saturate, on every machine. */
export function emulateSums(quantized: Graph, arithmetic: "exact" | "saturating"): Emulation {
  const graph = raiseOpset(quantized, WRITTEN_WITH);
  const products = productsOf(graph);
  const layers: EmulatedLayer[] = [];
  const emulated = edit(graph, (draft) => {
    for (const product of products) {
      const exact = product.node.op === "MatMulInteger" ? asFloat(draft, product) : undefined;
      if (arithmetic === "exact") continue;
      const layer = saturate(draft, product, exact ?? product.node);
      if (layer) layers.push(layer);
    }
    const scalars = layers.flatMap(({ sums, saturated, signal, noise }) => [sums, saturated, signal, noise]);
    draft.setOutputs([...graph.outputs, ...scalars.map(scalarOutput)]);
  });
  return { graph: emulated, layers, products: products.length };
}

function scalarOutput(name: string): Value {
  return { name, type: { kind: "tensor", dtype: "float32", shape: [] } };
}

const FLOAT = 1;
const INT32 = 6;

/** MatMulInteger as a float product, exact up to 2^24 and to a rounding beyond, whatever kernels the machine has. */
function asFloat(draft: GraphDraft, { node, data, zeroPoint, columns, depth }: Product): Node {
  const write = writer(draft, node);
  const x = write.node("Cast", [data], { to: attribute.int(FLOAT) });
  const zero =
    zeroPoint === ""
      ? write.constant("zero", float32([], [0]))
      : write.node("Cast", [zeroPoint], { to: attribute.int(FLOAT) });
  const centred = write.node("Sub", [x, zero]);
  const count = columns.length / depth;
  const values = new Float32Array(columns.length);
  for (let n = 0; n < count; n++) for (let k = 0; k < depth; k++) values[k * count + n] = columns[n * depth + k]!;
  const product = write.node("MatMul", [centred, write.constant("weights", float32([depth, count], values))]);
  const last = nodeOf("Cast", node.name, [product], node.outputs, { to: attribute.int(INT32) });
  draft.replace(node, last);
  return last;
}

/** Output channels that share a matrix: it grows with the square of their number, and loading with the number of nodes. */
const CHUNK = 256;

/** Pairs of one chunk of columns that can leave 16 bits. */
interface Pairs {
  readonly even: readonly number[];
  readonly odd: readonly number[];
  readonly evenWeight: readonly number[];
  readonly oddWeight: readonly number[];
  /** Column within the chunk. */
  readonly column: readonly number[];
  readonly columns: number;
  readonly start: number;
}

function chunksOf({ columns, depth }: Product): readonly Pairs[] {
  const count = columns.length / depth;
  return Array.from({ length: Math.ceil(count / CHUNK) }, (_, i) => {
    const start = i * CHUNK;
    const width = Math.min(CHUNK, count - start);
    const found = Array.from({ length: width }, (_, c) =>
      dangerousPairs(columns, (start + c) * depth, depth).map((k) => ({ k, c, at: (start + c) * depth + k })),
    ).flat();
    // A chunk without such pairs has one with weights of zero, so that all chunks are written alike.
    if (found.length === 0)
      return { even: [0], odd: [1], evenWeight: [0], oddWeight: [0], column: [0], columns: width, start };
    return {
      even: found.map(({ k }) => k),
      odd: found.map(({ k }) => k + 1),
      evenWeight: found.map(({ at }) => columns[at]!),
      oddWeight: found.map(({ at }) => columns[at + 1]!),
      column: found.map(({ c }) => c),
      columns: width,
      start,
    };
  });
}

function saturate(draft: GraphDraft, product: Product, exact: Node): EmulatedLayer | undefined {
  const chunks = chunksOf(product);
  const harmless = ({ evenWeight, oddWeight }: Pairs) => evenWeight.every((w, i) => w === 0 && oddWeight[i] === 0);
  if (product.depth < 2 || chunks.every(harmless)) return undefined;
  // The exact result gets a name of its own; what is left after saturation takes the old one.
  const output = exact.outputs[0]!;
  const whole = draft.fresh(`${output}_exact`);
  const renamed = draft.update(exact, { outputs: [whole] });
  const write = writer(draft, renamed, product.node.name);
  const rows = product.kernel
    ? shiftedCopies(write, product)
    : write.node("Cast", [product.data], { to: attribute.int(FLOAT) });
  const parts = chunks.map((pairs) => excessOf(write, rows, pairs, product));
  const lost = joined(
    write,
    parts.map((part) => part.lost),
    product,
  );
  const integer = product.node.op === "MatMulInteger";
  const taken = integer ? write.node("Cast", [lost], { to: attribute.int(INT32) }) : lost;
  write.last(nodeOf("Sub", draft.fresh(`${product.node.name}_saturated`), [whole, taken], [output]));
  const measured = integer ? write.node("Cast", [whole], { to: attribute.int(FLOAT) }) : whole;
  return {
    node: product.node.name,
    op: product.node.op,
    ...statistics(
      write,
      measured,
      lost,
      parts.map((part) => part.excess),
      product.depth,
    ),
  };
}

/** The excess of each pair of a chunk, and its sum per column in units of the output. */
function excessOf(write: Writer, rows: string, pairs: Pairs, { kernel, unit }: Product) {
  const { even, odd, evenWeight, oddWeight, column, columns, start } = pairs;
  const axis = kernel ? 1 : -1;
  const spatial = kernel ? kernel.length - 1 : 0;
  const wide = [even.length, ...Array<number>(spatial).fill(1)];
  const half = (places: readonly number[], weights: readonly number[]): string => {
    const picked = write.node("Gather", [rows, write.constant("pairs", int64([places.length], places))], {
      axis: attribute.int(axis),
    });
    return write.node("Mul", [picked, write.constant("pair_weights", float32(wide, weights))]);
  };
  const sums = write.node("Add", [half(even, evenWeight), half(odd, oddWeight)]);
  const [low, high] = [-32768, 32767].map((bound) => write.constant("bound", float32([], [bound])));
  const excess = write.node("Sub", [sums, write.node("Clip", [sums, low!, high!])]);
  const gather = new Float32Array(even.length * columns);
  for (const [i, c] of column.entries()) {
    const scale = unit[start + c]!;
    gather[kernel ? c * even.length + i : i * columns + c] = scale;
  }
  const lost = kernel
    ? write.node("Conv", [
        excess,
        write.constant("columns", float32([columns, even.length, ...Array<number>(spatial).fill(1)], gather)),
      ])
    : write.node("MatMul", [excess, write.constant("columns", float32([even.length, columns], gather))]);
  return { excess, lost };
}

function joined(write: Writer, parts: readonly string[], { kernel }: Product): string {
  if (parts.length === 1) return parts[0]!;
  return write.node("Concat", parts, { axis: attribute.int(kernel ? 1 : -1) });
}

function statistics(write: Writer, whole: string, lost: string, excess: readonly string[], depth: number) {
  const all = { keepdims: attribute.int(0) };
  const counts = excess.map((part) => write.node("ReduceSum", [write.node("Sign", [write.node("Abs", [part])])], all));
  const size = write.node("Cast", [write.node("Size", [whole])], { to: attribute.int(FLOAT) });
  return {
    sums: write.node("Mul", [size, write.constant("pairs_of_sum", float32([], [Math.floor(depth / 2)]))]),
    saturated: counts.reduce((sum, part) => write.node("Add", [sum, part])),
    signal: write.node("ReduceSumSquare", [whole], all),
    noise: write.node("ReduceSumSquare", [lost], all),
  };
}

/** Writes nodes one after another behind (or, until it is there, before) an anchor. */
export interface Writer {
  /** Adds a node of one output and gives the output's name. */
  node(op: string, inputs: readonly string[], attributes?: Node["attributes"]): string;
  constant(wish: string, tensor: Tensor): string;
  last(node: Node): void;
}

const notFromSource = dropped("made to emulate saturation");

function writer(draft: GraphDraft, anchor: Node, name = anchor.name): Writer {
  let behind = anchor;
  const add = (node: Node): void => {
    // What computes the anchor anew stands before it.
    if (behind.op === "MatMulInteger") draft.insertBefore(behind, node);
    else {
      draft.insertAfter(behind, node);
      behind = node;
    }
  };
  return {
    node: (op, inputs, attributes = {}) => {
      const output = draft.fresh(`${name}_${op}`);
      add(nodeOf(op, output, inputs, [output], attributes));
      return output;
    },
    constant: (wish, tensor) => {
      const made = draft.fresh(`${name}_${wish}`);
      draft.setWeight(made, { source: sourceOf(tensor), origin: notFromSource });
      return made;
    },
    last: add,
  };
}
