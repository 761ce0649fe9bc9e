// Strategies as stages: a generator yields what to try next and is handed the results. It is run again from the start
// with each call, on results that are known by then, so a strategy keeps no state and a killed search goes on anywhere.

import type { Proposal, Trial, TuningNeed, TuningSearch, TuningStrategy } from "@tersor/core";
import { meets } from "./goal.ts";
import { configKey } from "./space.ts";

/** Results of proposals, in their order; undefined for one that an earlier success made needless. */
export type Results = readonly (Trial | undefined)[];

/** Part of a strategy: yields proposals, ends with what it found. */
export type Stages<T = void> = Generator<readonly Proposal[], T, Results>;

/** Makes a strategy of stages. */
export function staged(
  name: string,
  stages: (search: TuningSearch, random: () => number) => Stages,
  needs: readonly TuningNeed[] = [],
): TuningStrategy {
  return {
    name,
    needs,
    next: (search, history, random) => {
      const known = new Map(history.map((trial) => [configKey(trial.config), trial]));
      const run = stages(search, random);
      for (let step = run.next(); step.done !== true;) {
        const results = resultsOf(search, step.value, known);
        if ("missing" in results) return results.missing;
        step = run.next(results.found);
      }
      return [];
    },
  };
}

/** Results of a batch, or what has to be tried before they are known. */
function resultsOf(
  { goal }: TuningSearch,
  proposals: readonly Proposal[],
  known: ReadonlyMap<string, Trial>,
): { readonly found: Results } | { readonly missing: readonly Proposal[] } {
  const found: (Trial | undefined)[] = [];
  const missing = new Map<string, Proposal>();
  let met = false;
  for (const proposal of proposals) {
    const key = configKey(proposal.config);
    const trial = met && proposal.unlessMet ? undefined : known.get(key);
    if (trial === undefined && !(met && proposal.unlessMet) && !missing.has(key)) missing.set(key, proposal);
    met ||= meets(goal, trial);
    found.push(trial);
  }
  return missing.size > 0 ? { missing: [...missing.values()] } : { found };
}
