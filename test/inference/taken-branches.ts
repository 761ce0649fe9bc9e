// Makes the bodies of If observable: puts the nodes of the branch that a run takes in place of the If.
import {
  nodeOf,
  numbersOf,
  type Executor,
  type Feeds,
  type Graph,
  type Node,
  type Subgraph,
  type Weight,
} from "@tersor/core";

/** A graph without If, and the bodies that were put in. */
export interface Flattened {
  readonly graph: Graph;
  readonly taken: readonly Subgraph[];
  readonly skipped: readonly Subgraph[];
}

/** Flattens until no If is left; each round runs the model to see its conditions. */
export async function flattenBranches(executor: Executor, source: Graph, feeds: Feeds): Promise<Flattened> {
  let graph = source;
  const taken: Subgraph[] = [];
  const skipped: Subgraph[] = [];
  for (let ifs = ifsOf(graph); ifs.length > 0; ifs = ifsOf(graph)) {
    const conditions = ifs.map((node) => node.inputs[0]!);
    const model = await executor.compile(graph, { tap: conditions, optimization: "disabled" });
    const values = await model.run(feeds);
    await model.dispose();
    const weights = new Map<string, Weight>(graph.weights);
    const nodes = graph.nodes.flatMap((node) => {
      if (node.op !== "If") return [node];
      const holds = numbersOf(values[node.inputs[0]!]!)[0] !== 0;
      const branch = bodyOf(node, holds ? "then_branch" : "else_branch");
      taken.push(branch);
      skipped.push(bodyOf(node, holds ? "else_branch" : "then_branch"));
      for (const [name, weight] of branch.weights) weights.set(name, weight);
      return inlined(node, branch);
    });
    graph = { ...graph, nodes, weights };
  }
  return { graph, taken, skipped };
}

function ifsOf(graph: Graph): readonly Node[] {
  return graph.nodes.filter(({ op }) => op === "If");
}

function bodyOf(node: Node, attribute: string): Subgraph {
  const body = node.attributes[attribute];
  if (body?.kind !== "graph") throw new TypeError(`${node.name} has no ${attribute}`);
  return body.value;
}

function inlined(node: Node, branch: Subgraph): readonly Node[] {
  const results = branch.outputs.map(({ name }, i) =>
    nodeOf("Identity", `${node.name}/${i}`, [name], [node.outputs[i]!]),
  );
  return [...branch.nodes, ...results];
}
