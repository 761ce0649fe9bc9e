// Masks before Softmax. A mask adds something like -10000, -3.4e38 or -inf to scores that must not count; if its
// constant sets the range of the sum, eight bits cannot tell the scores apart any more.
//
//   scores ──────────────────────────────────────▶ Add ──▶ [Reshape …] ──▶ Softmax
//   1 - mask ──▶ Mul -3.4e38 ──▶ [Unsqueeze …] ────┘
//
//   scores ──▶ Where(mask, ·, -inf) ──▶ Softmax          scores ──▶ Sub (1e30 mask) ──▶ Softmax

import type { Graph, Node } from "../../graph/graph.ts";
import { isFloat } from "../../tensor/dtype.ts";
import { smallNumbers } from "../constants.ts";
import { levelsOf, type LevelView } from "./view.ts";

/** What has to stay float around masked Softmax operators. */
export interface MaskedSoftmaxes {
  /** Nodes that make masks, and those between the scores and Softmax that carry them. */
  readonly nodes: ReadonlySet<Node>;
  /** Names of the masks, of what they are made of, and of the masked scores; names of bodies are among them. */
  readonly tensors: ReadonlySet<string>;
}

/** Magnitude from which a constant can only be a mask's. */
const HUGE = 1e4;
/** Constants are searched up to this size: causal masks are stored whole. */
const MAX_ELEMENTS = 1 << 21;

/** Operators between scores and Softmax that keep a mask a mask. */
const carriers = new Set(
  "Add Sub Mul Div Where Max Min Clip Cast Identity Reshape Transpose Squeeze Unsqueeze Expand Concat Slice Flatten Tanh".split(
    " ",
  ),
);
/** Operators that a mask is made with; all others begin something new. */
const makers = new Set(
  (
    "Add Sub Mul Div Neg Where Max Min Clip Cast CastLike Identity Dropout Reshape Transpose Squeeze Unsqueeze Expand Tile Concat Slice Split " +
    "Flatten Gather GatherND GatherElements ScatterND ScatterElements ConstantOfShape Trilu Pad Einsum Log Constant"
  ).split(" "),
);

/** Finds the masks of all Softmax operators, on every level. */
export function maskedSoftmaxes(graph: Graph): MaskedSoftmaxes {
  const nodes = new Set<Node>();
  const tensors = new Set<string>();
  for (const level of levelsOf(graph)) {
    const search = new MaskSearch(level, nodes, tensors);
    for (const node of level.graph.nodes) if (isSoftmax(node)) search.from(node.inputs[0]!);
  }
  return { nodes, tensors };
}

function isSoftmax({ op, domain }: Node): boolean {
  return domain === "" && (op === "Softmax" || op === "LogSoftmax");
}

class MaskSearch {
  readonly #level: LevelView;
  readonly #nodes: Set<Node>;
  readonly #tensors: Set<string>;
  /** Whether the value carries a mask towards Softmax. */
  readonly #masked = new Map<string, boolean>();
  /** Whether a huge constant is in the value. */
  readonly #huge = new Map<string, boolean>();
  readonly #collected = new Set<string>();

  constructor(level: LevelView, nodes: Set<Node>, tensors: Set<string>) {
    this.#level = level;
    this.#nodes = nodes;
    this.#tensors = tensors;
  }

  /** Walks from the scores of a Softmax back to its masks and collects what carries them. */
  from(scores: string): void {
    for (const name of this.#upstream(scores, carriers, this.#masked)) this.#settle(name);
  }

  /** A value is masked when its node combines it with a mask, or when what the node carries is masked. */
  #settle(name: string): void {
    const node = this.#carrier(name, carriers)!;
    const masks = maskOperands(node).filter((input) => this.#isMask(input));
    const masked = masks.length > 0 || node.inputs.some((input) => this.#masked.get(input) === true);
    this.#masked.set(name, masked);
    if (!masked) return;
    this.#nodes.add(node);
    this.#tensors.add(name);
    for (const mask of masks) this.#collect(mask);
  }

  /** Takes in the mask and all that makes it huge. */
  #collect(mask: string): void {
    const open = [mask];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (this.#collected.has(name)) continue;
      this.#collected.add(name);
      this.#tensors.add(name);
      const node = this.#carrier(name, makers);
      if (node) this.#nodes.add(node);
      open.push(...(node?.inputs ?? []).filter((input) => this.#hasHuge(input)));
    }
  }

  /** Whether a huge constant reaches the value through what masks are made with. */
  #isMask(name: string): boolean {
    for (const value of this.#upstream(name, makers, this.#huge)) {
      const { inputs } = this.#carrier(value, makers)!;
      this.#huge.set(value, inputs.some((input) => this.#hasHuge(input)) || this.#fills(value));
    }
    return this.#hasHuge(name);
  }

  #hasHuge(name: string): boolean {
    const known = this.#huge.get(name);
    if (known !== undefined) return known;
    const source = this.#level.constant(name);
    const numbers = source && isFloat(source.dtype) ? smallNumbers(source, MAX_ELEMENTS) : undefined;
    const huge = numbers !== undefined && holdsHuge(numbers);
    if (source) this.#huge.set(name, huge);
    return huge;
  }

  /** Whether the value is filled with a huge number by ConstantOfShape. */
  #fills(name: string): boolean {
    const value = this.#level.producerOf(name, "ConstantOfShape")?.attributes["value"];
    const numbers = value?.kind === "tensor" && isFloat(value.value.dtype) ? smallNumbers(value.value) : undefined;
    return numbers !== undefined && holdsHuge(numbers);
  }

  #carrier(name: string, ops: ReadonlySet<string>): Node | undefined {
    const node = this.#level.producer(name);
    return node?.domain === "" && ops.has(node.op) ? node : undefined;
  }

  /** What the value is made from through these operators, itself last, each after its inputs; without what is known. */
  #upstream(name: string, ops: ReadonlySet<string>, known: ReadonlyMap<string, unknown>): readonly string[] {
    const order: string[] = [];
    const seen = new Set<string>();
    const open: { readonly name: string; readonly inputs: string[] }[] = [];
    const enter = (value: string): void => {
      const node = seen.has(value) || known.has(value) ? undefined : this.#carrier(value, ops);
      seen.add(value);
      if (node) open.push({ name: value, inputs: [...node.inputs] });
    };
    enter(name);
    for (let top = open.at(-1); top; top = open.at(-1)) {
      const input = top.inputs.pop();
      if (input === undefined) order.push(open.pop()!.name);
      else enter(input);
    }
    return order;
  }
}

/** The inputs of a node that can be a mask; for Where both branches. */
function maskOperands(node: Node): readonly string[] {
  if (node.op === "Where") return node.inputs.slice(1);
  return ["Add", "Sub", "Max", "Min"].includes(node.op) ? node.inputs : [];
}

function holdsHuge(numbers: ArrayLike<number>): boolean {
  for (let i = 0; i < numbers.length; i++) if (Math.abs(numbers[i]!) >= HUGE) return true;
  return false;
}
