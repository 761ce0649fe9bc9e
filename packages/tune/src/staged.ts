// Strategies as stages: a generator yields what to try next and is handed the results. It is run again from the start
// with each call, on results that are known by then, so a strategy keeps no state and a killed search goes on anywhere.

import type { Proposal, Trial, TuningNeed, TuningSearch, TuningStrategy } from "@tersor/core";
import { meets } from "./goal.ts";
import { configKey } from "./space.ts";

/** Results of proposals, in their order; undefined for one that an earlier success made needless. */
export type Results = readonly (Trial | undefined)[];

/** Part of a strategy: yields proposals, ends with what it found. */
export type Stages<T = void> = Generator<readonly Proposal[], T, Results>;

/** Stages that were run up to a batch whose results are not all known. */
interface Paused {
  readonly search: TuningSearch;
  readonly history: readonly Trial[];
  readonly run: Stages;
  readonly step: IteratorResult<readonly Proposal[], void>;
}

/**
 * Makes a strategy of stages. It is a pure function: stages that were paused are only gone on with where the history
 * begins with the very trials they have seen, which saves going over them again.
 */
export function staged(
  name: string,
  stages: (search: TuningSearch, random: () => number) => Stages,
  needs: readonly TuningNeed[] = [],
): TuningStrategy {
  let paused: Paused | undefined;
  const begin = (search: TuningSearch, random: () => number): Pick<Paused, "run" | "step"> => {
    const run = stages(search, random);
    return { run, step: run.next() };
  };
  return {
    name,
    needs,
    next: (search, history, random) => {
      const known = new Map(history.map((trial) => [configKey(trial.config), trial]));
      const from = paused !== undefined && continues(paused, search, history) ? paused : begin(search, random);
      const { run } = from;
      paused = undefined;
      for (let { step } = from; step.done !== true;) {
        const results = resultsOf(search, step.value, known);
        if ("found" in results) step = run.next(results.found);
        else {
          paused = { search, history: [...history], run, step };
          return results.missing;
        }
      }
      return [];
    },
  };
}

/** Whether a history is that of paused stages and what came after; one without trials could be of another seed. */
function continues(paused: Paused, search: TuningSearch, history: readonly Trial[]): boolean {
  if (paused.search !== search || paused.history.length === 0 || history.length < paused.history.length) return false;
  return paused.history.every((trial, i) => trial === history[i]);
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
