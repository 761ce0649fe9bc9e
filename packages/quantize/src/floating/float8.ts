// Mode fp8: weights and activations in E4M3 or E5M2, the arithmetic float32 (Micikevicius et al. 2022, arXiv 2209.05433).
//
//   x ─ QuantizeLinear ─ Cast ─ Mul ─┐
//          w8 ─ DequantizeLinear ─ MatMul
//
// The activation does not come back through a DequantizeLinear: behind one, onnxruntime's CPU provider makes an integer
// kernel whatever the type is, and then refuses the model (1.30, 1.31; "MatMulIntegerToFloat", "QGemm"). The type of the
// codes is an attribute, as an 8-bit zero point of 0 is taken for uint8's least: a Relu before it would be dropped.

import {
  attribute,
  bytesOf,
  derivedSource,
  dropped,
  edit,
  elementCount,
  float32,
  float32Of,
  nodeOf,
  originOf,
  raiseOpset,
  sourceOf,
  tensorOf,
  type Graph,
  type GraphDraft,
  type QuantizationPlan,
  type TensorSource,
} from "@tersor/core";
import { noCalibration, noSamples } from "../errors.ts";
import { finish } from "../formats/finish.ts";
import { removeUnusedWeights } from "../formats/materialize.ts";
import { assertFloat } from "../placement/already-quantized.ts";
import type { Rule } from "../placement/rules.ts";
import { prepare } from "../prepare.ts";
import type { QuantizationTools, QuantizedGraph } from "../tools.ts";
import { float8Scale, miniFloatCode, miniFloats, roundToMiniFloat, type Float8Scaling } from "./mini-float.ts";
import { placeNarrow, type NarrowNode } from "./narrow-place.ts";

/** What mode fp8 takes. */
export interface Float8Options {
  readonly mode: "fp8";
  readonly format?: "qdq";
  /** "e4m3" (default) has more precision, "e5m2" more range. */
  readonly element?: "e4m3" | "e5m2";
  /** Scales from the largest magnitude (default), the power of two above them, or 1, which needs no data. */
  readonly scaling?: Float8Scaling;
  readonly rules?: readonly Rule[];
  readonly target?: string;
  readonly allowQuantized?: boolean;
}

const FLOAT32 = 1;
/** QuantizeLinear has its type as an attribute from this version on. */
const OPSET = 21;
/** ONNX's codes of the types. */
const codesOfTypes = { e4m3: 17, e5m2: 19 } as const;
const dtypes = { e4m3: "float8e4m3fn", e5m2: "float8e5m2" } as const;

/**
 * Rounds weights, one scale per output, and activations, one scale per tensor, to an 8-bit floating type.
 * @throws QUANTIZE_ALREADY_QUANTIZED, QUANTIZE_NOTHING, QUANTIZE_RULE_MATCHES_NOTHING, CORE_OPSET_RAISE;
 * QUANTIZE_NO_CALIBRATION without calibration data where scales depend on it
 */
export async function quantizeFloat8(
  graph: Graph,
  options: Float8Options,
  tools: QuantizationTools = {},
): Promise<QuantizedGraph> {
  const prepared = preparedFor(graph, options);
  const { plan, narrow } = planned(prepared, options);
  const largest = await largestActivations(prepared, narrow, options, tools);
  const raised = raiseOpset(prepared, Math.max(OPSET, prepared.opsets.get("") ?? 0));
  const emitted = edit(raised, (draft) => {
    const emitter = new Float8Emitter(draft, options);
    for (const node of narrow) emitter.emit(node, largest.get(node.activation) ?? 1);
    removeUnusedWeights(draft, raised);
  });
  return { graph: finish(emitted), plan, prepared };
}

/** The decisions, without running anything. */
export function explainFloat8(graph: Graph, options: Float8Options): QuantizationPlan {
  return planned(preparedFor(graph, options), options).plan;
}

function preparedFor(graph: Graph, { allowQuantized }: Float8Options): Graph {
  const prepared = prepare(graph);
  if (!allowQuantized) assertFloat(prepared);
  return prepared;
}

function planned(prepared: Graph, { element = "e4m3", rules = [], target = "portable" }: Float8Options) {
  const { nodes, narrow } = placeNarrow(prepared, rules, `weight and activation rounded to ${element}`);
  const plan: QuantizationPlan = { version: 1, mode: "fp8", target, nodes, activations: {} };
  return { plan, narrow };
}

/** The largest magnitude of each activation on the calibration data. */
async function largestActivations(
  prepared: Graph,
  narrow: readonly NarrowNode[],
  { scaling }: Float8Options,
  { executor, calibration, observe }: QuantizationTools,
): Promise<ReadonlyMap<string, number>> {
  if (scaling === "unit") return new Map();
  if (!executor || !calibration) throw noCalibration();
  const tensors = [...new Set(narrow.map(({ activation }) => activation))];
  const requests = tensors.map((tensor) => ({ tensor, observer: "min-max" }) as const);
  const summaries = await executor.observe(prepared, calibration, requests, observe);
  return new Map(
    tensors.map((tensor, i) => {
      const summary = summaries[i]!;
      if (summary.kind !== "min-max" || summary.batches === 0) throw noSamples();
      return [tensor, Math.max(-summary.min, summary.max, 0)];
    }),
  );
}

