// exhaustive: all settings with all types of operators quantized, then with one type left float, two, and so on.

import type { Proposal, TuningSearch } from "@tersor/core";
import { allSettings, groupNodes, namesIn, propose, type Unit } from "../space.ts";
import { staged } from "../staged.ts";

const BATCH = 4;

/** The full product of settings and types of operators, the most quantized first. */
export const exhaustive = staged("exhaustive", function* (search) {
  let batch: Proposal[] = [];
  for (const proposal of product(search)) {
    batch.push(proposal);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
});

function* product(search: TuningSearch): Generator<Proposal> {
  const types = groupNodes(search.nodes, ({ op }) => op);
  for (let count = 0; count < Math.max(1, types.length); count++)
    for (const float of subsets(types, count))
      for (const settings of allSettings(search)) yield propose(search, settings, namesIn(float), noteOf(float));
}

function noteOf(float: readonly Unit[]): string {
  return float.length === 0 ? "all operators" : `${float.map(({ name }) => name).join(", ")} float`;
}

/** All subsets of a size, in the order of the list. */
export function* subsets<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  if (size === 0) return yield [];
  for (let i = 0; i + size <= list.length; i++)
    for (const rest of subsets(list.slice(i + 1), size - 1)) yield [list[i]!, ...rest];
}
