// conservative: starts from the float model and quantizes one type of operators at a time, convolutions first, then
// matrix products, then the rest; a type stays quantized when the goal still holds.

import type { Trial, TuningSearch } from "@tersor/core";
import { meets } from "../goal.ts";
import { defaultSettings, groupNodes, namesIn, propose, type Unit } from "../space.ts";
import { staged, type Stages } from "../staged.ts";

/** Types of operators in the order in which they are quantized. */
function typesInOrder({ nodes }: TuningSearch): readonly Unit[] {
  const rank = ({ name }: Unit): number => (name.includes("Conv") ? 0 : /MatMul|Gemm/.test(name) ? 1 : 2);
  return [...groupNodes(nodes, ({ op }) => op)].sort((a, b) => rank(a) - rank(b));
}

/** Quantizes type after type; gives the last trial that met the goal. */
export function* conservativeStages(search: TuningSearch): Stages<Trial | undefined> {
  let best: Trial | undefined;
  let float = typesInOrder(search);
  for (const type of float) {
    const rest = float.filter((other) => other !== type);
    const [trial] = yield [propose(search, defaultSettings(search), namesIn(rest), `${type.name} quantized too`)];
    if (trial !== undefined && meets(search.goal, trial)) [best, float] = [trial, rest];
  }
  return best;
}

/** Type by type from the float model. */
export const conservative = staged("conservative", function* (search) {
  yield* conservativeStages(search);
});