/** Puts rounding into a graph; tensors and weights that several nodes read are rounded once. */
class Float8Emitter {
  readonly #draft: GraphDraft;
  readonly #element: "e4m3" | "e5m2";
  readonly #scaling: Float8Scaling;
  readonly #done = new Map<string, string>();

  constructor(draft: GraphDraft, { element = "e4m3", scaling = "maxabs" }: Float8Options) {
    this.#draft = draft;
    this.#element = element;
    this.#scaling = scaling;
  }

  emit({ node, activation, weight, channelAxis }: NarrowNode, largest: number): void {
    const current = this.#draft.producer(node.outputs[0]!)!;
    const x = this.#once(activation, () => this.#roundedActivation(activation, largest));
    const w = this.#once(`${channelAxis} ${weight}`, () => this.#storedWeight(weight, channelAxis));
    const inputs = current.inputs.map((name) => (name === activation ? x : name === weight ? w : name));
    this.#draft.update(current, { inputs });
  }

  #once(key: string, make: () => string): string {
    const name = this.#done.get(key) ?? make();
    this.#done.set(key, name);
    return name;
  }

  #constant(name: string, source: TensorSource): string {
    const fresh = this.#draft.fresh(name);
    this.#draft.setWeight(fresh, { source, origin: originOf(fresh) });
    return fresh;
  }

  #roundedActivation(name: string, largest: number): string {
    const draft = this.#draft;
    const scale = float8Scale(largest, miniFloats[this.#element], this.#scaling);
    const factor = this.#constant(`${name}_scale`, sourceOf(float32([], [scale])));
    const type = { output_dtype: attribute.int(codesOfTypes[this.#element]) };
    const [codes, units, rounded] = [this.#element, "units", "rounded"].map((part) => draft.fresh(`${name}_${part}`));
    const chain = [
      nodeOf("QuantizeLinear", draft.fresh(`${name}_QuantizeLinear`), [name, factor], [codes!], type),
      nodeOf("Cast", draft.fresh(`${name}_Cast`), [codes!], [units!], { to: attribute.int(FLOAT32) }),
      nodeOf("Mul", draft.fresh(`${name}_Mul`), [units!, factor], [rounded!]),
    ];
    const producer = draft.producer(name);
    if (producer) draft.insertAfter(producer, ...chain);
    else draft.prepend(...chain);
    return rounded!;
  }

  #storedWeight(name: string, channelAxis: number): string {
    const draft = this.#draft;
    const { source } = draft.weight(name)!;
    const scale = channelScales(source, channelAxis, this.#element, this.#scaling);
    const type = dtypes[this.#element];
    const codes = draft.fresh(`${name}_${this.#element}`);
    const stored = derivedSource([source], type, source.shape, () =>
      codesOf(source, channelAxis, scale, this.#element),
    );
    draft.setWeight(codes, { source: stored, origin: dropped(`rounded to ${type}`) });
    const factors = this.#constant(`${name}_scale`, sourceOf(float32([scale.length], scale)));
    const rounded = draft.fresh(`${name}_rounded`);
    const axis = { axis: attribute.int(channelAxis) };
    draft.prepend(
      nodeOf("DequantizeLinear", draft.fresh(`${name}_DequantizeLinear`), [codes, factors], [rounded], axis),
    );
    return rounded;
  }
}

function channelScales(
  source: TensorSource,
  axis: number,
  element: "e4m3" | "e5m2",
  scaling: Float8Scaling,
): Float32Array {
  const data = float32Of(source.tensor());
  const [count, inner] = [source.shape[axis]!, elementCount(source.shape.slice(axis + 1))];
  const largest = new Float64Array(count);
  data.forEach((value, i) => {
    const channel = Math.floor(i / inner) % count;
    largest[channel] = Math.max(largest[channel]!, Math.abs(value));
  });
  return Float32Array.from(largest, (magnitude) => float8Scale(magnitude, miniFloats[element], scaling));
}

function codesOf(source: TensorSource, axis: number, scale: Float32Array, element: "e4m3" | "e5m2"): Uint8Array {
  const data = float32Of(source.tensor());
  const inner = elementCount(source.shape.slice(axis + 1));
  const type = miniFloats[element];
  const codes = new Uint8Array(data.length);
  data.forEach((value, i) => {
    const wanted = Math.fround(value / scale[Math.floor(i / inner) % scale.length]!);
    codes[i] = miniFloatCode(roundToMiniFloat(wanted, type), type);
  });
  return bytesOf(tensorOf(dtypes[element], source.shape, codes));
}
