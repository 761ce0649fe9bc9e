// Dividing what a node makes by factors per channel, by changing constants alone: 1/s joins the scale of a
// normalisation, or the weight and bias of a product, and passes through operators with f(x / s) = f(x) / s for s > 0
// (SmoothQuant 2211.10438, section 4; Nagel et al. 2019, 1906.04721, section 4.1).

import { inferTypes, type Dim, type Graph, type GraphDraft, type Inference, type Node } from "@tersor/core";
import { intAttribute } from "../formats/attributes.ts";
import { beforeReshape, beforeTranspose, factorAlong, innerAxes, reciprocal, type Factor } from "./factor.ts";

/** A constant of a node that is to be multiplied. */
export interface ConstantEdit {
  readonly node: Node;
  readonly input: number;
  readonly factor: Factor;
}

/** Chains longer than this end the search; real ones have a handful of nodes. */
const MAX_DEPTH = 64;

/** Shapes of values, inferred once and when they are first asked for; scaling changes none of them. */
export class Shapes {
  readonly #graph: Graph;
  #inferred: Inference | undefined;

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  of(name: string): readonly Dim[] | undefined {
    this.#inferred ??= inferTypes(this.#graph);
    const type = this.#inferred.types.get(name);
    return type?.kind === "tensor" ? type.shape : undefined;
  }
}

/** One search for the constants that divide a value when they are changed together. */
export class Division {
  readonly draft: GraphDraft;
  readonly shapes: Shapes;
  readonly #edits: ConstantEdit[] = [];
  #depth = 0;

  constructor(draft: GraphDraft, shapes: Shapes) {
    this.draft = draft;
    this.shapes = shapes;
  }

  /** The changes that divide `value` for all its readers; undefined where there is no way. */
  static of(draft: GraphDraft, shapes: Shapes, value: string, factor: Factor): readonly ConstantEdit[] | undefined {
    const division = new Division(draft, shapes);
    return division.#value(value, factor) ? division.#edits : undefined;
  }

  /** Divides an input of a node that no other node reads. */
  through(node: Node, input: number, factor: Factor | undefined): boolean {
    const value = node.inputs[input] ?? "";
    return factor !== undefined && isOnlyRead(this.draft, value, node) && this.#value(value, factor);
  }

  /** Notes that a constant is to be divided; false where the input is none that may change. */
  constant(node: Node, input: number, factor: Factor): boolean {
    const name = node.inputs[input] ?? "";
    if (!mayChange(this.draft, name, node)) return false;
    this.#edits.push({ node, input, factor: reciprocal(factor) });
    return true;
  }

  /** Several constants, of which the optional ones may be missing. */
  constants(node: Node, parts: readonly { readonly input: number; readonly factor: Factor }[]): boolean {
    return parts.every(({ input, factor }) => !node.inputs[input] || this.constant(node, input, factor));
  }

  /** The first of several ways that works out. */
  any(...ways: readonly (() => boolean)[]): boolean {
    const before = this.#edits.length;
    for (const way of ways) {
      if (way()) return true;
      this.#edits.length = before;
    }
    return false;
  }

  #value(value: string, factor: Factor): boolean {
    const node = this.draft.producer(value);
    if (!node || node.outputs[0] !== value || this.draft.isOutput(value) || this.#depth >= MAX_DEPTH) return false;
    const rule = rules[node.domain === "" ? node.op : `${node.domain}.${node.op}`];
    this.#depth++;
    const done = rule?.(this, node, factor) ?? false;
    this.#depth--;
    return done;
  }
}

/** Nodes that read the elements of a value; Shape and Size do not. */
export function elementReaders(draft: GraphDraft, name: string): readonly Node[] {
  return draft.consumers(name).filter(({ op, domain }) => domain !== "" || (op !== "Shape" && op !== "Size"));
}

/** Whether one node alone reads the elements of a value, and just once. */
export function isOnlyRead(draft: GraphDraft, name: string, reader: Node): boolean {
  const readers = elementReaders(draft, name);
  const once = reader.inputs.filter((input) => input === name).length === 1;
  return readers.length === 1 && readers[0] === reader && once && !draft.isOutput(name);
}

