// Layer normalisation written out (Ba et al. 2016, 1607.06450), and its kin without the mean (RMSNorm, 1910.07467):
//
//        x ──────────────┬──▶ Sub ─────────────┬────────────▶ Div ──▶ [Mul gamma] ──▶ [Add beta]
//        └▶ ReduceMean ──┘     └▶ Pow 2 ─▶ ReduceMean ─▶ Add eps ─▶ Sqrt ─┘
//
// Pow 2 may be Mul with itself; Div may be Reciprocal and Mul; Sub may be there twice; Casts may stand in between.

import type { Graph, Node } from "../../graph/graph.ts";
import { smallNumbers } from "../constants.ts";
import { levelsOf, otherOperand, type LevelView } from "./view.ts";

/** A normalisation that was recognised. */
export interface NormPattern {
  readonly kind: "layer" | "rms";
  readonly input: string;
  readonly output: string;
  readonly epsilon: number;
  /** The axes that are normalised over, as the graph says them (negative ones count from the end); undefined: not constant. */
  readonly axes: readonly number[] | undefined;
  /** Names of the constants that scale and shift, if they are there. */
  readonly gamma?: string;
  readonly beta?: string;
  readonly nodes: readonly Node[];
}

/** Every layer or RMS normalisation that is written out in elementary operators, on every level. */
export function layerNorms(graph: Graph): readonly NormPattern[] {
  return levelsOf(graph).flatMap((level) =>
    level.graph.nodes.flatMap((node) =>
      node.op === "Sqrt" && node.domain === "" ? (new NormMatch(node, level).pattern() ?? []) : [],
    ),
  );
}

/** A number and the value it is added to. */
interface Shifted {
  readonly node: Node;
  readonly name: string;
  readonly value: number;
}

/** One attempt, from the square root outwards; collects the nodes that belong to the pattern. */
class NormMatch {
  readonly #level: LevelView;
  readonly #sqrt: Node;
  readonly #nodes: Set<Node>;

  constructor(sqrt: Node, level: LevelView) {
    this.#level = level;
    this.#sqrt = sqrt;
    this.#nodes = new Set([sqrt]);
  }

  pattern(): NormPattern | undefined {
    const variance = this.#shifted(this.#sqrt.inputs[0]!);
    const mean = variance && this.#level.producerOf(this.#throughCasts(variance.name), "ReduceMean");
    const centred = mean && this.#squareRoot(mean.inputs[0]!);
    if (!variance || !mean || centred === undefined) return undefined;
    this.#nodes.add(variance.node).add(mean);
    const input = this.#centre(centred);
    const normalised = this.#quotient(centred, input);
    if (normalised === undefined) return undefined;
    const common = { input: input ?? centred, epsilon: variance.value, axes: this.#axesOf(mean) };
    return {
      kind: input === undefined ? "rms" : "layer",
      ...common,
      ...this.#affine(normalised),
      nodes: [...this.#nodes],
    };
  }

  /** The parts of `name + number`. */
  #shifted(sum: string): Shifted | undefined {
    const node = this.#level.producerOf(sum, "Add");
    for (const name of node?.inputs ?? []) {
      const value = this.#level.number(otherOperand(node!, name));
      if (value !== undefined) return { node: node!, name, value };
    }
    return undefined;
  }

  /** The value whose square this is. */
  #squareRoot(name: string): string | undefined {
    const square = this.#level.producerOf(this.#throughCasts(name), "Pow", "Mul");
    const [base = "", other = ""] = square?.inputs ?? [];
    if (!square || !(square.op === "Mul" ? base === other : this.#level.number(other) === 2)) return undefined;
    this.#nodes.add(square);
    return this.#throughCasts(base);
  }

  /** x of `x - mean(x)`; undefined when the value is not centred. */
  #centre(name: string): string | undefined {
    const sub = this.#level.producerOf(name, "Sub");
    const [x = "", subtracted = ""] = sub?.inputs ?? [];
    const mean = this.#level.producerOf(subtracted, "ReduceMean");
    if (!sub || !mean || this.#throughCasts(mean.inputs[0]!) !== this.#throughCasts(x)) return undefined;
    this.#nodes.add(sub).add(mean);
    return x;
  }

  /** The centred value by the deviation: Div, or Mul by the reciprocal. */
  #quotient(centred: string, input: string | undefined): string | undefined {
    const root = this.#sqrt.outputs[0]!;
    const reciprocal = this.#reciprocalOf(root);
    const divisor = reciprocal?.outputs[0] ?? root;
    const quotient = this.#level.onlyConsumerOf(divisor, reciprocal ? "Mul" : "Div");
    if (!quotient || (!reciprocal && quotient.inputs[1] !== divisor)) return undefined;
    const dividend = this.#throughCasts(otherOperand(quotient, divisor));
    const isCentred = dividend === centred || (input !== undefined && this.#centre(dividend) === input);
    if (!isCentred) return undefined;
    if (reciprocal) this.#nodes.add(reciprocal);
    this.#nodes.add(quotient);
    return quotient.outputs[0];
  }

  /** The node that makes `1 / name`, if there is one and it alone reads the value. */
  #reciprocalOf(name: string): Node | undefined {
    const node = this.#level.onlyConsumerOf(name, "Reciprocal", "Div");
    if (node?.op !== "Div") return node;
    return node.inputs[1] === name && this.#level.number(node.inputs[0]!) === 1 ? node : undefined;
  }

  #affine(normalised: string): Pick<NormPattern, "output" | "gamma" | "beta"> {
    const gamma = this.#operandAfter(normalised, "Mul");
    const beta = this.#operandAfter(gamma?.output ?? normalised, "Add");
    return {
      output: beta?.output ?? gamma?.output ?? normalised,
      ...(gamma && { gamma: gamma.constant }),
      ...(beta && { beta: beta.constant }),
    };
  }

  /** The constant that the only reader of a value combines it with. */
  #operandAfter(name: string, op: string): { readonly constant: string; readonly output: string } | undefined {
    const cast = this.#level.onlyConsumerOf(name, "Cast");
    const value = cast?.outputs[0] ?? name;
    const node = this.#level.onlyConsumerOf(value, op);
    const constant = node && otherOperand(node, value);
    if (!node || constant === undefined || !this.#level.constant(constant)) return undefined;
    if (cast) this.#nodes.add(cast);
    this.#nodes.add(node);
    return { constant, output: node.outputs[0]! };
  }

  #axesOf(mean: Node): readonly number[] | undefined {
    const attribute = mean.attributes["axes"];
    if (attribute?.kind === "ints") return attribute.value;
    const numbers = smallNumbers(this.#level.constant(mean.inputs[1] ?? ""));
    return numbers && Array.from(numbers);
  }

  #throughCasts(name: string): string {
    let current = name;
    for (let cast = this.#cast(current); cast; cast = this.#cast(current)) {
      this.#nodes.add(cast);
      current = cast.inputs[0]!;
    }
    return current;
  }

  #cast(name: string): Node | undefined {
    return this.#level.producerOf(name, "Cast");
  }
}
