// What a converted model is made of: operators and Transposes, beside the incumbent converter's file.
import { subgraphsOf, type Graph, type Node, type Subgraph } from "@tersor/core";
import { readModel as readOnnx } from "@tersor/onnx";
import type { Benchmark, Comparison } from "../row.ts";
import { convertedModels, type ConvertedModel } from "./bank.ts";
import { readModel } from "./fidelity.ts";

/** Operators may be a tenth more. */
const NODES = 1 / 1.1;

/** Two rows per model. */
export function structureRows(bank: string): readonly Benchmark[] {
  return convertedModels(bank).map((model) => ({ name: `structure/${model.name}`, run: () => compared(model) }));
}

async function compared(model: ConvertedModel): Promise<readonly Comparison[]> {
  const [ours, theirs] = [nodesOf(await readModel(model, model.formats[0]!)), nodesOf(await readOnnx(model.reference))];
  const transposes = (nodes: readonly Node[]) => nodes.filter(({ op }) => op === "Transpose").length;
  const row = (what: string, of: (nodes: readonly Node[]) => number, goal: number): Comparison => ({
    name: `structure/${model.name}: ${what}`,
    ours: of(ours),
    theirs: of(theirs),
    unit: what,
    better: "lower",
    goal,
  });
  return [row("nodes", ({ length }) => length, NODES), row("Transposes", transposes, 1)];
}

/** The operators of all levels; constants are no operators, whatever form they have. */
function nodesOf(graph: Graph | Subgraph): readonly Node[] {
  return graph.nodes
    .filter(({ op }) => op !== "Constant")
    .flatMap((node) => [node, ...subgraphsOf(node).flatMap((body) => nodesOf(body.graph))]);
}
