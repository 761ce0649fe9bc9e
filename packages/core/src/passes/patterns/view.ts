// Reading along the links of a graph, on every level: what recognisers of patterns share.

import { subgraphsOf, type Graph, type Node, type Subgraph } from "../../graph/graph.ts";
import { usesOf } from "../../graph/names.ts";
import type { TensorSource } from "../../tensor/source.ts";
import { constantOf, singleNumber } from "../constants.ts";

/** A level of a graph with its links, read only. Names that it does not define are looked up in the levels around. */
export class LevelView {
  readonly graph: Subgraph;
  readonly #parent: LevelView | undefined;
  readonly #producers = new Map<string, Node>();
  readonly #consumers = new Map<string, Node[]>();
  readonly #inputs: ReadonlySet<string>;
  readonly #outputs: ReadonlySet<string>;

  constructor(graph: Subgraph, parent?: LevelView) {
    this.graph = graph;
    this.#parent = parent;
    this.#inputs = new Set(graph.inputs.map(({ name }) => name));
    this.#outputs = new Set(graph.outputs.map(({ name }) => name));
    for (const node of graph.nodes) this.#link(node);
  }

  #link(node: Node): void {
    for (const name of node.outputs) if (name !== "") this.#producers.set(name, node);
    for (const name of new Set(usesOf(node))) {
      const readers = this.#consumers.get(name);
      if (readers) readers.push(node);
      else this.#consumers.set(name, [node]);
    }
  }

  /** The node that makes the value, here or in a level around. */
  producer(name: string): Node | undefined {
    if (name === "" || this.#inputs.has(name)) return undefined;
    return this.#producers.get(name) ?? (this.graph.weights.has(name) ? undefined : this.#parent?.producer(name));
  }

  /** The node of one of these operator types in ONNX's own domain that makes the value. */
  producerOf(name: string, ...ops: readonly string[]): Node | undefined {
    const node = this.producer(name);
    return node?.domain === "" && ops.includes(node.op) ? node : undefined;
  }

  /** Nodes of this level that read the value, also from inside their bodies. */
  consumers(name: string): readonly Node[] {
    return this.#consumers.get(name) ?? [];
  }

  /** The only node that reads the value, if it is of one of these types and the value is no output. */
  onlyConsumerOf(name: string, ...ops: readonly string[]): Node | undefined {
    const [node, ...others] = this.consumers(name);
    const alone = others.length === 0 && !this.#outputs.has(name);
    return alone && node?.domain === "" && ops.includes(node.op) ? node : undefined;
  }

  /** The constant of this name: a weight or a Constant node, here or in a level around. */
  constant(name: string): TensorSource | undefined {
    if (name === "" || this.#inputs.has(name)) return undefined;
    const made = this.#producers.get(name);
    if (made) return made.op === "Constant" && made.domain === "" ? constantOf(made) : undefined;
    return this.graph.weights.get(name)?.source ?? this.#parent?.constant(name);
  }

  /** The number that the constant of this name consists of. */
  number(name: string): number | undefined {
    return singleNumber(this.constant(name));
  }
}

/** All levels of a graph, each after the one around it. */
export function levelsOf(graph: Graph): readonly LevelView[] {
  const levels = [new LevelView(graph)];
  for (let next = 0; next < levels.length; next++) {
    const level = levels[next]!;
    for (const node of level.graph.nodes) {
      for (const { graph: body } of subgraphsOf(node)) levels.push(new LevelView(body, level));
    }
  }
  return levels;
}

/** The other operand of a node with two. */
export function otherOperand(node: Node, name: string): string {
  return (node.inputs[0] === name ? node.inputs[1] : node.inputs[0]) ?? "";
}

/** Whether two numbers agree to about three digits: exporters round constants such as sqrt(2) differently. */
export function isAbout(value: number | undefined, expected: number): boolean {
  return value !== undefined && Math.abs(value - expected) <= 1e-3 * Math.abs(expected);
}
