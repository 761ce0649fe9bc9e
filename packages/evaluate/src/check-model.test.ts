import { float32, float32Of, int64, isTersorError, nodeOf, type Batches, type Feeds, type Graph } from "@tersor/core";
import { expect, test } from "vitest";
import { checkModel, type CheckOptions } from "./check-model.ts";
import { compareTensors } from "./compare-tensors.ts";
import { fakeExecutor, type FakeModel } from "./fake-executor.fixture.ts";
import { oracle } from "./oracle.fixture.ts";

const samples = [0, 1, 2].map((k): Feeds => ({
  x: float32([2, 5], oracle.comparison.reference.slice(k * 10, k * 10 + 10)),
}));
const feeds: Batches = {
  length: samples.length,
  async *[Symbol.asyncIterator]() {
    yield* samples;
  },
};

const map = (tensors: Feeds, name: string, change: (value: number, i: number) => number) =>
  float32(tensors[name]!.shape, float32Of(tensors[name]!).map(change));

/** x -> Identity -> a -> Gemm -> b -> Exp -> y, with a fault of the candidate's in one place. */
function chain(name: string, fault: "none" | "noise" | "nan" = "none"): { graph: Graph; model: FakeModel } {
  const graph: Graph = {
    name,
    inputs: [{ name: "x", type: { kind: "unknown" } }],
    outputs: [{ name: "y", type: { kind: "unknown" } }],
    nodes: [
      nodeOf("Identity", "copy", ["x"], ["a"]),
      nodeOf("Gemm", "gemm", ["a"], ["b"]),
      nodeOf("Exp", "exp", ["b"], ["y"]),
    ],
    weights: new Map(),
    types: new Map(),
    opsets: new Map([["", 17]]),
    functions: [],
    metadata: new Map(),
  };
  const gemm = (value: number, i: number) =>
    fault === "none" ? value : fault === "nan" ? NaN : value + (i % 2 ? 0.7 : -0.7);
  const run = (input: Feeds): Feeds => {
    const a = map(input, "x", (value) => (name === "candidate" ? value + 0.001 : value));
    const b = map({ a }, "a", gemm);
    return { a, b, y: map({ b }, "b", Math.exp) };
  };
  return { graph, model: { run, outputs: ["y"] } };
}

function check(candidate: ReturnType<typeof chain>, more: Partial<CheckOptions> = {}) {
  const reference = chain("reference");
  const executor = fakeExecutor({ reference: reference.model, candidate: candidate.model });
  const result = checkModel({
    executor,
    reference: reference.graph,
    candidate: candidate.graph,
    batches: feeds,
    ...more,
  });
  return { executor, result };
}

test("a close model passes, with its outputs compared over all feeds", async () => {
  const { result, executor } = check(chain("candidate"));
  const found = await result;
  expect(found).toMatchObject({ ok: true, failing: [], samples: 3, minSqnrDb: 10 });
  expect(found.outputs).toMatchObject([{ name: "y", kind: "float", elements: 30, nonFinite: 0 }]);
  expect(found).not.toHaveProperty("tensors");
  expect(executor.log.filter((line) => line.startsWith("dispose"))).toEqual(["dispose candidate", "dispose reference"]);
});

test("tapped tensors are compared, and those that one graph does not have are told", async () => {
  const found = await check(chain("candidate"), { tap: ["a", "gone"] }).result;
  expect(found.tensors).toMatchObject([
    { name: "a", kind: "float", elements: 30 },
    { name: "gone", kind: "not-comparable", reason: "the reference has no value of this name" },
  ]);
});

test("a failing check names the operator that brought the error in", async () => {
  const found = await check(chain("candidate", "noise"), { minSqnrDb: 20 }).result;
  expect(found.ok).toBe(false);
  expect(found.failing).toEqual([{ name: "y", reason: expect.stringMatching(/^SQNR is .* dB, less than 20 dB$/) }]);
  expect(found.worstOperators![0]).toMatchObject({ node: "gemm", op: "Gemm", tensor: "b" });
  expect(found.worstOperators![0]!.inputSqnrDb).toBeGreaterThan(40);
});

test("of files, the graphs they were made from say what failed", async () => {
  const [reference, candidate] = [chain("reference"), chain("candidate", "noise")];
  const models = { reference: reference.model, candidate: candidate.model };
  const executor = fakeExecutor({ ...models, "a.onnx": reference.model, "b.onnx": candidate.model });
  const files = { reference: { file: "a.onnx" }, candidate: { file: "b.onnx" } };
  const diagnose = { reference: reference.graph, candidate: candidate.graph };
  const found = await checkModel({ executor, ...files, batches: feeds, minSqnrDb: 20, diagnose, tap: ["gone"] });
  expect(found.worstOperators![0]).toMatchObject({ node: "gemm" });
  expect(found.tensors).toContainEqual(expect.objectContaining({ name: "gone", kind: "not-comparable" }));
  expect(executor.log.slice(0, 2)).toEqual(["compile a.onnx", "compile b.onnx"]);
  const blind = await checkModel({ executor, ...files, batches: feeds, minSqnrDb: 20 });
  expect(blind).toMatchObject({ ok: false });
  expect(blind.worstOperators).toBeUndefined();
});

