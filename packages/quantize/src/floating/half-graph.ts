// A float32 graph computing in float16: every value is made in one precision and has a Cast where a reader wants the
// other. Nodes that are kept compute in float32.

import {
  allNames,
  attribute,
  inferTypes,
  mapBodies,
  nodeOf,
  sourceOf,
  tensorOf,
  type Attribute,
  type Graph,
  type Inference,
  type Node,
  type Subgraph,
  type Value,
  type ValueType,
  type Weight,
} from "@tersor/core";
import { halfSource, halfWeight } from "./convert.ts";
import { isFloat32Input } from "./float16-operators.ts";

type Precision = "float32" | "float16";

/** ONNX's codes of the types. */
const codes: Readonly<Record<Precision, number>> = { float32: 1, float16: 10 };

/** Names of one value by the precisions it is there in. */
type Versions = Partial<Record<Precision, string>>;

export interface HalfOptions {
  /** Nodes that compute in float32, on any level. */
  readonly kept: ReadonlySet<Node>;
  /** Whether inputs and outputs of the model stay float32. */
  readonly keepIo: boolean;
}

/** The graph in float16. Local functions must be inlined. */
export function halfGraph(graph: Graph, options: HalfOptions): Graph {
  const names = allNames(graph);
  const whole = inferTypes(graph);
  return new HalfLevel(graph, { ...options, names, types: whole, top: true }).convert();
}

interface Surroundings extends HalfOptions {
  /** All names of the model, so that new ones differ. */
  readonly names: Set<string>;
  readonly types: Inference | undefined;
  readonly top: boolean;
  /** The level around a body. */
  readonly outer?: HalfLevel;
}

/** One level while it is converted. */
class HalfLevel {
  readonly #graph: Subgraph;
  readonly #around: Surroundings;
  readonly #versions = new Map<string, Versions>();
  readonly #weights = new Map<string, Weight>();
  readonly #nodes: Node[] = [];
  readonly #inputs: Set<string>;
  readonly #outputs: Set<string>;

  constructor(graph: Subgraph, around: Surroundings) {
    this.#graph = graph;
    this.#around = around;
    this.#inputs = new Set(graph.inputs.map(({ name }) => name));
    this.#outputs = new Set(graph.outputs.map(({ name }) => name));
  }

