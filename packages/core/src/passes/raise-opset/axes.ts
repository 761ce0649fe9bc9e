// Axes became an input: of Squeeze, Unsqueeze and ReduceSum in version 13, of the other reductions in version 18.

import type { RaiseRule } from "./rule.ts";
import { intsFor, intsOf, trimmed, without } from "./rule.ts";

function axesToInput(version: number, ops: readonly string[]): RaiseRule {
  return {
    version,
    ops,
    raise: (node, { draft }) => {
      const axes = intsOf(node, "axes");
      const given = axes?.length === 0 ? undefined : axes;
      draft.update(node, {
        inputs: trimmed([node.inputs[0]!, intsFor(draft, node, "axes", given)]),
        attributes: without(node, "axes"),
      });
    },
  };
}

export const axesRules: readonly RaiseRule[] = [
  axesToInput(13, ["Squeeze", "Unsqueeze", "ReduceSum"]),
  axesToInput(18, [
    "ReduceL1",
    "ReduceL2",
    "ReduceLogSum",
    "ReduceLogSumExp",
    "ReduceMax",
    "ReduceMean",
    "ReduceMin",
    "ReduceProd",
    "ReduceSumSquare",
  ]),
];
