// Small models of every format, read, converted and run. Oracle: outputs and variables from TensorFlow 2.15.
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importPasses, runPasses, type Graph } from "@tersor/core";
import { createExecutor } from "@tersor/onnx";
import { afterAll, describe, expect, it } from "vitest";
import { convertGraph } from "../convert/convert.ts";
import type { TensorFlowGraph } from "../graphdef/graph.ts";
import { relativeDifference } from "../test-support/differences.ts";
import { fixture, stated, tensorOfStated, type StatedModel, type StatedRun } from "../test-support/stated.ts";
import { writeSavedModel } from "../write/saved-model.ts";
import { writeTfjsGraphModel } from "../tfjs/write.ts";
import { formatOf, readTensorFlow } from "./read.ts";

const executor = createExecutor({ inProcess: true });
const folder = mkdtempSync(join(tmpdir(), "tersor-read-"));
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await executor.dispose();
});

async function expectRun(graph: Graph, { inputs, outputs }: StatedRun): Promise<void> {
  const executable = await executor.compile(graph);
  const feeds = Object.fromEntries(Object.entries(inputs).map(([name, one]) => [name, tensorOfStated(one)]));
  const found = await executable.run(feeds);
  for (const [name, one] of Object.entries(outputs))
    expect(relativeDifference(found[name], tensorOfStated(one)), name).toBeLessThan(1e-5);
  await executable.dispose();
}

const converted = (graph: TensorFlowGraph): Graph => runPasses(convertGraph(graph), importPasses);

/** The values of the constants that were variables, by the variable's name. */
function variablesOf(graph: TensorFlowGraph): Readonly<Record<string, unknown>> {
  const all = [graph, ...graph.functions.values()].flatMap(({ nodes }) => nodes);
  return Object.fromEntries(
    all.flatMap(({ name, attributes }) => {
      const variable = graph.variables.get(name);
      const value = attributes["value"];
      return variable !== undefined && value?.kind === "tensor" ? [[variable, value.value.tensor()]] : [];
    }),
  );
}

describe("a SavedModel of TensorFlow 2", () => {
  const path = fixture("saved_model");
  const { runs, variables } = stated<StatedModel>("saved_model.json");

  it.each(Object.keys(runs))("by its signature %s", async (signature) => {
    const graph = readTensorFlow(path, { signature });
    expect(graph.inputs.map(({ name }) => name)).toEqual(Object.keys(runs[signature]!.inputs));
    expect(graph.outputs.map(({ name }) => name).sort()).toEqual(Object.keys(runs[signature]!.outputs).sort());
    await expectRun(converted(graph), runs[signature]!);
  });

  it("has its variables as constants, captured ones of loops too", () => {
    const found = variablesOf(readTensorFlow(join(path, "saved_model.pb")));
    for (const [name, value] of Object.entries(variables))
      expect(found[`${name}/.ATTRIBUTES/VARIABLE_VALUE`], name).toEqual(tensorOfStated(value));
  });

  it("keeps only functions that loops and conditions call", () => {
    const graph = readTensorFlow(path);
    const ops = new Set([graph, ...graph.functions.values()].flatMap(({ nodes }) => nodes.map(({ op }) => op)));
    for (const gone of ["PartitionedCall", "StatefulPartitionedCall", "VarHandleOp", "ReadVariableOp", "NoOp"])
      expect(ops).not.toContain(gone);
    expect(graph.functions.size).toBe(4);
  });

  it.each<[string, object, string]>([
    ["a signature it does not have", { signature: "other" }, "TENSORFLOW_SIGNATURE_MISSING"],
    ["tags it does not have", { tags: ["gpu"] }, "TENSORFLOW_TAGS_MISSING"],
    ["an output it does not have", { outputs: ["nothing"] }, "TENSORFLOW_TENSOR_MISSING"],
  ])("refuses %s", (_, options, code) => {
    expect(() => readTensorFlow(path, options)).toThrow(expect.objectContaining({ code }));
  });

  it("that looks words up says so", () => {
    expect(() => readTensorFlow(fixture("lookup"))).toThrow(expect.objectContaining({ code: "TENSORFLOW_TABLE" }));
  });
});

describe("a checkpoint of TensorFlow 1", () => {
  const { runs, variables } = stated<StatedModel>("checkpoint.json");

  it.each([
    "checkpoint",
    "checkpoint/checkpoint",
    "checkpoint/model",
    "checkpoint/model.meta",
    "checkpoint/model.index",
  ])("at %s", async (path) => {
    expect(formatOf(fixture(path))).toBe("checkpoint");
    const graph = readTensorFlow(fixture(path));
    expect(graph.outputs).toEqual([{ name: "y", tensor: "y:0" }]);
    await expectRun(converted(graph), runs[""]!);
  });

  it("gives the parts of a partitioned variable names of their own", () => {
    const found = variablesOf(readTensorFlow(fixture("checkpoint")));
    expect(Object.keys(found).sort()).toEqual([
      "parted:0,2:0,4",
      "parted:2,2:0,4",
      "parted:4,1:0,4",
      "resource",
      "whole",
    ]);
    expect(found["whole"]).toEqual(tensorOfStated(variables["whole"]!));
  });

  it("without its graph is not a model", () => {
    const where = fixture("saved_model/variables/variables.index");
    expect(() => readTensorFlow(where)).toThrow(
      expect.objectContaining({ code: "TENSORFLOW_NOT_A_MODEL", message: expect.stringContaining(".meta") as unknown }),
    );
  });
});

describe("what was read", () => {
  const graph = readTensorFlow(fixture("checkpoint"));
  const run = stated<StatedModel>("checkpoint.json").runs[""]!;

  it("as a SavedModel reads the same", async () => {
    await writeSavedModel(graph, join(folder, "saved"));
    await expectRun(converted(readTensorFlow(join(folder, "saved"))), run);
  });

  it("as a TensorFlow.js model reads the same", async () => {
    await writeTfjsGraphModel(graph, join(folder, "tfjs"));
    await expectRun(converted(readTensorFlow(join(folder, "tfjs"))), run);
  });

  it("can begin at the result of a call", () => {
    const call = "StatefulPartitionedCall";
    const part = readTensorFlow(fixture("saved_model"), { inputs: [call], outputs: [call] });
    expect(part.nodes).toEqual([]);
    expect(part.inputs[0]).toMatchObject({ name: call, tensor: part.outputs[0]!.tensor });
  });

  it("can begin and end at tensors in between", () => {
    const part = readTensorFlow(fixture("checkpoint"), { inputs: ["x"], outputs: ["add"] });
    expect(part.nodes.map(({ op }) => op)).not.toContain("Enter");
    expect(part.nodes.at(-1)!.name).toBe("add");
  });
});

it("a graph that was given the name of a SavedModel's file is read as what it is", () => {
  const path = join(folder, "saved_model.pb");
  copyFileSync(fixture("constants.pb"), path);
  expect([formatOf(path), formatOf(join(fixture("saved_model"), "saved_model.pb"))]).toEqual(["frozen", "saved-model"]);
});
