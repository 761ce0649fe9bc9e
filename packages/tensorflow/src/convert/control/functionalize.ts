// Control flow in one form: While, If and Case with functions, whatever version of TensorFlow wrote it.

import type { TensorFlowFunction, TensorFlowGraph } from "../../graphdef/graph.ts";
import { extractBranches } from "./branches.ts";
import { extractLoops } from "./frames.ts";
import { freshName } from "./order.ts";
import { pruneLoops } from "./prune.ts";

const v1 = new Set(["Enter", "RefEnter", "Switch", "RefSwitch", "Merge", "RefMerge"]);

/**
 * Turns frames and switches of TensorFlow 1 into While and If, and drops what loops carry in vain.
 * The same graph when it has no loops and no conditions.
 * @throws TENSORFLOW_CONTROL_FLOW where they have no such form.
 */
export function functionalize(graph: TensorFlowGraph): TensorFlowGraph {
  const levels = [graph, ...graph.functions.values()];
  const hasV1 = levels.some(({ nodes }) => nodes.some(({ op }) => v1.has(op)));
  if (!hasV1 && graph.functions.size === 0) return graph;
  const functions = new Map(graph.functions);
  for (const called of graph.functions.values())
    functions.set(called.name, extracted(called, functions, `${called.name}/`));
  const { nodes, outputs } = extracted(graph, functions);
  return pruneLoops({ ...graph, nodes, outputs, functions });
}

/** The level without constructs of TensorFlow 1; new functions join `functions`. */
function extracted(
  level: TensorFlowFunction,
  functions: Map<string, TensorFlowFunction>,
  prefix = "",
): TensorFlowFunction {
  if (!level.nodes.some(({ op }) => v1.has(op))) return level;
  const nameFunction = (wish: string): string => {
    const name = freshName(`${prefix}${wish}`, functions);
    functions.set(name, level);
    return name;
  };
  const loops = extractLoops(level, nameFunction);
  const result = extractBranches(loops.level, nameFunction);
  for (const called of [...loops.functions, ...result.functions])
    functions.set(called.name, extracted(called, functions, `${called.name}/`));
  // What constants waited for has served: it told their branches.
  return { ...result.level, nodes: result.level.nodes.map((node) => ({ ...node, control: [] })) };
}
