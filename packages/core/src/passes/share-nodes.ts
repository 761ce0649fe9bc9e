// Nodes that compute the same become one: the same operator on the same values, and small tensors of which inference
// tells that their elements are equal, such as the batch size taken from the shapes of two values.

import type { Attribute, Graph, Node } from "../graph/graph.ts";
import { hasBodies } from "../graph/names.ts";
import type { GraphDraft } from "../graph/edit.ts";
import { isInteger } from "../tensor/dtype.ts";
import { currentNodes, editLevels, type DraftLevel } from "./levels.ts";
import type { Pass } from "./pass.ts";

/** Operators that give something else each time. */
const random = new Set(
  "Bernoulli Dropout Multinomial RandomNormal RandomNormalLike RandomUniform RandomUniformLike".split(" "),
);

/** Merges nodes of one level that certainly give equal results. */
export const shareNodes: Pass = {
  name: "shareNodes",
  run: (graph: Graph) => editLevels(graph, share),
};

function share(level: DraftLevel): void {
  const byText = new Map<string, Node>();
  const byElements = new Map<string, string>();
  for (const node of currentNodes(level.draft)) {
    const text = textOf(node);
    const twin = text === undefined ? undefined : byText.get(text);
    if (twin && level.draft.has(twin) && merge(node, twin, level.draft)) continue;
    if (text !== undefined) byText.set(text, node);
    for (const name of node.outputs) shareElements(name, byElements, level);
  }
}

/** All that makes up a node but its names; undefined for one that may not be merged. */
function textOf({ op, domain, inputs, outputs, attributes, ...node }: Node): string | undefined {
  if (random.has(op) || domain !== "" || hasBodies({ ...node, op, domain, inputs, outputs, attributes }))
    return undefined;
  const values = Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (!values.every(([, value]) => isPlain(value))) return undefined;
  return JSON.stringify([op, inputs, outputs.map((name) => name === ""), values], exactly);
}

/** JSON has one text for 0 and -0, and none for NaN and what is infinite. */
function exactly(_: string, value: unknown): unknown {
  if (typeof value !== "number") return value;
  return Object.is(value, -0) ? "-0" : String(value);
}

function isPlain({ kind }: Attribute): boolean {
  return kind === "int" || kind === "ints" || kind === "float" || kind === "floats" || kind === "string";
}

/** The readers of a node read its twin. An output of the graph keeps its node. */
function merge(node: Node, twin: Node, draft: GraphDraft): boolean {
  if (node.outputs.some((name) => draft.isOutput(name))) return false;
  node.outputs.forEach((name, i) => {
    if (name !== "") draft.redirect(name, twin.outputs[i]!);
  });
  draft.remove(node);
  return true;
}

/** Readers of a tensor with known elements read the first one that has them. */
function shareElements(name: string, first: Map<string, string>, { draft, fact }: DraftLevel): void {
  const value = name === "" ? undefined : fact(name)?.value;
  const data = value && Array.from(value.data);
  if (!value || !data || data.includes(null) || draft.consumers(name).length === 0) return;
  if (!isInteger(value.dtype)) return;
  const key = JSON.stringify([value.dtype, value.shape, data]);
  const twin = first.get(key);
  if (twin === undefined) first.set(key, name);
  else draft.redirect(name, twin);
}
