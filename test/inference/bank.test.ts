// Shapes, element types and followed elements of every tensor in between, against onnxruntime: both test sets of every
// bank model, with the inputs' shapes given as numbers and as the model's symbols. Bodies of If are seen by running the taken branch.
import {
  bindShapes,
  evaluateDim,
  inferTypes,
  isFloat,
  nameOfDim,
  numbersOf,
  type Dim,
  type Fact,
  type Feeds,
  type Inference,
  type Node,
  type Subgraph,
  type Tensor,
} from "@tersor/core";
import { createExecutor, readModel } from "@tersor/onnx";
import { afterAll, describe, expect, it } from "vitest";
import { bankModels, modelFile, testFeeds } from "./bank.ts";
import { flattenBranches } from "./taken-branches.ts";

const executor = createExecutor();
afterAll(() => executor.dispose());

/** Dimensions that depend on data, by model and operator: all others must come out. */
const dataDependent: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  faster_rcnn: { NonZero: 6, NonMaxSuppression: 2, If: 2 },
  longformer_squad: { NonZero: 6, ConstantOfShape: 6, Slice: 4, Range: 1 },
  retinanet: { NonZero: 4, NonMaxSuppression: 1, If: 1 },
  ssd_resnet50: { NonMaxSuppression: 1 },
  ssdlite_tv: { NonZero: 8, NonMaxSuppression: 1, If: 1 },
};

/** A value that a run showed, with the operator that made it. */
interface Seen {
  readonly name: string;
  readonly op: string;
  readonly tensor: Tensor;
}

describe.skipIf(bankModels.length === 0)("inference agrees with onnxruntime (skipped without TERSOR_BANK)", () => {
  it.each(bankModels)("%s", { timeout: 120_000 }, async (model) => {
    const graph = await readModel(modelFile(model));
    const symbolic = inferTypes(graph);
    expect(symbolic.problems).toEqual([]);
    for (const feeds of testFeeds(model, graph)) {
      const { seen, taken } = await observe(graph, feeds);
      const inputs = Object.fromEntries(Object.entries(feeds).map(([name, { shape }]) => [name, shape]));
      const concrete = inferTypes(graph, { inputs });
      const { bindings } = bindShapes(symbolic, inputs);
      for (const [inference, known] of [
        [symbolic, bindings] as const,
        [concrete, new Map<string, number>()] as const,
      ]) {
        const { wrong, open } = compare(seen, factsOf(inference, taken), known);
        expect(wrong).toEqual([]);
        expect(open).toEqual(dataDependent[model] ?? {});
      }
    }
  });
});

async function observe(source: Parameters<typeof flattenBranches>[1], feeds: Feeds) {
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
