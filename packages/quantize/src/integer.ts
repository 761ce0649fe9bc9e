// Integer quantization after training, static and dynamic: from options to a quantized graph and its plan.
//
//   graph ─ passes ─▶ prepared ─ place ─▶ wishes ─ calibrate ─▶ plan ─ materialize ─▶ quantized graph

import {
  raiseOpset,
  referenceKernels,
  type Batches,
  type Correction,
  type Graph,
  type QuantizationPlan,
} from "@tersor/core";
import { bitWidthOf } from "./affine.ts";
import { calibrate, planOf } from "./calibrate.ts";
import { standardCalibrators } from "./calibrators/index.ts";
import { correctBiases, type CorrectedGraph } from "./correct/bias.ts";
import { meansFromNorms, observedMeans } from "./correct/input-means.ts";
import type { Equalize } from "./equalize/options.ts";
import { equalizeGraph, type Equalized } from "./equalize/run-steps.ts";
import { noCalibration, nothingToQuantize, typeNotInFormat } from "./errors.ts";
import { cureSaturation, saturationRequests } from "./cure-saturation.ts";
import { finish } from "./formats/finish.ts";
import { materialize } from "./formats/materialize.ts";
import { neededOpset } from "./formats/needed-opset.ts";
import { lowerToOperators } from "./formats/qoperator.ts";
import { assertFloat } from "./placement/already-quantized.ts";
import { place, type Placement } from "./placement/place.ts";
import type { Choice, Rule } from "./placement/rules.ts";
import { prepare } from "./prepare.ts";
import { choiceFor, targetSaturates } from "./targets.ts";
import type { QuantizationTools, QuantizedGraph } from "./tools.ts";

/** What can be corrected after quantizing. */
export type CorrectionKind = "bias" | "weight";

/** What integer quantization takes; everything has a default but the mode. */
export interface IntegerOptions extends Omit<Choice, "precision"> {
  /** Whether ranges of activations are calibrated beforehand or taken at run time. */
  readonly mode: "static" | "dynamic";
  /** Static: "qdq" (default) or "qoperator"; dynamic: "integerops". */
  readonly format?: "qdq" | "qoperator" | "integerops";
  /** The machines the result is meant for. Default "portable": right on all. */
  readonly target?: string;
  readonly rules?: readonly Rule[];
  /** Raises the result to this version of ONNX's operator set; by default only as far as the format needs. */
  readonly opset?: number;
  /** Quantize what is still float in a model that is partly quantized. Default: such a model is an error. */
  readonly allowQuantized?: boolean;
  /** Moves factors per channel between activations and weights first, so that both spend their codes evenly. */
  readonly equalize?: Equalize;
  /** Takes off what rounding does to the mean of each output channel. */
  readonly correct?: readonly CorrectionKind[];
}

/** u8 activations and s8 weights per channel: the pair that every x86 and ARM kernel of the runtimes is fast at. */
export const defaultChoice: Choice = {
  precision: "int8",
  granularity: "per-channel",
  weightType: "int8",
  activationType: "uint8",
  activationScheme: "asymmetric",
  calibrator: "mse",
  reduceRange: false,
};

/**
 * The decisions for a prepared graph, without ranges.
 * @throws QUANTIZE_ALREADY_QUANTIZED, QUANTIZE_UNKNOWN_TARGET, QUANTIZE_TARGET_HAS_NO_FORMAT, QUANTIZE_TYPE_NOT_IN_FORMAT,
 * QUANTIZE_RULE_MATCHES_NOTHING
 */
export function placementOf(prepared: Graph, options: IntegerOptions): Placement {
  const { mode, format, target = "portable", rules = [], opset: _, allowQuantized, ...others } = options;
  const { equalize: _equalize, correct: _correct, ...says } = others;
  if (!allowQuantized) assertFloat(prepared);
  const wanted = choiceFor(target, format ?? (mode === "static" ? "qdq" : "integerops"));
  for (const { activationType } of [says, ...rules]) assertTypeFits(activationType, mode, format);
  return place(prepared, { mode, target, rules, defaults: { ...defaultChoice, ...wanted, ...says } });
}

/** The decisions for every operator; ranges of activations are missing. */
export function explainIntegers(graph: Graph, options: IntegerOptions): QuantizationPlan {
  return planOf(placementOf(prepare(graph), options));
}

/** The first batches of a sequence. */
function firstOf(batches: Batches, count: number): Batches {
  return {
    length: Math.min(count, batches.length ?? count),
    async *[Symbol.asyncIterator]() {
      let done = 0;
      for await (const feeds of batches) {
        yield feeds;
        if (++done >= count) return;
      }
    },
  };
}

/** Only Q/DQ pairs have 16-bit activations; integer operators and ranges taken at run time are 8-bit. */
function assertTypeFits(
  type: Choice["activationType"],
  mode: IntegerOptions["mode"],
  format?: IntegerOptions["format"],
): void {
  if (type === undefined || bitWidthOf(type) === 8) return;
  if (mode === "dynamic") throw typeNotInFormat(type, "integerops");
  if (format === "qoperator") throw typeNotInFormat(type, format);
}

/** Batches from which saturation is judged where no ranges are asked for: rows are sampled, and soon alike. */
const SATURATION_BATCHES = 16;

