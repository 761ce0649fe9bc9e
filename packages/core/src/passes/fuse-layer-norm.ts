// Layer normalisation as TensorFlow writes it out becomes the one operator that ONNX has for it (operator set 17):
//
//   mean = ReduceMean(x)   variance = ReduceMean((x - mean)^2)   scale = gamma / sqrt(variance + epsilon)
//   y = x * scale + (beta - mean * scale)
//
// https://onnx.ai/onnx/operators/onnx__LayerNormalization.html; tf.nn.moments and tf.nn.batch_normalization

import { attribute, nodeOf, type Graph, type Node } from "../graph/graph.ts";
import { singleNumber, smallNumbers } from "./constants.ts";
import { currentNodes, editLevels, type DraftLevel } from "./levels.ts";
import type { Pass } from "./pass.ts";

/** Recognises layer normalisations over the last axis whose scale and shift are constant vectors. */
export const fuseLayerNorm: Pass = {
  name: "fuseLayerNorm",
  run: (graph: Graph) => editLevels(graph, fuseLevel),
};

/** The values that make up a normalisation. */
interface Norm {
  readonly input: string;
  readonly gamma: string;
  readonly beta: string;
  readonly epsilon: number;
}

function fuseLevel(level: DraftLevel): void {
  if (level.opset < 17) return;
  for (const node of currentNodes(level.draft)) {
    const norm = node.op === "Add" && node.domain === "" ? new NormMatch(level).atSum(node) : undefined;
    if (norm) replace(node, norm, level);
  }
}

function replace(sum: Node, { input, gamma, beta, epsilon }: Norm, { draft }: DraftLevel): void {
  const attributes = { axis: attribute.int(-1), epsilon: attribute.float(epsilon) };
  draft.replace(sum, nodeOf("LayerNormalization", sum.name, [input, gamma, beta], sum.outputs, attributes));
}

/** One attempt, from the sum at the end inwards. */
class NormMatch {
  readonly #level: DraftLevel;

  constructor(level: DraftLevel) {
    this.#level = level;
  }

  /** x * scale + (beta - mean * scale), in any order. */
  atSum(sum: Node): Norm | undefined {
    for (const [product, difference] of sidesOf(sum)) {
      const shift = this.#made(difference, "Sub");
      const [beta = "", shifted = ""] = shift?.inputs ?? [];
      const norm = shift && this.#atProducts(product, shifted);
      if (norm && this.#isVector(beta, norm)) return { ...norm, beta };
    }
    return undefined;
  }

  /** x * scale and mean * scale. */
  #atProducts(product: string, shifted: string): Omit<Norm, "beta"> | undefined {
    for (const [input, scale] of sidesOf(this.#made(product, "Mul"))) {
      for (const [mean, again] of sidesOf(this.#made(shifted, "Mul"))) {
        if (again !== scale || this.#meanOf(mean) !== input) continue;
        const norm = this.#atScale(scale, input, mean);
        if (norm) return norm;
      }
    }
    return undefined;
  }

  /** gamma / sqrt(variance + epsilon), with the quotient as a product by the reciprocal. */
  #atScale(scale: string, input: string, mean: string): Omit<Norm, "beta"> | undefined {
    for (const [gamma, inverse] of sidesOf(this.#made(scale, "Mul"))) {
      const root = this.#made(this.#made(inverse, "Reciprocal")?.inputs[0] ?? "", "Sqrt");
      for (const [variance, added] of sidesOf(this.#made(root?.inputs[0] ?? "", "Add"))) {
        const epsilon = singleNumber(this.#level.constant(added)?.source);
        const isVariance = epsilon !== undefined && this.#isVariance(variance, input, mean);
        if (isVariance && this.#isVector(gamma, { input })) return { input, gamma, epsilon };
      }
    }
    return undefined;
  }

  /** The mean of (x - mean)^2: a product of the difference with itself, or its power of 2. */
  #isVariance(name: string, input: string, mean: string): boolean {
    const squares = this.#meanOf(name) ?? "";
    const [base = "", other = ""] = this.#made(squares, "Mul", "Pow")?.inputs ?? [];
    const isSquare = base === other || singleNumber(this.#level.constant(other)?.source) === 2;
    const difference = this.#made(base, "Sub")?.inputs;
    return isSquare && (difference?.join() === [input, mean].join() || difference?.join() === [mean, input].join());
  }

  /** What a mean over the last axis, which is kept, is the mean of. */
  #meanOf(name: string): string | undefined {
    const node = this.#made(name, "ReduceMean");
    const rank = node && this.#level.fact(node.inputs[0]!)?.shape?.length;
    if (!node || rank === undefined) return undefined;
    const { axes: given, keepdims } = node.attributes;
    const constant = smallNumbers(this.#level.constant(node.inputs[1] ?? "")?.source);
    const axes = given?.kind === "ints" ? given.value : constant && Array.from(constant);
    const isLast = axes?.length === 1 && (axes[0] === -1 || axes[0] === rank - 1);
    return isLast && !(keepdims?.kind === "int" && keepdims.value === 0) ? node.inputs[0] : undefined;
  }

  /** A float32 constant with one element for each of the last axis. */
  #isVector(name: string, { input }: Pick<Norm, "input">): boolean {
    const source = this.#level.constant(name)?.source;
    const last = this.#level.fact(input)?.shape?.at(-1);
    return source?.dtype === "float32" && source.shape.length === 1 && source.shape[0] === last;
  }

  #made(name: string, ...ops: readonly string[]): Node | undefined {
    const node = this.#level.draft.producer(name);
    return node?.domain === "" && ops.includes(node.op) ? node : undefined;
  }
}

/** Both ways to tell the operands of a node with two apart. */
function sidesOf(node: Node | undefined): readonly (readonly [string, string])[] {
  const [a, b] = node?.inputs ?? [];
  if (a === undefined || b === undefined) return [];
  return [
    [a, b],
    [b, a],
  ];
}
