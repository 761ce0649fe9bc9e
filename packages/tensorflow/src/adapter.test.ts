// The door both ways: an ONNX graph leaves in TensorFlow's formats and computes the same when it comes back.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { float32, GraphBuilder, sourceOf, type Graph } from "@tersor/core";
import { createExecutor } from "@tersor/onnx";
import { afterAll, describe, expect, it } from "vitest";
import { tensorflowAdapter } from "./adapter.ts";
import { relativeDifference } from "./test-support/differences.ts";
import { fixture } from "./test-support/stated.ts";

const executor = createExecutor({ inProcess: true });
const folder = mkdtempSync(join(tmpdir(), "tersor-adapter-"));
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await executor.dispose();
});

function small(): Graph {
  const to = GraphBuilder.start(17, ["y"]);
  const x = to.input("x", { kind: "tensor", dtype: "float32", shape: ["batch", 3] });
  const weight = to.weight(
    "w",
    sourceOf(
      float32(
        [3, 8],
        Float32Array.from({ length: 24 }, (_, i) => Math.sin(i)),
      ),
    ),
  );
  return to.finish("small", [{ name: "y", value: to.add("Relu", [to.add("MatMul", [x, weight])]) }]);
}

async function outputOf(graph: Graph) {
  const executable = await executor.compile(graph);
  const { y } = await executable.run({ x: float32([2, 3], [1, -2, 0.5, 0.1, 3, -1]) });
  await executable.dispose();
  return y!;
}

describe("a graph", () => {
  it.each<readonly [string, object, number]>([
    ["model.pb", {}, 1e-6],
    ["model", { format: "saved-model" }, 1e-6],
    ["web/", {}, 1e-6],
    ["web8", { format: "tfjs", weightType: "uint8" }, 0.02],
    ["web16", { format: "tfjs", weightType: "uint16" }, 1e-4],
    ["half", { format: "tfjs", weightType: "float16" }, 1e-3],
  ])("written to %s (%j) comes back", async (name, options, bound) => {
    const path = join(folder, name);
    const files = await tensorflowAdapter.write(small(), path, options);
    expect(files.every((file) => existsSync(file.path))).toBe(true);
    const read = await tensorflowAdapter.read(path);
    expect(relativeDifference(await outputOf(read), await outputOf(small()))).toBeLessThan(bound);
  });

  it.each(["model.xyz", "model.onnx"])("is not written to %s", async (name) => {
    await expect(tensorflowAdapter.write(small(), join(folder, name))).rejects.toThrow(
      expect.objectContaining({ code: "TENSORFLOW_OUTPUT_FORMAT" }),
    );
  });

  it("is not written over files, unless that is wished", async () => {
    const path = join(folder, "twice.pb");
    await tensorflowAdapter.write(small(), path);
    await expect(tensorflowAdapter.write(small(), path)).rejects.toThrow(
      expect.objectContaining({ code: "TENSORFLOW_OUTPUT_EXISTS" }),
    );
    await tensorflowAdapter.write(small(), path, { force: true });
  });

  it("is never written over the model it came from", async () => {
    const path = join(folder, "source.pb");
    await tensorflowAdapter.write(small(), path);
    const graph = await tensorflowAdapter.read(path);
    await expect(tensorflowAdapter.write(graph, path, { force: true })).rejects.toThrow(
      expect.objectContaining({ code: "TENSORFLOW_OUTPUT_IS_INPUT" }),
    );
  });
});

describe("the adapter", () => {
  it.each([
    ["saved_model", 3],
    ["checkpoint", 3],
    ["constants.pb", 1],
  ])("knows %s and its %i files", async (path, count) => {
    expect(await tensorflowAdapter.accepts(fixture(path))).toBe(true);
    expect(await tensorflowAdapter.files!(fixture(path))).toHaveLength(count);
  });

  it.each(["constants.json", "nothing.pb", ""])("leaves %j alone", async (path) => {
    expect(await tensorflowAdapter.accepts(fixture(path))).toBe(false);
  });

  it("reads a graph that knows where it came from", async () => {
    const graph = await tensorflowAdapter.read(fixture("saved_model"), { signature: "second" });
    expect(graph.path).toBe(fixture("saved_model"));
    expect(Object.fromEntries(graph.metadata)).toEqual({ framework: "tensorflow", format: "saved-model" });
  });
});
