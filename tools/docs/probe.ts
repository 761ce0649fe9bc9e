// Which form an operator takes in each mode and format, found by asking the quantizer itself: it is given a graph of
// two Convs with the operator between them, and the answer is read from its plan and from the graph it makes.
//
//   x ─ Conv ─ a ─ operator (its weights constant) ─ b ─ Conv ─ y

import {
  createObserver,
  float32,
  nodeOf,
  originOf,
  referenceKernels,
  sourceOf,
  type Executor,
  type Feeds,
  type Graph,
  type Node,
  type NodeForm,
  type OpDefinition,
  type Subgraph,
  type Tensor,
} from "@tersor/core";
import { lowerToOperators, materialize, minMax, planIntegers, type IntegerOptions } from "@tersor/quantize";

/** What becomes of an operator. */
export type Outcome =
  /** In the plan; `nodes` counts the operators it is written with, those that convert to and from integers left out. */
  | { readonly kind: "quantized"; readonly form: NodeForm; readonly nodes: ReadonlyMap<string, number> }
  /** Part of the integer operator before it: rounding to its output range does what it does. */
  | { readonly kind: "absorbed" }
  /** Stays float; with a reason where it has a weight. */
  | { readonly kind: "float"; readonly why?: string };

/** How the weights of the probe are: as quantization likes them, or in a way that it may refuse. */
export type WeightState = "plain" | "computed" | "float16" | "small";

/** Converters between float and integers: glue, not a form. */
const glue: ReadonlySet<string> = new Set(["QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear"]);

/** Asks for one operator. */
export async function probe(
  op: OpDefinition,
  mode: IntegerOptions["mode"],
  format: "qdq" | "qoperator" | "integerops",
  state: WeightState = "plain",
): Promise<Outcome> {
  const graph = probeGraph(op, state);
  const plan = await planIntegers(graph, { mode, format, target: NOT_SATURATING, calibrator: minMax.name }, tools);
  const pairs = materialize(graph, plan, referenceKernels);
  const made = writtenWith(format === "qoperator" ? lowerToOperators(pairs, plan) : pairs);
  const decision = plan.nodes.find(({ node }) => node === PROBED);
  if (decision?.decision === "float") return { kind: "float", why: decision.why };
  if (decision) return { kind: "quantized", form: decision.form, nodes: made };
  const absorbed = plan.activations["b"]?.at === "producer" && plan.activations["a"] === undefined;
  return absorbed ? { kind: "absorbed" } : { kind: "float" };
}

const PROBED = "probed";
/** A target without the 16-bit sums that would have to be looked for in the data. */
const NOT_SATURATING = "x86-vnni";

/** Number of inputs, which of them are weights, and the shape of those. */
interface Inputs {
  readonly count: number;
  readonly weights: readonly number[];
  readonly shape: readonly number[];
}

function inputsOf(op: OpDefinition): Inputs {
  const trait = op.quantization(nodeOf(op.type, PROBED, [], [], {}, op.domain), 2);
  const matrix = { shape: [64, 64] };
  if (op.type === "EmbedLayerNormalization") return { count: 7, weights: [2, 3, 4, 5, 6], ...matrix };
  switch (trait.kind) {
    case "weighted":
      return { count: 2, weights: [trait.weight], shape: op.type.includes("Conv") ? [16, 16, 3, 3] : matrix.shape };
    case "table":
      return { count: 2, weights: [trait.table], ...matrix };
    case "recurrent":
      return { count: 3, weights: trait.weights, shape: [1, 64, 16] };
    case "activation":
      return { count: trait.inputs === "all" ? 2 : Math.max(...trait.inputs) + 1, weights: [], shape: [] };
    default:
      return { count: 1, weights: [], shape: [] };
  }
}

function probeGraph(op: OpDefinition, state: WeightState): Graph {
  const { count, weights: positions, shape } = inputsOf(op);
  const inputs = Array.from({ length: count }, (_, at) => (positions.includes(at) ? `w${at}` : "a"));
  const weights = positions.map((at) => [`w${at}`, weightIn(state, shape)] as const);
  const node = nodeOf(op.type, PROBED, inputs, ["b"], {}, op.domain);
  return graphOf([node], state === "computed" ? [] : weights);
}

function weightIn(state: WeightState, shape: readonly number[]): Tensor {
  const actual = state === "small" ? shape.map((size, axis) => (axis === 0 ? Math.min(size, 4) : 1)) : shape;
  const count = actual.reduce((product, size) => product * size, 1);
  if (state === "float16") return { dtype: "float16", shape: actual, data: new Uint16Array(count) };
  return float32(
    actual,
    Float32Array.from({ length: count }, (_, i) => Math.sin(i + 1)),
  );
}

/** The two Convs with nodes from "a" to "b" between them. */
function graphOf(between: readonly Node[], weights: readonly (readonly [string, Tensor])[]): Graph {
  const all = [...weights, ["kernel", weightIn("plain", [16, 16, 3, 3])] as const];
  const value = (name: string): Graph["inputs"][number] => ({ name, type: { kind: "tensor", dtype: "float32" } });
  return {
    name: "probe",
    inputs: [value("x")],
    outputs: [value("y")],
    nodes: [
      nodeOf("Conv", "before", ["x", "kernel"], ["a"]),
      ...between,
      nodeOf("Conv", "after", ["b", "kernel"], ["y"]),
    ],
    weights: new Map(all.map(([name, tensor]) => [name, { source: sourceOf(tensor), origin: originOf(name) }])),
    types: new Map(),
    opsets: new Map([
      ["", 17],
      ["com.microsoft", 1],
    ]),
    functions: [],
    metadata: new Map(),
  };
}

/** The operators that the probed one is written with: all but the Convs, whose names they keep, and the glue. */
function writtenWith({ nodes }: Subgraph): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { op, name } of nodes)
    if (!glue.has(op) && !/^(before|after)/.test(name)) counts.set(op, (counts.get(op) ?? 0) + 1);
  return counts;
}

/** Calibration without a model: every tensor is seen to hold 0 and 1. */
const executor: Pick<Executor, "observe"> = {
  observe: (_graph, _batches, requests) =>
    Promise.resolve(
      requests.map((request) => {
        const observer = createObserver(request);
        observer.update(float32([2], [0, 1]));
        return observer.summary();
      }),
    ),
};

const noBatches = { async *[Symbol.asyncIterator](): AsyncGenerator<Feeds> {} };
const tools = { executor: executor as Executor, calibration: noBatches };
