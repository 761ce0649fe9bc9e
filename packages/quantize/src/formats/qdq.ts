// QDQ: the graph keeps its float operators, with QuantizeLinear / DequantizeLinear pairs that say where integers are.
// Runtimes fuse the pairs with the operator between them into an integer kernel.
//
//   x ── Q ── DQ ──┐
//   W int8 ── DQ ──┼─ Conv ── (Relu) ── Q ── DQ ── …
//   b int32 ── DQ ─┘

import { float32Of, type ActivationPlan, type Node, type QuantizationPlan, type QuantizedNode } from "@tersor/core";
import { floatAttribute, intAttribute } from "./attributes.ts";
import { scaledBias } from "./dynamic.ts";
import { biasConstants, dequantizeNode, quantizeNode, type Emitter, type IntegerWeight } from "./emit.ts";
import { targetTakesIntegerBias } from "../targets.ts";
import { quantizeBias, scalesThatFit } from "../weights.ts";

/** Puts a Q/DQ pair on every planned activation. Nodes named in `readers` read the dequantized value of a "consumer" one. */
export function emitActivations(emitter: Emitter, plan: QuantizationPlan): void {
  const readers = staticReaders(plan);
  for (const [name, activation] of Object.entries(plan.activations)) {
    if (activation.at === "producer") emitAtProducer(emitter, name, activation);
    else emitAtConsumer(emitter, name, activation, readers.get(name) ?? new Set());
  }
}

function staticReaders(plan: QuantizationPlan): ReadonlyMap<string, ReadonlySet<string>> {
  const readers = new Map<string, Set<string>>();
  for (const node of plan.nodes) {
    if (node.decision === "float" || node.form !== "static" || node.activation === undefined) continue;
    const names = readers.get(node.activation);
    if (names) names.add(node.node);
    else readers.set(node.activation, new Set([node.node]));
  }
  return readers;
}

function emitAtConsumer(
  emitter: Emitter,
  name: string,
  activation: ActivationPlan,
  readers: ReadonlySet<string>,
): void {
  const { value, nodes } = pair(emitter, name, name, activation);
  emitter.draft.redirect(name, value, (reader) => readers.has(reader.name));
  insertAfterProducer(emitter, name, nodes);
}

/** Every reader sees the rounded value; where the value is an output of the graph, the pair takes over its name. */
function emitAtProducer(emitter: Emitter, name: string, activation: ActivationPlan): void {
  const { draft } = emitter;
  const producer = draft.producer(name);
  if (producer === undefined || !draft.isOutput(name)) {
    const { value, nodes } = pair(emitter, name, name, activation);
    draft.redirect(name, value);
    insertAfterProducer(emitter, name, nodes);
    return;
  }
  const exact = draft.fresh(`${name}_float`);
  const renamed = draft.update(producer, {
    outputs: producer.outputs.map((output) => (output === name ? exact : output)),
  });
  draft.insertAfter(renamed, ...pair(emitter, exact, name, activation, name).nodes);
}

function pair(
  emitter: Emitter,
  input: string,
  name: string,
  { dtype, scale, zeroPoint }: ActivationPlan,
  output?: string,
): { value: string; nodes: [Node, Node] } {
  const names = {
    data: emitter.draft.fresh(`${name}_quantized`),
    ...emitter.parameters(name, dtype, [], scale, zeroPoint),
  };
  const value = output ?? emitter.draft.fresh(`${name}_dequantized`);
  return { value, nodes: [quantizeNode(input, names), dequantizeNode(names, value)] };
}

function insertAfterProducer(emitter: Emitter, name: string, nodes: readonly Node[]): void {
  const producer = emitter.draft.producer(name);
  if (producer) emitter.draft.insertAfter(producer, ...nodes);
  else emitter.draft.prepend(...nodes);
}

