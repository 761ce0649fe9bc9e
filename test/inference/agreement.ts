// Holds inference against a run of onnxruntime: shapes, element types and followed elements of every tensor in between,
// with the inputs' shapes given as numbers and as the model's symbols. Bodies of If are seen by running the taken branch.
import {
  bindShapes,
  evaluateDim,
  inferTypes,
  isFloat,
  nameOfDim,
  numbersOf,
  type Dim,
  type Executor,
  type Fact,
  type Feeds,
  type Graph,
  type Inference,
  type Node,
  type Subgraph,
  type Tensor,
} from "@tersor/core";
import { expect } from "vitest";
import { flattenBranches } from "./taken-branches.ts";

/** A value that a run showed, with the operator that made it. */
interface Seen {
  readonly name: string;
  readonly op: string;
  readonly tensor: Tensor;
}

/** How many dimensions depend on data, by operator. */
export type OpenDims = Readonly<Record<string, number>>;

/** Expects that inference agrees with a run for each of the feeds, and leaves just these dimensions open. */
export async function expectAgreement(
  executor: Executor,
  graph: Graph,
  sets: readonly Feeds[],
  open: OpenDims,
): Promise<void> {
  const symbolic = inferTypes(graph);
  expect(symbolic.problems).toEqual([]);
  for (const feeds of sets) {
    const { seen, taken } = await observe(executor, graph, feeds);
    const inputs = Object.fromEntries(Object.entries(feeds).map(([name, { shape }]) => [name, shape]));
    const concrete = inferTypes(graph, { inputs });
    const { bindings } = bindShapes(symbolic, inputs);
    for (const [inference, known] of [[symbolic, bindings] as const, [concrete, new Map<string, number>()] as const]) {
      const found = compare(seen, factsOf(inference, taken), known);
      expect(found.wrong).toEqual([]);
      expect(found.open).toEqual(open);
    }
  }
}

async function observe(executor: Executor, source: Graph, feeds: Feeds) {
  const { graph, taken } = await flattenBranches(executor, source, feeds);
  const names = graph.nodes.flatMap(({ outputs }) => outputs.filter((name) => name !== ""));
  const model = await executor.compile(graph, { tap: names, optimization: "disabled" });
  const values = await model.run(feeds);
  await model.dispose();
  const opOf = new Map(source.nodes.flatMap((node) => node.outputs.map((name) => [name, node.op] as const)));
  const seen = graph.nodes.flatMap((node) => seenOf(node, values, opOf));
  expect(seen.length).toBe(names.length);
  return { seen, taken };
}

function seenOf(node: Node, values: Feeds, opOf: ReadonlyMap<string, string>): readonly Seen[] {
  return node.outputs.flatMap((name) => {
    const tensor = values[name];
    return tensor ? [{ name, op: opOf.get(name) ?? node.op, tensor }] : [];
  });
}

/** Facts by name, those of the taken branches too. */
function factsOf(inference: Inference, taken: readonly Subgraph[]): ReadonlyMap<string, Fact> {
  const bodies = taken.map((body) => inference.of(body)).filter((inner) => inner !== undefined);
  expect(bodies.length).toBe(taken.length);
  return new Map([...bodies.flatMap(({ types }) => [...types]), ...inference.types]);
}

/** A dimension of unknown size takes the first one that is seen; from there on it has to be right too. */
function compare(seen: readonly Seen[], facts: ReadonlyMap<string, Fact>, bindings: ReadonlyMap<string, number>) {
  const known = new Map(bindings);
  const wrong: unknown[] = [];
  const open: Record<string, number> = {};
  for (const { name, op, tensor } of seen) {
    const fact = facts.get(name);
    const { dtype, shape } = fact?.kind === "tensor" ? fact : {};
    shape?.forEach((dim, axis) => {
      const unknown = unknownName(dim);
      if (unknown === undefined || known.has(unknown)) return;
      known.set(unknown, tensor.shape[axis]!);
      open[op] = (open[op] ?? 0) + 1;
    });
    const sizes = shape?.map((dim) => evaluateDim(dim, known));
    const agrees = dtype === tensor.dtype && sizes?.join() === tensor.shape.join() && sameElements(fact, tensor, known);
    if (!agrees) wrong.push({ name, op, inferred: fact, dtype: tensor.dtype, shape: tensor.shape });
  }
  return { wrong, open };
}

/** Whether the elements that inference knows are those of the run: integers exactly, floats within 4 ulp. */
function sameElements(fact: Fact | undefined, tensor: Tensor, known: ReadonlyMap<string, number>): boolean {
  if (fact?.kind !== "tensor" || fact.value === undefined) return true;
  const run = numbersOf(tensor);
  const tolerance = isFloat(tensor.dtype) ? 4 * 2 ** -24 : 0;
  return Array.from(fact.value.data).every((element, i) => {
    const value = element === null ? undefined : evaluateDim(element, known);
    return value === undefined || Object.is(value, run[i]!) || Math.abs(value - run[i]!) <= tolerance * Math.abs(value);
  });
}

function unknownName(dim: Dim): string | undefined {
  const name = nameOfDim(dim);
  return name?.startsWith("?") ? name : undefined;
}