/** Constants that others read too are copied; weights above this size are not stored twice for it. */
export const LARGEST_COPY_BYTES = 1 << 16;

/** Whether a constant can be multiplied for one reader: it is a weight of this level, its own or small. */
function mayChange(draft: GraphDraft, name: string, reader: Node): boolean {
  const weight = draft.weight(name);
  if (!weight) return false;
  return isOnlyRead(draft, name, reader) || weight.source.sizeBytes <= LARGEST_COPY_BYTES;
}

/** Divides the output of a node; false where its constants can't. */
type Rule = (division: Division, node: Node, factor: Factor) => boolean;

const passThrough: Rule = (division, node, factor) => division.through(node, 0, factor);

/** Scale and shift at these inputs follow the last axes, as the factors do. */
const trailingAffine =
  (...inputs: readonly number[]): Rule =>
  (division, node, factor) =>
    innerAxes(factor) === 0 &&
    division.constants(
      node,
      inputs.map((input) => ({ input, factor })),
    );

/** Scale and shift at inputs 1 and 2, one for each index of axis 1. */
const channelAffine: Rule = (division, node, factor) => {
  const along = channelFactor(division, node, factor);
  return (
    along !== undefined &&
    division.constants(node, [
      { input: 1, factor: along },
      { input: 2, factor: along },
    ])
  );
};

/** The factors as a vector, where they are those of axis 1 of the node's output. */
function channelFactor({ shapes }: Division, node: Node, factor: Factor): Factor | undefined {
  const rank = shapes.of(node.outputs[0]!)?.length;
  return rank !== undefined && innerAxes(factor) === rank - 2 ? factorAlong(factor.values) : undefined;
}

const pooling: Rule = (division, node, factor) =>
  node.outputs.length === 1 && channelFactor(division, node, factor) !== undefined && division.through(node, 0, factor);

/** Conv: weight [out, …], ConvTranspose: [in, out, …]; the bias is a vector. */
const convolution =
  (axis: 0 | 1): Rule =>
  (division, node, factor) => {
    const shape = division.draft.weight(node.inputs[1] ?? "")?.source.shape;
    if (!shape || innerAxes(factor) !== shape.length - 2 || shape[axis] !== factor.values.length) return false;
    if (axis === 1 && intAttribute(node, "group", 1) !== 1) return false;
    return (
      division.constant(node, 1, factorAlong(factor.values, shape.length - 1 - axis)) && bias(division, node, 2, factor)
    );
  };

function bias(division: Division, node: Node, input: number, { values }: Factor): boolean {
  return division.constants(node, [{ input, factor: factorAlong(values) }]);
}

/** A (B / f): what the factors vary on must be the columns, or the stack of matrices. */
const product: Rule = (division, node, factor) => {
  const { draft, shapes } = division;
  const [a = "", b = ""] = node.inputs;
  if (a === b || (factor.shape.length > 1 && factor.shape.at(-2) !== 1)) return false;
  const weight = draft.weight(b);
  if (weight) return innerAxes(factor) === 0 && weight.source.shape.length > 1 && division.constant(node, 1, factor);
  return covers(shapes.of(b), factor) && division.through(node, 1, factor);
};

/** Whether a value has an axis of the right size for each factor, so that dividing it does not spread it. */
function covers(shape: readonly Dim[] | undefined, { shape: sizes }: Factor): boolean {
  return shape !== undefined && sizes.every((size, i) => size === 1 || shape[shape.length - sizes.length + i] === size);
}

const gemm: Rule = (division, node, factor) => {
  if (innerAxes(factor) !== 0) return false;
  const inner = intAttribute(node, "transB", 0) ? 1 : 0;
  return division.constant(node, 1, factorAlong(factor.values, inner)) && bias(division, node, 2, factor);
};

/** (x + c) / f = x / f + c / f. */
const sum: Rule = (division, node, factor) => {
  const constant = node.inputs.findIndex((name) => division.draft.weight(name) !== undefined);
  return constant >= 0 && division.constant(node, constant, factor) && division.through(node, 1 - constant, factor);
};

/**
 * x c / f: into c where it is per channel already. A single number is left alone where possible: runtimes know patterns
 * by it. Of two computed values either will do.
 */
