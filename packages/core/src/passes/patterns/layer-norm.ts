// Layer normalisation written out (Ba et al. 2016, 1607.06450), and its kin without the mean (RMSNorm, 1910.07467):
//
//        x ──────────────┬──▶ Sub ─────────────┬────────────▶ Div ──▶ [Mul gamma] ──▶ [Add beta]
//        └▶ ReduceMean ──┘     └▶ Pow 2 ─▶ ReduceMean ─▶ Add eps ─▶ Sqrt ─┘
//
// Pow 2 may be Mul with itself; Div may be Reciprocal and Mul; Sub may be there twice; Casts may stand in between.

import type { Graph, Node } from "../../graph/graph.ts";
import { levelsOf, otherOperand, type LevelView } from "./view.ts";

/** A normalisation that was recognised. */
export interface NormPattern {
  readonly kind: "layer" | "rms";
  readonly input: string;
  readonly output: string;
  readonly epsilon: number;
  /** Names of the constants that scale and shift, if they are there. */
  readonly gamma?: string;
  readonly beta?: string;
  readonly nodes: readonly Node[];
}

/** Every layer or RMS normalisation that is written out in elementary operators, on every level. */
export function layerNorms(graph: Graph): readonly NormPattern[] {
  return levelsOf(graph).flatMap((level) =>
    level.graph.nodes.flatMap((node) => (node.op === "Sqrt" && node.domain === "" ? (matchAt(node, level) ?? []) : [])),
  );
}

function matchAt(sqrt: Node, level: LevelView): NormPattern | undefined {
  const nodes = new Set<Node>([sqrt]);
  const added = level.producerOf(sqrt.inputs[0]!, "Add");
  const epsilon = added && addedConstant(added, level);
  const mean = epsilon && takeMean(epsilon.name, level, nodes);
  const centred = mean === undefined ? undefined : squaredOf(mean, level, nodes);
  if (!added || !epsilon || centred === undefined) return undefined;
  nodes.add(added);
  const input = centreOf(centred, level, nodes);
  const divided = dividedBy(sqrt, centred, input, level, nodes);
  return divided === undefined ? undefined : withAffine(divided, epsilon.value, centred, input, level, nodes);
}

/** The value and the number in `value + number`. */
function addedConstant(node: Node, level: LevelView): { readonly name: string; readonly value: number } | undefined {
  for (const name of node.inputs) {
    const value = level.number(otherOperand(node, name));
    if (value !== undefined) return { name, value };
  }
  return undefined;
}

function takeMean(name: string, level: LevelView, nodes: Set<Node>): string | undefined {
  const mean = level.producerOf(throughCasts(name, level, nodes), "ReduceMean");
  return mean && (nodes.add(mean), mean.inputs[0]);
}

/** The value whose square this is. */
function squaredOf(name: string, level: LevelView, nodes: Set<Node>): string | undefined {
  const square = level.producerOf(throughCasts(name, level, nodes), "Pow", "Mul");
  if (!square) return undefined;
  const [base = "", other = ""] = square.inputs;
  const isSquare = square.op === "Mul" ? base === other : level.number(other) === 2;
  return isSquare ? (nodes.add(square), throughCasts(base, level, nodes)) : undefined;
}

/** x of `x - mean(x)`; undefined when the value is not centred. */
function centreOf(name: string, level: LevelView, nodes: Set<Node>): string | undefined {
  const sub = level.producerOf(name, "Sub");
  const [x = "", subtracted = ""] = sub?.inputs ?? [];
  const mean = level.producerOf(subtracted, "ReduceMean");
  if (!sub || !mean || throughCasts(mean.inputs[0]!, level, new Set()) !== throughCasts(x, level, new Set()))
    return undefined;
  nodes.add(sub).add(mean);
  return x;
}

/** The quotient of the centred value and the deviation. */
function dividedBy(
  sqrt: Node,
  centred: string,
  input: string | undefined,
  level: LevelView,
  nodes: Set<Node>,
): string | undefined {
  const output = sqrt.outputs[0]!;
  const reciprocal =
    level.onlyConsumerOf(output, "Reciprocal") ?? inverted(level.onlyConsumerOf(output, "Div"), output, level);
  const divisor = reciprocal?.outputs[0] ?? output;
  const quotient = level.onlyConsumerOf(divisor, reciprocal ? "Mul" : "Div");
  if (!quotient || (!reciprocal && quotient.inputs[1] !== divisor)) return undefined;
  const dividend = throughCasts(otherOperand(quotient, divisor), level, nodes);
  const again = input === undefined ? undefined : centreOf(dividend, level, nodes);
  if (dividend !== centred && (again === undefined || again !== input)) return undefined;
  if (reciprocal) nodes.add(reciprocal);
  nodes.add(quotient);
  return quotient.outputs[0];
}

/** The node when it is `1 / name`. */
function inverted(node: Node | undefined, name: string, level: LevelView): Node | undefined {
  return node && node.inputs[1] === name && level.number(node.inputs[0]!) === 1 ? node : undefined;
}

function withAffine(
  normalised: string,
  epsilon: number,
  centred: string,
  input: string | undefined,
  level: LevelView,
  nodes: Set<Node>,
): NormPattern {
  const gamma = operandAfter(normalised, "Mul", level, nodes);
  const beta = operandAfter(gamma?.output ?? normalised, "Add", level, nodes);
  return {
    kind: input === undefined ? "rms" : "layer",
    input: input ?? centred,
    output: beta?.output ?? gamma?.output ?? normalised,
    epsilon,
    ...(gamma && { gamma: gamma.constant }),
    ...(beta && { beta: beta.constant }),
    nodes: [...nodes],
  };
}

/** The constant that the only reader of a value combines it with. */
function operandAfter(
  name: string,
  op: string,
  level: LevelView,
  nodes: Set<Node>,
): { readonly constant: string; readonly output: string } | undefined {
  const cast = level.onlyConsumerOf(name, "Cast");
  const node = level.onlyConsumerOf(cast?.outputs[0] ?? name, op);
  const constant = node && otherOperand(node, cast?.outputs[0] ?? name);
  if (!node || constant === undefined || !level.constant(constant)) return undefined;
  if (cast) nodes.add(cast);
  nodes.add(node);
  return { constant, output: node.outputs[0]! };
}

function throughCasts(name: string, level: LevelView, nodes: Set<Node>): string {
  let current = name;
  for (let cast = level.producerOf(current, "Cast"); cast; cast = level.producerOf(current, "Cast")) {
    nodes.add(cast);
    current = cast.inputs[0]!;
  }
  return current;
}
