// Steps that a mask leaves out, for operators that only know how long a sequence is. Keras skips masked steps wherever
// they are: the state is carried over. So the kept steps are moved to the front, and outputs are put back afterwards.

import { attribute, dataTypes } from "@tersor/core";
import type { LayerContext } from "./layer.ts";
import { scalar, unsqueeze } from "./layout.ts";

/** Steps with those that are kept in front. */
export interface PackedSteps {
  readonly value: string;
  /** Number of kept steps, int32 [batch]. */
  readonly lengths: string;
  /** For each step the number of kept ones up to it, less one; -1 before the first. int64 [batch, steps]. */
  readonly places: string;
}

/** Moves the steps (axis 1) of `x` that the mask keeps to the front. */
export function packSteps({ to }: LayerContext, x: string, mask: string): PackedSteps {
  const kept = to.add("Cast", [mask], { to: attribute.int(dataTypes.int64.code) });
  const counts = to.add("CumSum", [kept, to.constant("int64", [], [1])]);
  const places = to.add("Sub", [counts, to.constant("int64", [], [1])]);
  const count = to.add("ReduceSum", [kept, to.int64s([1])], { keepdims: attribute.int(0) });
  const lengths = to.add("Cast", [count], { to: attribute.int(dataTypes.int32.code) });
  const order = orderOf(to, kept);
  const value = to.add("GatherND", [x, to.add("Unsqueeze", [order, to.int64s([2])])], { batch_dims: attribute.int(1) });
  return { value, lengths, places };
}

/** Numbers of the kept steps in order, then those of the others: sorted by step, with all steps added to the others. */
function orderOf(to: LayerContext["to"], kept: string): string {
  const steps = to.add("Gather", [to.add("Shape", [kept]), to.int64s([1])]);
  const ones = to.add("Expand", [to.constant("int64", [], [1]), to.add("Shape", [kept])]);
  const numbers = to.add("CumSum", [ones, to.constant("int64", [], [1])]);
  const keys = to.add("Sub", [numbers, to.add("Mul", [kept, steps])]);
  const sorted = to.addMany(
    "TopK",
    [keys, steps],
    { largest: attribute.int(0), axis: attribute.int(1) },
    { outputs: 2 },
  );
  return sorted[1]!;
}

/**
 * Puts outputs of packed steps back: a step that was left out has the output before it, zeros where there is none.
 * With `zeros` (the mask) it has zeros everywhere.
 */
export function unpackSteps(context: LayerContext, y: string, { places }: PackedSteps, zeros?: string): string {
  const { to } = context;
  const none = to.constant("int64", [], [0]);
  const from = to.add("Max", [places, none]);
  const spread = to.add("GatherND", [y, unsqueeze(context, from, [2])], { batch_dims: attribute.int(1) });
  const has = zeros ?? to.add("GreaterOrEqual", [places, none]);
  return to.add("Where", [unsqueeze(context, has, [2]), spread, scalar(context, 0)]);
}