/** Decides how each operator of a prepared graph is computed, and finds the ranges of its activations. */
export async function planIntegers(
  prepared: Graph,
  options: IntegerOptions,
  tools: QuantizationTools = {},
): Promise<QuantizationPlan> {
  const placement = placementOf(prepared, options);
  if (placement.nodes.every(({ decision }) => decision === "float")) throw nothingToQuantize(placement.nodes);
  const { executor, calibration, calibrators = standardCalibrators, observe } = tools;
  const canObserve = executor !== undefined && calibration !== undefined;
  const watched = canObserve && targetSaturates(placement.target) ? saturationRequests(prepared, placement.nodes) : [];
  const needsRanges = placement.wishes.length > 0;
  if (!needsRanges && watched.length === 0) return planOf(placement);
  if (!canObserve) throw noCalibration();
  const batches = needsRanges ? calibration : firstOf(calibration, SATURATION_BATCHES);
  const { plan, also } = await calibrate(prepared, placement, {
    executor,
    batches,
    calibrators,
    alsoObserve: watched,
    ...(observe && { observe }),
  });
  return watched.length === 0 ? plan : cureSaturation(prepared, plan, also, tools.kernels ?? referenceKernels);
}

/**
 * Quantizes a graph after training.
 * @throws QUANTIZE_ALREADY_QUANTIZED, QUANTIZE_TYPE_NOT_IN_FORMAT, QUANTIZE_NO_CALIBRATION, QUANTIZE_NOTHING,
 * QUANTIZE_RULE_MATCHES_NOTHING, CORE_OPSET_RAISE and what the executor throws.
 */
export async function quantizeIntegers(
  graph: Graph,
  options: IntegerOptions,
  tools: QuantizationTools = {},
): Promise<QuantizedGraph> {
  const { graph: prepared, done: equalized, calibrator } = await equalizedGraph(prepare(graph), options, tools);
  const settled = calibrator === undefined ? options : { ...options, calibrator };
  const planned = {
    ...withSpreadKept(await planIntegers(prepared, settled, tools), settled),
    ...(equalized.length > 0 && { equalized }),
  };
  const { graph: corrected, done } = await correctedGraph(graph, prepared, planned, settled, tools);
  const plan = {
    ...planned,
    ...(done.length > 0 && { corrected: [...(planned.corrected ?? []), ...done] }),
  };
  return { graph: written(corrected, plan, settled, tools), plan, prepared };
}

/** The quantized graph of a plan, in the format asked for. */
function written(prepared: Graph, plan: QuantizationPlan, options: IntegerOptions, tools: QuantizationTools): Graph {
  const pairs = materialize(prepared, plan, tools.kernels ?? referenceKernels);
  const quantized = options.format === "qoperator" ? lowerToOperators(pairs, plan) : pairs;
  // Last, when it is known what the result is written with; what was added means the same in every later version.
  return finish(raiseOpset(quantized, Math.max(neededOpset(quantized), options.opset ?? 0)));
}

/** The calibrator that ranges without outliers do well with: tried beside the default one with automatic alpha. */
const otherCalibrators = ["min-max"];

async function equalizedGraph(prepared: Graph, options: IntegerOptions, tools: QuantizationTools): Promise<Equalized> {
  if (options.equalize === undefined) return { graph: prepared, done: [] };
  const { executor, calibration, calibrators = standardCalibrators, observe } = tools;
  return equalizeGraph(prepared, options.equalize, {
    ...(executor && { executor }),
    ...(calibration && { batches: calibration }),
    ...(observe && { observe }),
    calibrators,
    otherCalibrators: options.mode === "static" && options.calibrator === undefined ? otherCalibrators : [],
    place: (graph) => placementOf(graph, options),
    quantize: async (graph, calibrator) => {
      const settled = calibrator === undefined ? options : { ...options, calibrator };
      return written(graph, await planIntegers(graph, settled, tools), settled, tools);
    },
  });
}

/** The plan with weight correction on every weight, if that is asked for. */
function withSpreadKept(plan: QuantizationPlan, { correct = [] }: IntegerOptions): QuantizationPlan {
  if (!correct.includes("weight")) return plan;
  const nodes = plan.nodes.map((node) =>
    node.decision === "quantized" && node.weight ? { ...node, weight: { ...node.weight, keepSpread: true } } : node,
  );
  const corrected = nodes.flatMap((node): readonly Correction[] =>
    node.decision === "quantized" && node.weight ? [{ node: node.node, kind: "weight", decision: "corrected" }] : [],
  );
  return { ...plan, nodes, corrected };
}

/** Biases are corrected by what data says of the inputs, or without data by what BatchNormalization says of them. */
async function correctedGraph(
  source: Graph,
  prepared: Graph,
  plan: QuantizationPlan,
  { correct = [] }: IntegerOptions,
  { executor, calibration, kernels = referenceKernels, observe }: QuantizationTools,
): Promise<CorrectedGraph> {
  if (!correct.includes("bias")) return { graph: prepared, done: [] };
  const means =
    executor && calibration
      ? await observedMeans(prepared, plan, { executor, batches: calibration, ...(observe && { observe }) })
      : meansFromNorms(source, prepared, plan);
  return correctBiases(prepared, plan, means, kernels);
}
