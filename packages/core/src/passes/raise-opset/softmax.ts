// Softmax, LogSoftmax and Hardmax took all axes from `axis` on as one before version 13, and take one axis since.
//
//   x ─┬─ Flatten(axis) ── Softmax(-1) ── Reshape ── y
//      └─ Shape ─────────────────────────────┘

import { attribute, nodeOf, type Node } from "../../graph/graph.ts";
import type { DraftLevel } from "../levels.ts";
import { intOf, type RaiseRule } from "./rule.ts";

export const softmaxRule: RaiseRule = {
  version: 13,
  ops: ["Softmax", "LogSoftmax", "Hardmax"],
  raise: (node, level) => {
    const axis = intOf(node, "axis") ?? 1;
    if (isLast(axis, node, level))
      level.draft.update(node, { attributes: { ...node.attributes, axis: attribute.int(axis) } });
    else wrap(node, axis, level);
  },
};

function isLast(axis: number, node: Node, { fact }: DraftLevel): boolean {
  const rank = fact(node.inputs[0]!)?.shape?.length;
  return axis === -1 || axis + 1 === rank;
}

function wrap(node: Node, axis: number, { draft }: DraftLevel): void {
  const [x, y] = [node.inputs[0]!, node.outputs[0]!];
  const [shape, rows, result] = ["shape", "rows", "flat"].map((part) => draft.fresh(`${y}_${part}`)) as [
    string,
    string,
    string,
  ];
  const last = { ...node.attributes, axis: attribute.int(-1) };
  draft.replace(
    node,
    nodeOf("Shape", shape, [x], [shape]),
    nodeOf("Flatten", rows, [x], [rows], { axis: attribute.int(axis) }),
    { ...node, inputs: [rows], outputs: [result], attributes: last },
    nodeOf("Reshape", `${y}_reshaped`, [result, shape], [y]),
  );
}
