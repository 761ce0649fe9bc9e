// GELU written out (Hendrycks & Gimpel 2016, 1606.08415), exact and by tanh:
//
//   x ──┬──▶ Div sqrt 2 ──▶ Erf ──▶ Add 1 ──▶ Mul ──▶ Mul 0.5        0.5 x (1 + erf(x / sqrt 2))
//       └──────────────────────────────────────┘
//   x ──┬──▶ sqrt(2/pi) (x + 0.044715 x^3) ──▶ Tanh ──▶ Add 1 ──▶ Mul ──▶ Mul 0.5
//       └─────────────────────────────────────────────────────────┘
//
// The factors 0.5 and x stand in any order; x^3 is Pow 3 or two Muls; sqrt(2/pi) x (1 + 0.044715 x^2) is the same thing.

import type { Graph, Node } from "../../graph/graph.ts";
import { isProduct, productOf } from "./products.ts";
import { isAbout, levelsOf, otherOperand, type LevelView } from "./view.ts";

/** A GELU that was recognised. */
export interface GeluPattern {
  readonly kind: "erf" | "tanh";
  readonly input: string;
  readonly output: string;
  readonly nodes: readonly Node[];
}

interface Argument {
  readonly input: string;
  readonly nodes: readonly Node[];
}

/** Every GELU that is written out in elementary operators, on every level. */
export function gelus(graph: Graph): readonly GeluPattern[] {
  return levelsOf(graph).flatMap((level) =>
    level.graph.nodes.flatMap((node) => (node.domain === "" ? (matchAt(node, level) ?? []) : [])),
  );
}

function matchAt(node: Node, level: LevelView): GeluPattern | undefined {
  if (node.op !== "Erf" && node.op !== "Tanh") return undefined;
  const argument = node.op === "Erf" ? erfArgument(node, level) : tanhArgument(node, level);
  const plusOne = level.onlyConsumerOf(node.outputs[0]!, "Add");
  if (!argument || !plusOne || level.number(otherOperand(plusOne, node.outputs[0]!)) !== 1) return undefined;
  const kind = node.op === "Erf" ? "erf" : "tanh";
  const end = halfProduct(plusOne.outputs[0]!, argument.input, level);
  return (
    end && { kind, input: argument.input, output: end.output, nodes: [...argument.nodes, node, plusOne, ...end.nodes] }
  );
}

/** x of erf(x / sqrt 2). */
function erfArgument(erf: Node, level: LevelView): Argument | undefined {
  return scaledValue(erf.inputs[0]!, Math.SQRT1_2, level);
}

/** The one value that is multiplied by about this number: the last step only, x itself may be a product. */
function scaledValue(name: string, factor: number, level: LevelView): Argument | undefined {
  const node = level.producerOf(name, "Mul", "Div");
  const input = node?.inputs.find((operand) => level.number(operand) === undefined);
  if (!node || input === undefined) return undefined;
  const product = productOf(name, level, (leaf) => leaf === input);
  return isProduct(product, { [input]: 1 }) && isAbout(product.factor, factor)
    ? { input, nodes: product.nodes }
    : undefined;
}

/** x of tanh(sqrt(2/pi) (x + 0.044715 x^3)), also as sqrt(2/pi) x (1 + 0.044715 x^2). */
function tanhArgument(tanh: Node, level: LevelView): Argument | undefined {
  const product = productOf(tanh.inputs[0]!, level);
  if (!isAbout(product.factor, Math.sqrt(2 / Math.PI))) return undefined;
  const sum = [...product.powers.keys()]
    .map((name) => level.producerOf(name, "Add"))
    .find((node) => node && isCubicSum(node, level));
  const parts = sum && cubicParts(sum, level);
  if (!sum || !parts) return undefined;
  const { input, nodes, factored } = parts;
  const expected = factored ? { [sum.outputs[0]!]: 1, [input]: 1 } : { [sum.outputs[0]!]: 1 };
  return isProduct(product, expected) ? { input, nodes: [...product.nodes, sum, ...nodes] } : undefined;
}

function isCubicSum(node: Node, level: LevelView): boolean {
  return cubicParts(node, level) !== undefined;
}

/** x + 0.044715 x^3, or with x taken out of it 1 + 0.044715 x^2. */
function cubicParts(sum: Node, level: LevelView): (Argument & { readonly factored: boolean }) | undefined {
  for (const plain of sum.inputs) {
    const other = otherOperand(sum, plain);
    const factored = level.number(plain) === 1;
    const product = productOf(other, level, (leaf) => !factored && leaf === plain);
    const [input, exponent] = [...product.powers][0] ?? [];
    if (input === undefined || product.powers.size !== 1 || !isAbout(product.factor, 0.044715)) continue;
    if (factored ? exponent === 2 : exponent === 3 && input === plain) return { input, nodes: product.nodes, factored };
  }
  return undefined;
}

/** Follows Muls from `1 + …` to 0.5 x (1 + …). */
function halfProduct(
  name: string,
  input: string,
  level: LevelView,
): { readonly output: string; readonly nodes: readonly Node[] } | undefined {
  let output = name;
  for (let step = 0; step < 2; step++) {
    const next = level.onlyConsumerOf(output, "Mul", "Div");
    if (!next) return undefined;
    output = next.outputs[0]!;
    const product = productOf(output, level, (leaf) => leaf === name || leaf === input);
    if (isProduct(product, { [name]: 1, [input]: 1 }) && isAbout(product.factor, 0.5))
      return { output, nodes: product.nodes };
  }
  return undefined;
}
