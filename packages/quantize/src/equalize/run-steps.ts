// The steps of equalization in order. SmoothQuant with automatic alpha is tried in several ways, and the one whose
// quantized model is nearest to the float one on the calibration data is kept: the error of single layers does not tell
// how a network passes it on.

import type { Batches, Executor, Graph } from "@tersor/core";
import { noCalibration } from "../errors.ts";
import type { Placement } from "../placement/place.ts";
import { equalizeAcrossLayers, smoothQuant, type EqualizedGraph } from "./equalize.ts";
import type { ObserveTools } from "./layers.ts";
import { equalizeSteps, type Equalize, type SmoothQuantOptions } from "./options.ts";
import { outputError } from "./output-error.ts";

/** What the steps need of the quantizer around them. */
export interface StepTools extends Partial<ObserveTools> {
  place(graph: Graph): Placement;
  /** Quantizes a prepared graph; with another calibrator than asked for, where one is named. */
  quantize(graph: Graph, calibrator: string | undefined): Promise<Graph>;
  /** Calibrators to try with automatic alpha, beside the one that is asked for. */
  readonly otherCalibrators: readonly string[];
}

/** The graph after all steps. */
export interface Equalized extends EqualizedGraph {
  /** The calibrator to go on with, where a trial with another one was best. */
  readonly calibrator?: string;
}

/** Runs the steps on a prepared graph. @throws QUANTIZE_NO_CALIBRATION where a step needs data and there is none. */
export async function equalizeGraph(prepared: Graph, equalize: Equalize, tools: StepTools): Promise<Equalized> {
  let current: Equalized = { graph: prepared, done: [] };
  for (const step of equalizeSteps(equalize)) {
    const placement = tools.place(current.graph);
    const next =
      step.method === "cross-layer"
        ? equalizeAcrossLayers(current.graph, placement, step)
        : await smooth(current.graph, placement, step, tools);
    current = { ...current, ...next, done: [...current.done, ...next.done] };
  }
  return current;
}

async function smooth(
  graph: Graph,
  placement: Placement,
  options: SmoothQuantOptions,
  tools: StepTools,
): Promise<Equalized> {
  const trial = await smoothQuant(graph, placement, options, tools);
  const { alpha = DEFAULT_ALPHA } = options;
  if (alpha !== "auto") return trial(alpha, "absolute");
  const unchanged: EqualizedGraph = { graph, done: [] };
  const ways = [trial(DEFAULT_ALPHA, "absolute"), trial("auto", "absolute"), trial("auto", "relative")];
  return best(graph, [unchanged, ...ways.filter(({ done }) => done.length > 0)], tools);
}

/** Of the paper; "auto" tries it for all layers too. */
const DEFAULT_ALPHA = 0.5;

/** The way with the least error at the outputs, under each of the calibrators; the first of equals. */
async function best(float: Graph, ways: readonly EqualizedGraph[], tools: StepTools): Promise<Equalized> {
  const { executor, batches } = judgeOf(tools);
  let found: Equalized = ways[0]!;
  let least = Infinity;
  for (const way of ways) {
    for (const calibrator of [undefined, ...tools.otherCalibrators]) {
      const error = await outputError(executor, float, await tools.quantize(way.graph, calibrator), batches);
      if (error >= least) continue;
      least = error;
      found = { ...way, ...(calibrator !== undefined && { calibrator }) };
    }
  }
  return found;
}

function judgeOf({ executor, batches }: StepTools): { readonly executor: Executor; readonly batches: Batches } {
  if (!executor || !batches) throw noCalibration();
  return { executor, batches };
}
