// Bias correction (Nagel et al. 2019, 1906.04721, section 4.2; Finkelstein et al. 2019, 1906.03193): rounding
// shifts the mean of each output channel, and the bias takes the shift off again,
//   b <- b - (E[W^ x^] - E[W x]).
// All layers at once: each is corrected for what its own rounding does to the inputs of the float model, so the shift
// that a layer hands on is not taken off twice. A Conv counts all its taps as inside the image.

import {
  biasAddOf,
  dropped,
  edit,
  float32,
  float32Of,
  GraphDraft,
  sourceOf,
  type Correction,
  type Graph,
  type Kernels,
  type Node,
  type QuantizationPlan,
  type QuantizedNode,
  type TensorSource,
} from "@tersor/core";
import { columnsOf } from "../equalize/columns.ts";
import { weightedReader, type WeightedReader } from "../equalize/weighted-readers.ts";
import { floatAttribute, intAttribute } from "../formats/attributes.ts";
import { quantizeWeight } from "../weights.ts";

/** A graph with other biases, to be written with the same plan, and what became of each product. */
export interface CorrectedGraph {
  readonly graph: Graph;
  readonly done: readonly Correction[];
}

/** What one product reads in the mean: before and after the activation is rounded, for each channel. */
export interface InputMeans {
  readonly exact: ArrayLike<number>;
  readonly rounded: ArrayLike<number>;
}

/** A quantized product: its decision, and its weight. */
export interface Layer {
  readonly planned: QuantizedNode;
  readonly reader: WeightedReader;
}

/** Takes the mean error of each quantized product off its bias. `means` are those of activations by name. */
export function correctBiases(
  prepared: Graph,
  plan: QuantizationPlan,
  means: ReadonlyMap<string, InputMeans>,
  kernels: Kernels,
): CorrectedGraph {
  const done: Correction[] = [];
  const graph = edit(prepared, (draft) => {
    for (const { planned, reader } of layersOf(prepared, plan)) {
      const { source } = prepared.weights.get(reader.weight)!;
      const shift = shiftOf({ planned, reader }, source, means.get(planned.activation!), kernels);
      const why = shift ? takeOff(draft, reader, shift) : "nothing is known of the mean of its inputs";
      const decision = why === undefined ? "corrected" : "left";
      done.push({ node: planned.node, kind: "bias", decision, ...(why !== undefined && { why }) });
    }
  });
  return { graph, done };
}

/** The products of a plan whose weights are constants of the outermost level. */
export function layersOf(prepared: Graph, { nodes }: QuantizationPlan): readonly Layer[] {
  const draft = new GraphDraft(prepared);
  const byName = new Map(prepared.nodes.map((node) => [node.name, node]));
  return nodes.flatMap((planned) => {
    if (planned.decision === "float" || (planned.form !== "static" && planned.form !== "dynamic")) return [];
    const node = byName.get(planned.node);
    const reader = node && planned.activation ? weightedReader(draft, node, planned.activation) : undefined;
    return reader && products.has(reader.node.op) ? [{ planned, reader }] : [];
  });
}

const products = new Set(["MatMul", "Gemm", "Conv"]);

/** E[W^ x^] - E[W x] for each output channel. */
function shiftOf(
  { planned, reader }: Layer,
  source: TensorSource,
  means: InputMeans | undefined,
  kernels: Kernels,
): Float64Array | undefined {
  const exact = columnsOf(reader, source, Infinity);
  if (!exact || means?.exact.length !== reader.channels) return undefined;
  const axes = planned.weight!.granularity === "per-channel" ? [outputAxis(reader.node, source.shape.length)] : [];
  const { tensor, scale, zeroPoint } = quantizeWeight(source, planned.weight!, axes, kernels);
  const codes = columnsOf(reader, sourceOf(tensor), Infinity)!;
  const shift = new Float64Array(exact.output.at(-1)! + 1);
  for (let i = 0; i < exact.weights.length; i++) {
    const column = Math.floor(i / exact.depth);
    const output = exact.output[column]!;
    const channel = exact.first[column]! + (i % exact.depth);
    const c = scale.length === 1 ? 0 : output;
    const weight = (codes.weights[i]! - zeroPoint[c]!) * scale[c]!;
    shift[output]! += weight * means.rounded[channel]! - exact.weights[i]! * means.exact[channel]!;
  }
  return shift;
}

function outputAxis(node: Node, rank: number): number {
  if (node.op === "Conv") return 0;
  return node.op === "Gemm" && intAttribute(node, "transB", 0) ? 0 : rank - 1;
}

/** Changes the bias of a node; gives the reason where it has none that may be changed. */
function takeOff(draft: GraphDraft, { node }: WeightedReader, shift: Float64Array): string | undefined {
  if (node.op === "MatMul") {
    const found = biasAddOf(draft, node);
    if (!found) return "it has no bias, and an Add for it would cost time";
    return changeBias(draft, found.add, found.input, shift);
  }
  const alpha = node.op === "Gemm" ? floatAttribute(node, "alpha", 1) : 1;
  const beta = node.op === "Gemm" ? floatAttribute(node, "beta", 1) : 1;
  if ((node.inputs[2] ?? "") !== "") {
    if (beta === 0) return "its bias is multiplied by zero";
    return changeBias(
      draft,
      node,
      2,
      shift.map((value) => (value * alpha) / beta),
    );
  }
  const name = draft.fresh(`${node.name}_bias`);
  const values = Float32Array.from(shift, (value) => -value * alpha);
  draft.setWeight(name, { source: sourceOf(float32([values.length], values)), origin: dropped(CHANGED) });
  const { beta: _, ...attributes } = node.attributes;
  draft.update(node, { inputs: [node.inputs[0]!, node.inputs[1]!, name], attributes });
  return undefined;
}

const CHANGED = "the mean error of a quantized product was taken off it";

function changeBias(draft: GraphDraft, reader: Node, input: number, shift: Float64Array): string | undefined {
  const name = reader.inputs[input]!;
  const source = draft.weight(name)?.source;
  if (!source) return "its bias is computed, not constant";
  const values = float32Of(source.tensor());
  if (source.dtype !== "float32" || values.length !== shift.length) return "its bias is not one number per channel";
  const changed = values.map((value, c) => value - shift[c]!);
  const own = draft.onlyConsumer(name) === reader ? name : draft.fresh(`${name}_corrected`);
  draft.setWeight(own, { source: sourceOf(float32(source.shape, changed)), origin: dropped(CHANGED) });
  if (own !== name) draft.update(reader, { inputs: reader.inputs.with(input, own) });
  return undefined;
}
