// Raises a model to a later version of ONNX's own operator set. Each rule rewrites the operators that one version
// changed (onnx/docs/Changelog.md), and rules run version by version, so that what one of them makes the next can rewrite.
// Everything without a rule only got wider types or new attributes whose defaults say what was meant before.

import { supportedOpsets } from "../graph/verify.ts";
import type { Graph } from "../graph/graph.ts";
import { standardOps } from "../ops/index.ts";
import { opRegistry, type OpRegistry } from "../ops/registry.ts";
import { opsetUnsupported } from "../errors.ts";
import { editLevels, type DraftLevel } from "./levels.ts";
import { axesRules } from "./raise-opset/axes.ts";
import { inputRules } from "./raise-opset/inputs.ts";
import { meaningRules } from "./raise-opset/meaning.ts";
import { resizeRules } from "./raise-opset/resize.ts";
import { refuse, type RaiseRule } from "./raise-opset/rule.ts";
import { softmaxRule } from "./raise-opset/softmax.ts";

const rules: readonly RaiseRule[] = [...axesRules, ...inputRules, ...meaningRules, ...resizeRules, softmaxRule];

/**
 * The model in version `version` of ONNX's own operator set, bodies included; the same object when it has it already.
 * Local functions state versions of their own and stay as they are.
 * @throws CORE_OPSET_RAISE naming the node that has no counterpart; CORE_OPSET_UNSUPPORTED above the supported versions.
 */
export function raiseOpset(graph: Graph, version: number): Graph {
  const current = graph.opsets.get("");
  if (current === undefined || current >= version) return graph;
  const { from, to } = supportedOpsets;
  if (!Number.isInteger(version) || version > to) throw opsetUnsupported(version, from, to);
  const raised = editLevels(graph, (level) => raiseLevel(level, graph, version));
  return { ...raised, opsets: new Map([...graph.opsets, ["", version]]) };
}

function raiseLevel(level: DraftLevel, graph: Graph, version: number): void {
  refuseStrangers(level, graph, version);
  for (let step = level.opset + 1; step <= version; step++) {
    const due = new Map(
      rules.filter((rule) => rule.version === step).flatMap((rule) => rule.ops.map((op) => [op, rule])),
    );
    if (due.size === 0) continue;
    for (const node of level.draft.nodes()) if (node.domain === "") due.get(node.op)?.raise(node, level);
  }
}

let known: OpRegistry | undefined;

/** What an operator means in the next version can be said only of operators that are known. */
function refuseStrangers({ draft }: DraftLevel, graph: Graph, version: number): void {
  known ??= opRegistry(standardOps);
  const functions = new Set(graph.functions.filter(({ domain }) => domain === "").map(({ name }) => name));
  for (const node of draft.nodes()) {
    if (node.domain !== "" || functions.has(node.op) || known.find("", node.op)) continue;
    throw refuse(node, version, "the operator is not known, so its later meaning is not either");
  }
}
