// Which operators bring error in: a node's output carries the error of its inputs and its own, so nodes are ranked by
// how much noise relative to signal they add, not by how noisy they are.

import type { CheckedTensor, Node, WorstOperator } from "@tersor/core";

/** The nodes that add most noise, worst first. `compared` are the tensors of a check, `nodes` those of the reference. */
export function worstOperators(
  nodes: readonly Node[],
  compared: readonly CheckedTensor[],
  count = 5,
): readonly WorstOperator[] {
  const byName = new Map(compared.map((tensor) => [tensor.name, tensor]));
  return nodes
    .flatMap((node) => judge(node, byName))
    .filter(({ added }) => added > 0)
    .sort((a, b) => b.added - a.added)
    .slice(0, count)
    .map(({ operator }) => operator);
}

function judge(node: Node, byName: ReadonlyMap<string, CheckedTensor>) {
  const output = worstOf(node.outputs, byName);
  if (!output) return [];
  const input = worstOf(node.inputs, byName);
  const inputSqnrDb = input?.sqnrDb ?? Infinity;
  const operator: WorstOperator = {
    node: node.name,
    op: node.op,
    tensor: output.name,
    sqnrDb: output.sqnrDb,
    inputSqnrDb,
  };
  return [{ operator, added: addedNoise(output.sqnrDb, inputSqnrDb) }];
}

/** Noise over signal of the output less that of the input; 0 when the input is already as bad as can be. */
export function addedNoise(sqnrDb: number, inputSqnrDb: number): number {
  if (inputSqnrDb === -Infinity) return 0;
  return 10 ** (-sqnrDb / 10) - 10 ** (-inputSqnrDb / 10);
}

/** The tensor with the least SQNR among `names`; elements that became NaN or infinite count as no signal at all. */
function worstOf(names: readonly string[], byName: ReadonlyMap<string, CheckedTensor>) {
  let worst: { readonly name: string; readonly sqnrDb: number } | undefined;
  for (const name of names) {
    const tensor = byName.get(name);
    if (tensor?.kind !== "float") continue;
    const sqnrDb = tensor.nonFinite > 0 ? -Infinity : tensor.sqnrDb;
    if (!worst || sqnrDb < worst.sqnrDb) worst = { name, sqnrDb };
  }
  return worst;
}