  convert<G extends Subgraph>(): G {
    for (const { name } of this.#graph.inputs) if (this.isFloat(name)) this.#add(name, this.#boundary, name);
    for (const [name, weight] of this.#graph.weights) this.#addWeight(name, weight);
    for (const node of this.#graph.nodes) this.#convertNode(node);
    const outputs = this.#graph.outputs.map((output) => this.#convertOutput(output));
    const inputs = this.#graph.inputs.map((input) => this.#atBoundary(input));
    const [nodes, weights] = [this.#nodes, this.#weights];
    return { ...(this.#graph as G), inputs, outputs, nodes, weights, types: new Map() };
  }

  /** Precision of inputs and outputs: bodies hand float16 around. */
  get #boundary(): Precision {
    return this.#around.top && this.#around.keepIo ? "float32" : "float16";
  }

  isFloat(name: string): boolean {
    const weight = this.#graph.weights.get(name);
    if (weight) return weight.source.dtype === "float32";
    const fact = this.#around.types?.types.get(name);
    if (fact) return fact.kind === "tensor" && fact.dtype === "float32";
    return this.#around.outer?.isFloat(name) ?? false;
  }

  #add(name: string, precision: Precision, as: string): void {
    this.#versions.set(name, { ...this.#versions.get(name), [precision]: as });
  }

  /** Weights of other types stay; float ones are made when somebody reads them. */
  #addWeight(name: string, weight: Weight): void {
    if (weight.source.dtype !== "float32") this.#weights.set(name, weight);
    else if (this.#inputs.has(name))
      this.#weights.set(name, this.#boundary === "float16" ? halfWeight(weight, "float16") : weight);
  }

  #convertNode(node: Node): void {
    const keep = this.#around.kept.has(node);
    const inputs = node.inputs.map((name, i) =>
      this.read(name, keep || isFloat32Input(node, i) ? "float32" : "float16"),
    );
    const within = mapBodies(node, (body) => this.#body(body));
    const made: Precision = keep ? "float32" : "float16";
    const casts: Node[] = [];
    const outputs = node.outputs.map((name) => this.#write(name, made, casts));
    const attributes = keep ? within.attributes : halfAttributes(within, (i) => this.isFloat(node.outputs[i] ?? ""));
    this.#nodes.push({ ...within, inputs, outputs, attributes }, ...casts);
  }

  #body(body: Subgraph): Subgraph {
    const types = this.#around.types?.of(body);
    return new HalfLevel(body, { ...this.#around, types, top: false, outer: this }).convert();
  }

  /**
   * The name of a value in a precision; casts it where it is not there yet. What a body reads of a level around it is
   * cast there, before the node that holds the body.
   */
  read(name: string, wanted: Precision): string {
    if (name === "" || !this.isFloat(name)) return name;
    const known = this.#versions.get(name);
    if (known?.[wanted] !== undefined) return known[wanted];
    const weight = this.#graph.weights.get(name);
    if (weight && !this.#inputs.has(name)) return this.#weightIn(name, weight, wanted);
    const from = known?.float32 ?? known?.float16;
    if (from === undefined) return this.#around.outer?.read(name, wanted) ?? name;
    const to = this.#fresh(`${name}_${wanted}`);
    this.#nodes.push(castNode(from, to, wanted));
    this.#add(name, wanted, to);
    return to;
  }

  #weightIn(name: string, weight: Weight, wanted: Precision): string {
    const free = !this.#versions.has(name) && !this.#outputs.has(name);
    const as = free ? name : this.#fresh(`${name}_${wanted}`);
    this.#weights.set(as, wanted === "float16" ? halfWeight(weight, "float16") : weight);
    this.#add(name, wanted, as);
    return as;
  }

  /** The name a node writes; an output of the graph that is made in the other precision is cast into its name. */
  #write(name: string, made: Precision, casts: Node[]): string {
    if (name === "" || !this.isFloat(name)) return name;
    if (!this.#outputs.has(name) || made === this.#boundary) {
      this.#add(name, made, name);
      return name;
    }
    const inner = this.#fresh(`${name}_${made}`);
    casts.push(castNode(inner, name, this.#boundary));
    this.#add(name, made, inner);
    this.#add(name, this.#boundary, name);
    return inner;
  }

  /** Outputs that no node of the level makes are read like any other value; those of a model keep their name. */
  #convertOutput(output: Value): Value {
    const stated = this.#atBoundary(output);
    if (!this.isFloat(output.name)) return stated;
    const name = this.read(output.name, this.#boundary);
    if (name === output.name || !this.#around.top) return { ...stated, name };
    this.#nodes.push(nodeOf("Identity", this.#fresh(`${output.name}_Identity`), [name], [output.name]));
    return stated;
  }

  #atBoundary(value: Value): Value {
    return this.#boundary === "float32" ? value : { ...value, type: halfType(value.type) };
  }

  #fresh(wish: string): string {
    const { names } = this.#around;
    let name = wish;
    for (let count = 1; names.has(name); count++) name = `${wish}_${count}`;
    names.add(name);
    return name;
  }
}

function castNode(from: string, to: string, precision: Precision): Node {
  return nodeOf("Cast", to, [from], [to], { to: attribute.int(codes[precision]) });
}

function halfType(type: ValueType): ValueType {
  if (type.kind === "tensor" || type.kind === "sparse-tensor")
    return type.dtype === "float32" ? { ...type, dtype: "float16" } : type;
  if (type.kind === "sequence" || type.kind === "optional") return { ...type, element: halfType(type.element) };
  return type;
}

/** Attributes that say an element type, and constants. */
function halfAttributes(node: Node, isFloat: (output: number) => boolean): Readonly<Record<string, Attribute>> {
  if (node.domain !== "" || !isFloat(0)) return node.attributes;
  const changed: Record<string, Attribute> = {};
  for (const key of ["to", "dtype"]) {
    const value = node.attributes[key];
    if (value?.kind === "int" && value.value === codes.float32) changed[key] = attribute.int(codes.float16);
  }
  const constant = node.attributes["value"];
  if (constant?.kind === "tensor" && constant.value.dtype === "float32")
    changed["value"] = attribute.tensor(halfSource(constant.value, "float16"));
  // Without a value ConstantOfShape makes float32 zeros.
  if (node.op === "ConstantOfShape" && constant === undefined)
    changed["value"] = attribute.tensor(sourceOf(tensorOf("float16", [1], new Uint16Array(1))));
  return { ...node.attributes, ...changed };
}
