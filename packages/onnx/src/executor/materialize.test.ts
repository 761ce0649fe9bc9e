// How a graph reaches the host: whatever the way, the host must get the bytes of the model as it is written.

import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { dropped, float32, nodeOf, sourceOf, type Graph } from "@tersor/core";
import { expect, it } from "vitest";
import { readModel } from "../read/model.ts";
import { modelBytes } from "../write/model.ts";
import { assemble } from "./assemble.ts";
import { materialize } from "./materialize.ts";
import { fixture } from "./oracle.fixture.ts";
import { withOutputs } from "./taps.ts";

it("gives the file of a graph that was not changed", async () => {
  const { source } = await materialize(await readModel(fixture("net")));
  expect(source).toEqual({ file: fixture("net") });
});

it("gives the pieces of a changed graph, weights as stretches of the file they lie in", async () => {
  const graph = withOutputs(await readModel(fixture("loop")), ["start"]);
  const { source } = await materialize(graph);
  if ("file" in source) return expect.unreachable();
  expect(source.pieces).toContainEqual(expect.objectContaining({ file: fixture("loop") }));
  expect(Buffer.compare(assemble(source.sizeBytes, source.pieces), modelBytes(graph))).toBe(0);
});

it("says when a file was cut since it was read", () => {
  const piece = { file: fixture("net"), start: 0, end: 1_000_000 };
  expect(() => assemble(1_000_000, [piece])).toThrow(expect.objectContaining({ code: "ONNX_FILE_CHANGED" }));
});

it("writes large weights that are in memory to a file for the while", async () => {
  const count = 1_100_000;
  const source = sourceOf(float32([count], new Float32Array(count).fill(0.5)));
  const type = { kind: "tensor", dtype: "float32", shape: [count] } as const;
  const graph: Graph = {
    name: "large",
    inputs: [{ name: "x", type }],
    outputs: [{ name: "y", type }],
    nodes: [nodeOf("Add", "add", ["x", "w"], ["y"])],
    weights: new Map([["w", { source, origin: dropped("made for this test") }]]),
    types: new Map(),
    opsets: new Map([["", 17]]),
    functions: [],
    metadata: new Map(),
  };
  const made = await materialize(graph);
  if (!("file" in made.source)) return expect.unreachable();
  expect(Buffer.compare(readFileSync(made.source.file), modelBytes(graph))).toBe(0);
  await made.discard();
  expect(existsSync(dirname(made.source.file))).toBe(false);
});
