// From wishes to parameters: one walk over the calibration data, summaries from the executor, ranges from the calibrators.

import type {
  ActivationPlan,
  Batches,
  Calibrator,
  Executor,
  Graph,
  ObserveOptions,
  ObserverRequest,
  QuantizationPlan,
  Summary,
} from "@tersor/core";
import { asymmetricParameters, bitWidthOf, symmetricParameters } from "./affine.ts";
import { noSamples, nonFiniteActivation, unknownCalibrator } from "./errors.ts";
import type { ActivationWish, Placement } from "./placement/place.ts";

export interface CalibrationTools {
  readonly executor: Executor;
  readonly batches: Batches;
  readonly calibrators: readonly Calibrator[];
  readonly observe?: ObserveOptions;
  /** Further observations to make on the same walk. */
  readonly alsoObserve?: readonly ObserverRequest[];
}

export interface Calibrated {
  readonly plan: QuantizationPlan;
  /** What `alsoObserve` asked for, by tensor. */
  readonly also: ReadonlyMap<string, Summary>;
}

/** The plan of a placement, with a range for every activation it asks for. */
export async function calibrate(graph: Graph, placement: Placement, tools: CalibrationTools): Promise<Calibrated> {
  const { wishes } = placement;
  const known = new Map(tools.calibrators.map((calibrator) => [calibrator.name, calibrator]));
  const own = wishes.filter(({ sharesWith }) => sharesWith === undefined);
  const calibrators = own.map(({ calibrator }) => {
    const found = known.get(calibrator);
    if (!found) throw unknownCalibrator(calibrator, [...known.keys()]);
    return found;
  });
  const requests = own.map(({ tensor }, i) => ({ ...calibrators[i]!.observer, tensor }) as ObserverRequest);
  const extra = tools.alsoObserve ?? [];
  const summaries = await tools.executor.observe(graph, tools.batches, [...requests, ...extra], tools.observe);
  const activations: Record<string, ActivationPlan> = {};
  own.forEach((wish, i) => {
    const summary = summaries[i]!;
    if (summary.count === 0)
      throw "nonFinite" in summary && summary.nonFinite > 0
        ? nonFiniteActivation(wish.tensor, summary.nonFinite)
        : noSamples();
    const range = calibrators[i]!.range(summary, { bitWidth: bitWidthOf(wish.dtype), symmetric: wish.symmetric });
    activations[wish.tensor] = parametersOf(wish, range);
  });
  for (const wish of wishes)
    if (wish.sharesWith !== undefined)
      activations[wish.tensor] = { ...sharedWith(wish.tensor, wishes, activations), at: wish.at };
  const also = new Map(extra.map(({ tensor }, i) => [tensor, summaries[own.length + i]!]));
  return { plan: planOf(placement, activations), also };
}

/** The plan of a placement that needs no ranges. */
export function planOf(
  { mode, target, nodes }: Placement,
  activations: QuantizationPlan["activations"] = {},
): QuantizationPlan {
  return { version: 1, mode, target, nodes, activations };
}

function parametersOf({ dtype, symmetric, at }: ActivationWish, range: { min: number; max: number }): ActivationPlan {
  return { ...(symmetric ? symmetricParameters(range, dtype) : asymmetricParameters(range, dtype)), at };
}

/** Follows a chain of shared scales to the tensor that has its own. */
function sharedWith(
  tensor: string,
  wishes: readonly ActivationWish[],
  activations: Readonly<Record<string, ActivationPlan>>,
): ActivationPlan {
  const byTensor = new Map(wishes.map((wish) => [wish.tensor, wish]));
  let at = tensor;
  for (let next = byTensor.get(at)?.sharesWith; next !== undefined; next = byTensor.get(at)?.sharesWith) at = next;
  return activations[at]!;
}
