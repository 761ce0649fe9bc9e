// Modes mx and nvfp4: weights rounded to what the formats hold and kept as float32, to see what a model would lose. No
// runtime that Tersor writes for computes in them, so the file gets no smaller; the plan says so.

import {
  bytesOf,
  derivedSource,
  dropped,
  edit,
  elementCount,
  float32,
  float32Of,
  type Graph,
  type GraphDraft,
  type QuantizationPlan,
  type TensorSource,
} from "@tersor/core";
import { finish } from "../formats/finish.ts";
import { removeUnusedWeights } from "../formats/materialize.ts";
import { assertFloat } from "../placement/already-quantized.ts";
import type { Rule } from "../placement/rules.ts";
import { prepare } from "../prepare.ts";
import type { QuantizedGraph } from "../tools.ts";
import { roundToMx, roundToNvfp4, type MxElement } from "./microscaling.ts";
import { placeNarrow, type NarrowPlacement } from "./narrow-place.ts";

/** What modes mx and nvfp4 take. */
export interface BlocksOptions {
  readonly mode: "mx" | "nvfp4";
  readonly format?: "emulation";
  /** Element type of MX. Default "e2m1" (MXFP4). */
  readonly element?: MxElement;
  readonly rules?: readonly Rule[];
  readonly target?: string;
  readonly allowQuantized?: boolean;
}

/**
 * Rounds weights to MX or NVFP4; blocks run along the inputs of an output.
 * @throws QUANTIZE_ALREADY_QUANTIZED, QUANTIZE_NOTHING, QUANTIZE_RULE_MATCHES_NOTHING
 */
export function emulateBlocks(graph: Graph, options: BlocksOptions): QuantizedGraph {
  const { prepared, plan, placement } = planned(graph, options);
  const round = roundingOf(options);
  const emitted = edit(prepared, (draft) => {
    const done = new Map<string, string>();
    for (const { node, weight, channelAxis } of placement.narrow) {
      const key = `${channelAxis} ${weight}`;
      const name = done.get(key) ?? addRounded(draft, weight, channelAxis, round, nameOf(options));
      done.set(key, name);
      const current = draft.producer(node.outputs[0]!)!;
      draft.update(current, { inputs: current.inputs.map((input) => (input === weight ? name : input)) });
    }
    removeUnusedWeights(draft, prepared);
  });
  return { graph: finish(emitted), plan, prepared };
}

/** The decisions, without rounding anything. */
export function explainBlocks(graph: Graph, options: BlocksOptions): QuantizationPlan {
  return planned(graph, options).plan;
}

function planned(
  graph: Graph,
  options: BlocksOptions,
): { readonly prepared: Graph; readonly plan: QuantizationPlan; readonly placement: NarrowPlacement } {
  const prepared = prepare(graph);
  if (!options.allowQuantized) assertFloat(prepared);
  const note = `weight rounded to ${nameOf(options)} and stored as float32: emulated for study, the file is no smaller`;
  const { mode, rules = [], target = "portable" } = options;
  const placement = placeNarrow(prepared, rules, note);
  return { prepared, placement, plan: { version: 1, mode, target, nodes: placement.nodes, activations: {} } };
}

/** A rounded copy: an embedding that is tied to the weight stays as it is. */
function addRounded(draft: GraphDraft, weight: string, axis: number, round: RoundRowsOf, format: string): string {
  const { source } = draft.weight(weight)!;
  const rounded = derivedSource([source], "float32", source.shape, () =>
    bytesOf(float32(source.shape, roundedAlongInputs(source, axis, round))),
  );
  const name = draft.fresh(`${weight}_rounded`);
  draft.setWeight(name, { source: rounded, origin: dropped(`rounded to ${format}`) });
  return name;
}

function nameOf({ mode, element = "e2m1" }: BlocksOptions): string {
  return mode === "nvfp4" ? "NVFP4" : `MX ${element}`;
}

type RoundRowsOf = (values: Float32Array, width: number) => Float32Array;

function roundingOf({ mode, element = "e2m1" }: BlocksOptions): RoundRowsOf {
  return mode === "nvfp4" ? roundToNvfp4 : (values, width) => roundToMx(values, width, element);
}

/** Rounds with the elements of each output side by side: what is left of and right of the channel axis, in this order. */
function roundedAlongInputs(source: TensorSource, axis: number, round: RoundRowsOf): Float32Array {
  const data = float32Of(source.tensor());
  const [channels, inner] = [source.shape[axis]!, elementCount(source.shape.slice(axis + 1))];
  const width = data.length / Math.max(1, channels);
  const place = (i: number): number => {
    const outer = Math.floor(i / (inner * channels));
    return (Math.floor(i / inner) % channels) * width + outer * inner + (i % inner);
  };
  const rows = new Float32Array(data.length);
  data.forEach((value, i) => (rows[place(i)] = value));
  const rounded = round(rows, width);
  return data.map((_, i) => rounded[place(i)]!);
}