const scaling: Rule = (division, node, factor) => {
  const constant = node.inputs.findIndex((name) => division.draft.weight(name) !== undefined);
  if (constant < 0)
    return division.any(
      ...[1, 0].map(
        (i) => () => covers(division.shapes.of(node.inputs[i]!), factor) && division.through(node, i, factor),
      ),
    );
  const { shape } = division.draft.weight(node.inputs[constant]!)!.source;
  return covers(shape, factor)
    ? division.constant(node, constant, factor)
    : division.through(node, 1 - constant, factor);
};

/** x / c / f, where c is constant: c takes f, or x is divided. */
const quotient: Rule = (division, node, factor) => {
  const shape = division.draft.weight(node.inputs[1] ?? "")?.source.shape;
  return covers(shape, factor) ? division.constant(node, 1, reciprocal(factor)) : division.through(node, 0, factor);
};

const transpose: Rule = (division, node, factor) => {
  const rank = division.shapes.of(node.outputs[0]!)?.length;
  const { perm } = node.attributes;
  const permutation = perm?.kind === "ints" ? perm.value : Array.from({ length: rank ?? 0 }, (_, i) => rank! - 1 - i);
  return division.through(node, 0, beforeTranspose(factor, permutation));
};

const reshape: Rule = (division, node, factor) => {
  const before = division.shapes.of(node.inputs[0]!);
  const after = division.shapes.of(node.outputs[0]!);
  return before !== undefined && after !== undefined && division.through(node, 0, beforeReshape(factor, before, after));
};

/** Reduced axes have size 1 where they are kept; where they are not, they are put back. */
const reduction: Rule = (division, node, factor) => {
  const before = division.shapes.of(node.inputs[0]!);
  if (!before || intAttribute(node, "keepdims", 1) !== 0)
    return before !== undefined && division.through(node, 0, factor);
  const axes = reducedAxes(division.draft, node, before.length);
  if (!axes || factor.shape.length > before.length - axes.size) return false;
  const sizes = [...factor.shape];
  const shape: number[] = [];
  for (let axis = before.length - 1; axis >= 0; axis--) shape.unshift(axes.has(axis) ? 1 : (sizes.pop() ?? 1));
  return division.through(node, 0, { shape, values: factor.values });
};

function reducedAxes(draft: GraphDraft, node: Node, rank: number): ReadonlySet<number> | undefined {
  const { axes } = node.attributes;
  const weight = draft.weight(node.inputs[1] ?? "")?.source;
  const small = weight !== undefined && weight.sizeBytes <= 64 ? weight.tensor().data : undefined;
  const given =
    axes?.kind === "ints" ? axes.value : small instanceof BigInt64Array ? Array.from(small, Number) : undefined;
  return given && new Set(given.map((axis) => (axis < 0 ? axis + rank : axis)));
}

const rules: Readonly<Record<string, Rule>> = {
  LayerNormalization: trailingAffine(1, 2),
  SimplifiedLayerNormalization: trailingAffine(1),
  RMSNormalization: trailingAffine(1),
  "com.microsoft.SkipLayerNormalization": trailingAffine(2, 3),
  "com.microsoft.SkipSimplifiedLayerNormalization": trailingAffine(2),
  "com.microsoft.EmbedLayerNormalization": trailingAffine(5, 6),
  BatchNormalization: channelAffine,
  InstanceNormalization: channelAffine,
  Conv: convolution(0),
  ConvTranspose: convolution(1),
  MatMul: product,
  Gemm: gemm,
  Add: sum,
  Sub: sum,
  Mul: scaling,
  Div: quotient,
  Relu: passThrough,
  LeakyRelu: passThrough,
  PRelu: passThrough,
  Abs: passThrough,
  Neg: passThrough,
  Identity: passThrough,
  MaxPool: pooling,
  AveragePool: pooling,
  LpPool: pooling,
  GlobalMaxPool: pooling,
  GlobalAveragePool: pooling,
  ReduceMean: reduction,
  ReduceSum: reduction,
  ReduceMax: reduction,
  ReduceMin: reduction,
  Transpose: transpose,
  Reshape: reshape,
  Flatten: reshape,
  Squeeze: reshape,
  Unsqueeze: reshape,
};
