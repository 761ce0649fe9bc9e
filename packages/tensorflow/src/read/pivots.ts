// The one use of control edges: constants have no data to tell by in which loop or branch of TensorFlow 1 they are.

import { nodeOfReference, type DraftNode } from "../graphdef/draft.ts";
import type { Level } from "../graphdef/inline.ts";

/**
 * What a constant waits for tells which loop or which branch of TensorFlow 1 it belongs to: a Merge or a Switch, behind
 * Identity and NoOp. All else that nodes wait for is of no effect on results.
 */
export function pivotsOf({ op, control }: DraftNode, level: Level): readonly string[] {
  return op === "Const" || op === "NoOp" ? control.filter((name) => isPivot(name, level)) : [];
}

const MAX_PIVOT_DEPTH = 8;

function isPivot(name: string, level: Level, depth = 0): boolean {
  const node = level.nodes.get(name);
  if (node === undefined || depth > MAX_PIVOT_DEPTH) return false;
  if (/^(Ref)?(Switch|Merge)$|^_SwitchN$/.test(node.op)) return true;
  const before = node.op === "NoOp" ? node.control : node.op === "Identity" ? node.inputs.map(nodeOfReference) : [];
  return before.slice(0, MAX_PIVOT_DEPTH).some((next) => isPivot(next, level, depth + 1));
}
