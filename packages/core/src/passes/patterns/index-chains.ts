// Arithmetic that only ends in an index, a shape, a count or a condition: positions, lengths, anchors' numbers.
//
//   Shape ──▶ Cast ──▶ Div 2 ──▶ Floor ──▶ Cast ──▶ Gather (as indices) …
//
// Eight bits would move the index. A node belongs here when no way from it leads to values that are computed on:
// we walk backwards from the outputs of the graph and do not follow inputs that take indices; what the walk does not
// reach is index arithmetic. Rankings (TopK, ArgMax, NonMaxSuppression) compare data and are not arithmetic on indices.

import { subgraphsOf, type Graph, type Node, type Subgraph } from "../../graph/graph.ts";
import { capturesOf } from "../../graph/names.ts";

/** Inputs that take an index, a shape, a count or a condition, by operator. */
const indexInputs: Readonly<Record<string, readonly number[]>> = {
  AffineGrid: [1],
  BlackmanWindow: [0],
  CenterCropPad: [1],
  Col2Im: [1, 2],
  Compress: [1],
  ConstantOfShape: [0],
  CumSum: [1],
  DFT: [1, 2],
  Dropout: [1, 2],
  Expand: [1],
  EyeLike: [0],
  GRU: [4],
  Gather: [1],
  GatherElements: [1],
  GatherND: [1],
  HammingWindow: [0],
  HannWindow: [0],
  If: [0],
  LSTM: [4],
  Loop: [0, 1],
  MaxUnpool: [1, 2],
  NonMaxSuppression: [2, 3, 4],
  OneHot: [0, 1],
  Pad: [1, 3],
  RNN: [4],
  RandomNormalLike: [0],
  RandomUniformLike: [0],
  Range: [0, 1, 2],
  ReduceL1: [1],
  ReduceL2: [1],
  ReduceLogSum: [1],
  ReduceLogSumExp: [1],
  ReduceMax: [1],
  ReduceMean: [1],
  ReduceMin: [1],
  ReduceProd: [1],
  ReduceSum: [1],
  ReduceSumSquare: [1],
  Reshape: [1],
  Resize: [1, 2, 3],
  ReverseSequence: [1],
  RoiAlign: [2],
  Scatter: [1],
  ScatterElements: [1],
  ScatterND: [1],
  SequenceAt: [1],
  SequenceErase: [1],
  SequenceInsert: [2],
  Shape: [0],
  Size: [0],
  Slice: [1, 2, 3, 4],
  Split: [1],
  SplitToSequence: [1],
  Squeeze: [1],
  STFT: [1, 3],
  TensorScatter: [2],
  Tile: [1],
  TopK: [1],
  Trilu: [1],
  Unsqueeze: [1],
  Upsample: [1],
  Where: [0],
};

/** Inputs of rankings: their order decides an index, but they are data like any other. */
const rankedInputs: Readonly<Record<string, readonly number[]>> = {
  ArgMax: [0],
  ArgMin: [0],
  Multinomial: [0],
  NonMaxSuppression: [0, 1],
  TopK: [0],
};

/** The nodes, on every level, whose results only serve as index, shape, count or condition. */
export function indexChains(graph: Graph): ReadonlySet<Node> {
  const search = new DataSearch();
  const top = search.level(graph);
  for (const { name } of graph.outputs) search.reach(top, name);
  search.run();
  return search.unreached();
}

/** A level while data is traced. */
interface Level {
  readonly graph: Subgraph;
  readonly producers: ReadonlyMap<string, Node>;
  readonly parent: Level | undefined;
  /** The node that holds the body. */
  readonly owner: Node | undefined;
  readonly data: Set<string>;
}

class DataSearch {
  readonly #levels: Level[] = [];
  readonly #bodies = new Map<Node, readonly Level[]>();
  readonly #reached = new Set<Node>();
  readonly #open: { readonly level: Level; readonly name: string }[] = [];

