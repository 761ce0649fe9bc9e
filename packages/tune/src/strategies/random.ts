// random: configurations drawn from the whole space (Bergstra & Bengio 2012), the default first.

import type { Proposal, TuningSearch } from "@tersor/core";
import { isBestPossible } from "../goal.ts";
import { tryDefault } from "../settings-stages.ts";
import { configKey, sampleConfig, unitsOf } from "../space.ts";
import { staged } from "../staged.ts";

/** Trials side by side. */
const BATCH = 4;
/** Draws without anything new after which the space counts as used up. */
const PATIENCE = 200;

/** Draws configurations until the budget is spent or none is new. */
export const random = staged("random", function* (search, rng) {
  const first = yield* tryDefault(search);
  if (isBestPossible(search, first)) return;
  const seen = new Set(first === undefined ? [] : [configKey(first.config)]);
  for (;;) {
    const batch = drawNew(search, seen, rng);
    if (batch.length === 0) return;
    const trials = yield batch;
    if (trials.some((trial) => isBestPossible(search, trial))) return;
  }
});

/** Up to a batch of configurations that were not drawn before. */
function drawNew(search: TuningSearch, seen: Set<string>, rng: () => number): readonly Proposal[] {
  const units = unitsOf(search);
  const batch: Proposal[] = [];
  for (let draw = 0; draw < PATIENCE && batch.length < BATCH; draw++) {
    const config = sampleConfig(search, units, rng);
    const key = configKey(config);
    if (!seen.has(key)) batch.push({ config, note: "drawn at random" });
    seen.add(key);
  }
  return batch;
}