/** Gives a static node its dequantized weight and bias; its activation was redirected before. */
export function emitStatic(emitter: Emitter, node: Node, planned: QuantizedNode, plan: QuantizationPlan): void {
  const activation = plan.activations[planned.activation!]!;
  switch (node.op) {
    case "MatMul":
      return emitMatMul(emitter, node, planned);
    case "Gemm":
      return emitBiased(
        emitter,
        foldGemmFactors(emitter, node),
        planned,
        activation,
        gemmAxis(node),
        floatAttribute(node, "alpha", 1),
        targetTakesIntegerBias(plan.target),
      );
    case "Conv":
      return emitBiased(emitter, node, planned, activation, 0, 1, targetTakesIntegerBias(plan.target));
  }
}

function emitMatMul(emitter: Emitter, node: Node, planned: QuantizedNode): void {
  const name = planned.weights![0]!;
  const axis = emitter.weight(name)!.source.shape.length - 1;
  const weight = emitter.integers(name, planned.weight!, { axes: [axis] });
  emitter.draft.update(node, { inputs: [node.inputs[0]!, emitter.dequantizedWeight(weight, axis)] });
}

function gemmAxis(node: Node): number {
  return intAttribute(node, "transB", 0) !== 0 ? 0 : 1;
}

/** alpha = beta = 1: alpha goes into the scale of the weight, beta into the bias. */
function foldGemmFactors(emitter: Emitter, node: Node): Node {
  const [x, w, c] = node.inputs as [string, string, string | undefined];
  const bias = c === undefined || c === "" ? [] : [scaledBias(emitter, node, c)];
  const { transA, transB } = node.attributes;
  const attributes = { ...(transA && { transA }), ...(transB && { transB }) };
  return emitter.draft.update(node, { inputs: [x, w, ...bias], attributes });
}

/** Conv and Gemm: the bias becomes int32 in units of s_x * s_w[c]; a weight scale too small for that is raised. */
function emitBiased(
  emitter: Emitter,
  node: Node,
  planned: QuantizedNode,
  activation: ActivationPlan,
  axis: number,
  factor: number,
  integerBias: boolean,
): void {
  const name = planned.weights![0]!;
  const biasName = node.inputs[2];
  const bias = biasName === undefined || biasName === "" ? undefined : emitter.weight(biasName)?.source;
  let weight = emitter.integers(name, planned.weight!, { axes: [axis], factor });
  const inputs = [node.inputs[0]!];
  if (bias === undefined || bias.shape.length !== 1 || !integerBias) {
    inputs.push(emitter.dequantizedWeight(weight, axis), ...(biasName === undefined ? [] : [biasName]));
  } else {
    const values = float32Of(bias.tensor());
    if (!quantizeBias(values, activation.scale[0]!, weight.scales))
      weight = widened(emitter, name, planned, axis, factor, values, activation);
    inputs.push(
      emitter.dequantizedWeight(weight, axis),
      dequantizedBias(emitter, node, biasName!, values, activation, weight),
    );
  }
  emitter.draft.update(node, { inputs });
}

function widened(
  emitter: Emitter,
  name: string,
  planned: QuantizedNode,
  axis: number,
  factor: number,
  bias: Float32Array,
  activation: ActivationPlan,
): IntegerWeight {
  const needed = scalesThatFit(bias, activation.scale[0]!).map((scale) => scale / Math.abs(factor));
  const perTensor = planned.weight!.granularity === "per-tensor";
  return emitter.integers(name, planned.weight!, {
    axes: [axis],
    factor,
    leastScale: perTensor ? [Math.max(...needed)] : [...needed],
  });
}

function dequantizedBias(
  emitter: Emitter,
  node: Node,
  name: string,
  values: Float32Array,
  activation: ActivationPlan,
  weight: IntegerWeight,
): string {
  const { data, scale } = quantizeBias(values, activation.scale[0]!, weight.scales)!;
  // Scales per channel need a later operator set: one scale stays one.
  const perChannel = weight.channels.length > 0;
  const names = perChannel
    ? biasConstants(emitter, name, data, [data.length], scale)
    : biasConstants(emitter, name, data, [], scale.slice(0, 1));
  const value = emitter.draft.fresh(`${name}_dequantized`);
  emitter.draft.insertBefore(node, dequantizeNode(names, value, perChannel ? 0 : undefined));
  return value;
}
