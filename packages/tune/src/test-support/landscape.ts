// Small made-up landscapes with a known optimum: what each operator costs in accuracy, what it saves in bytes.

import type { Trial, TrialOutcome, TunableNode, TuningConfig, TuningGoal, TuningSearch } from "@tersor/core";
import { seededRandom } from "@tersor/core";
import { memoryStore, openJournal, type JournalStore } from "../journal.ts";
import { allSettings, configOf } from "../space.ts";
import { tune, type TuneOptions, type TuningResult } from "../tune.ts";

/** Accuracy lost by quantizing each of six operators; the fourth is the culprit. */
const losses = [0.001, 0.0005, 0.002, 0.05, 0.001, 0.0015];
const ops = ["Conv", "Conv", "Conv", "MatMul", "MatMul", "Gemm"];

export const nodes: readonly TunableNode[] = losses.map((loss, i) => ({
  name: `node${i}`,
  op: ops[i]!,
  block: `block${Math.floor(i / 2)}`,
  macs: 1000 * (i + 1),
  weightBytes: 4000 * (i + 1),
  outputError: loss,
  networkError: loss * loss,
}));

export const goal: TuningGoal = {
  maxDrop: 0.01,
  relative: false,
  higherIsBetter: true,
  reference: 0.9,
  minimize: [],
  referenceObjectives: { sizeBytes: 84_000, latencyMs: 10 },
};

/** Modes and calibrators; the calibrator says nothing about dynamic quantization. */
export const search: TuningSearch = {
  dimensions: [
    { name: "mode", values: ["static", "dynamic"] },
    { name: "calibrator", values: ["mse", "min-max", "entropy"], when: { mode: ["static"] } },
  ],
  nodes,
  goal,
};

/** How much settings add to every loss. */
const factors: Readonly<Record<string, number>> = { mse: 1, "min-max": 1.5, entropy: 0.8 };

/** What a configuration gives: known beforehand, for every one of them. */
export function outcomeOf({ settings, float }: TuningConfig): TrialOutcome {
  const factor = settings["mode"] === "dynamic" ? 0.9 : (factors[String(settings["calibrator"])] ?? 1);
  const lost = losses.reduce((sum, loss, i) => sum + (float.includes(`node${i}`) ? 0 : loss), 0);
  const sizeBytes = nodes.reduce((sum, { name, weightBytes }) => sum + weightBytes / (float.includes(name) ? 1 : 4), 0);
  return { metric: 0.9 - factor * lost, objectives: { sizeBytes } };
}

/** All configurations there are, as finished trials: what brute force would find. */
export function everything({ dimensions, nodes: all }: TuningSearch = search): readonly Trial[] {
  const trials: Trial[] = [];
  const whole = { dimensions, nodes: all, goal };
  for (const settings of allSettings(whole))
    for (let mask = 0; mask < 2 ** all.length - 1; mask++) {
      const float = all.flatMap(({ name }, i) => ((mask >> i) & 1 ? [name] : []));
      const config = configOf(whole, settings, float);
      trials.push({ index: trials.length, config, outcome: outcomeOf(config), seconds: 0 });
    }
  return trials;
}

/** Runs a search over the landscape. */
export async function explore(
  options: Partial<TuneOptions> & Pick<TuneOptions, "strategy">,
  { of = search, store = memoryStore() }: { readonly of?: TuningSearch; readonly store?: JournalStore } = {},
): Promise<TuningResult> {
  const journal = await openJournal(store, { model: "landscape" }, async () => ({ search: of }));
  return tune({ journal, budget: { trials: 40 }, runTrial: async ({ config }) => outcomeOf(config), ...options });
}

/** Numbers between 0 and 1 from a seed. */
export const numbers = (count: number, seed: number): readonly number[] => {
  const next = seededRandom(seed);
  return Array.from({ length: count }, next);
};