test("only suspects are named, and nothing is looked into when that is not wanted", async () => {
  const some = await check(chain("candidate", "noise"), { minSqnrDb: 90, suspects: (node) => node.op === "Identity" })
    .result;
  expect(some.worstOperators!.map(({ node }) => node)).toEqual(["copy"]);
  const none = await check(chain("candidate", "noise"), { minSqnrDb: 90, diagnose: false }).result;
  expect(none.worstOperators).toBeUndefined();
});

test("NaN fails the check and its operator comes first", async () => {
  const found = await check(chain("candidate", "nan")).result;
  expect(found.failing).toEqual([{ name: "y", reason: "30 elements became NaN or infinite" }]);
  expect(found.worstOperators![0]).toMatchObject({ node: "gemm", sqnrDb: -Infinity });
});

test("lists of different length are not comparable, yet checked for NaN", async () => {
  const reference: FakeModel = { run: () => ({ boxes: float32([2, 4], new Float32Array(8)), ids: int64([1], [3]) }) };
  const lists = (value: number): FakeModel => ({
    run: () => ({ boxes: float32([1, 4], [0, 0, 0, value]), ids: int64([1], [4]) }),
  });
  const executor = fakeExecutor({ reference, fine: lists(0), broken: lists(NaN) });
  const options = { executor, reference: { file: "reference" }, batches: feeds };
  const fine = await checkModel({ ...options, candidate: { file: "fine" } });
  expect(fine.ok).toBe(true);
  expect(fine.outputs).toEqual([
    { name: "boxes", kind: "not-comparable", reason: "the reference has shape [2, 4], the other [1, 4]", nonFinite: 0 },
    { name: "ids", kind: "exact", matchRate: 0, elements: 3 },
  ]);
  const broken = await checkModel({ ...options, candidate: { file: "broken" } });
  expect(broken.failing).toEqual([{ name: "boxes", reason: "3 elements became NaN or infinite" }]);
});

test("an output that is no tensor is told", async () => {
  const model: FakeModel = { run: (input) => ({ y: input["x"]! }), outputs: ["y"], lists: ["scores"] };
  const executor = fakeExecutor({ m: model });
  const found = await checkModel({ executor, reference: { file: "m" }, candidate: { file: "m" }, batches: feeds });
  expect(found.outputs).toMatchObject([{ name: "y" }, { name: "scores", reason: "it is a sequence, not a tensor" }]);
});

test("an output that the candidate lost is told", async () => {
  const executor = fakeExecutor({
    reference: { run: (input) => ({ y: input["x"]!, z: input["x"]! }) },
    candidate: { run: (input) => ({ y: input["x"]! }) },
  });
  const found = await checkModel({
    executor,
    reference: { file: "reference" },
    candidate: { file: "candidate" },
    batches: feeds,
  });
  expect(found.outputs[1]).toMatchObject({ name: "z", kind: "not-comparable" });
});

test("many taps are compared in several walks that hold the byte limit", async () => {
  const values = Array.from({ length: 30 }, (_, i) => `v${i}`);
  const run = (input: Feeds): Feeds => ({
    y: input["x"]!,
    ...Object.fromEntries(values.map((name) => [name, input["x"]!])),
  });
  const model: FakeModel = { run, outputs: ["y"] };
  const executor = fakeExecutor({ reference: model, candidate: model });
  const options = {
    executor,
    reference: { file: "reference" },
    candidate: { file: "candidate" },
    batches: feeds,
    tap: values,
  };
  const found = await checkModel({ ...options, maxTapBytes: 500 });
  expect(found.tensors!.map(({ name }) => name)).toEqual(values);
  const groups = executor.log.flatMap(
    (line) => line.match(/^compile reference tap=(.*)$/)?.[1]?.split(",").length ?? [],
  );
  expect(groups[0]).toBe(8);
  expect(Math.max(...groups.slice(1))).toBeLessThanOrEqual(6);
});

test("an aborted check rejects and lets both models go", async () => {
  const { result, executor } = check(chain("candidate"), { signal: AbortSignal.abort() });
  await expect(result).rejects.toThrow();
  expect(executor.log.filter((line) => line.startsWith("dispose"))).toHaveLength(2);
});

test("without feeds there is no check", async () => {
  const none: Batches = { async *[Symbol.asyncIterator]() {} };
  await expect(check(chain("candidate"), { batches: none }).result).rejects.toSatisfy((error) =>
    isTersorError(error, "EVALUATE_NO_SAMPLES"),
  );
});

test("the comparison of a walk is that of the tensors put together", async () => {
  const found = await check(chain("candidate")).result;
  const whole = (shift: number) =>
    float32(
      [6, 5],
      oracle.comparison.reference.map((value) => Math.exp(Math.fround(value + shift))),
    );
  const { sqnrDb } = compareTensors(whole(0), whole(0.001)) as { sqnrDb: number };
  expect(found.outputs[0]).toMatchObject({ sqnrDb: expect.closeTo(sqnrDb, 4) });
});