  /** Takes in a level and those inside it; rankings are where data ends besides the outputs. */
  level(graph: Subgraph, parent?: Level, owner?: Node): Level {
    const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
    const level: Level = { graph, producers, parent, owner, data: new Set() };
    this.#levels.push(level);
    for (const node of graph.nodes) {
      const bodies = subgraphsOf(node).map(({ graph: body }) => this.level(body, level, node));
      if (bodies.length > 0) this.#bodies.set(node, bodies);
      if (node.domain !== "") continue;
      for (const index of rankedInputs[node.op] ?? []) this.reach(level, node.inputs[index] ?? "");
    }
    return level;
  }

  /** Marks a value as data. */
  reach(level: Level, name: string): void {
    if (name === "" || level.data.has(name)) return;
    level.data.add(name);
    this.#open.push({ level, name });
  }

  run(): void {
    for (let next = this.#open.pop(); next; next = this.#open.pop()) this.#follow(next.level, next.name);
  }

  unreached(): ReadonlySet<Node> {
    return new Set(this.#levels.flatMap(({ graph }) => graph.nodes).filter((node) => !this.#reached.has(node)));
  }

  #follow(level: Level, name: string): void {
    const node = level.producers.get(name);
    if (node) this.#followNode(level, node, name);
    else if (level.graph.inputs.some((input) => input.name === name)) this.#followInput(level, name);
    else if (level.parent && !level.graph.weights.has(name)) this.reach(level.parent, name);
  }

  /** From an output of a node to the inputs that it is computed from. */
  #followNode(level: Level, node: Node, name: string): void {
    const isFirst = !this.#reached.has(node);
    this.#reached.add(node);
    const bodies = this.#bodies.get(node);
    if (bodies) return this.#followBodies(level, node, bodies, node.outputs.indexOf(name));
    if (!isFirst) return;
    const indices = node.domain === "" ? (indexInputs[node.op] ?? []) : [];
    node.inputs.forEach((input, index) => {
      if (!indices.includes(index)) this.reach(level, input);
    });
  }

  /** From an output of If, Loop or Scan into its bodies; of other operators with bodies, into everything. */
  #followBodies(level: Level, node: Node, bodies: readonly Level[], output: number): void {
    const skipped = node.op === "Loop" && node.domain === "" ? 1 : 0; // the first output of Loop's body is its condition
    const isKnown = node.domain === "" && ["If", "Loop", "Scan"].includes(node.op);
    for (const body of bodies) {
      if (isKnown) this.reach(body, body.graph.outputs[output + skipped]?.name ?? "");
      else for (const { name } of body.graph.outputs) this.reach(body, name);
      if (!isKnown) for (const name of capturesOf(body.graph)) this.reach(level, name);
    }
    // A loop that runs no round gives the initial value of what it carries.
    if (isKnown && node.op !== "If") this.#followCarried(level, node, output);
    if (!isKnown) for (const input of node.inputs) this.reach(level, input);
  }

  /** From an input of a body to what the node around it puts there, at the start and in every round. */
  #followInput(level: Level, name: string): void {
    const { owner, parent, graph } = level;
    if (!owner || !parent) return;
    const position = graph.inputs.findIndex((input) => input.name === name);
    const offset = owner.op === "Loop" ? 2 : 0;
    // Round number and condition of Loop come from nowhere.
    if (position < offset) return;
    const isCarried = position - offset < carriedBy(owner);
    if (isCarried) this.reach(level, graph.outputs[position - offset + (owner.op === "Loop" ? 1 : 0)]?.name ?? "");
    this.reach(parent, owner.inputs[position + scanShift(owner)] ?? "");
  }

  #followCarried(level: Level, node: Node, output: number): void {
    if (output >= carriedBy(node)) return;
    this.reach(level, node.inputs[output + (node.op === "Loop" ? 2 : scanShift(node))] ?? "");
  }
}

/** How many values Loop or Scan carries from round to round. */
function carriedBy(node: Node): number {
  if (node.op === "Loop") return node.inputs.length - 2;
  const scanned = node.attributes["num_scan_inputs"];
  return node.inputs.length - scanShift(node) - (scanned?.kind === "int" ? scanned.value : 0);
}

/** Scan of operator set 8 has the lengths of the sequences before its other inputs; later ones do not. */
function scanShift(node: Node): number {
  return node.op === "Scan" && node.attributes["directions"] !== undefined ? 1 : 0;
}
