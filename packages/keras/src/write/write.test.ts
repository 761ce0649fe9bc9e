// Writing back: new weights are in the file and nothing else has changed; read again, the model computes with them.
// That Keras itself opens what is written is shown by tools/check-keras-files.py.

import { readFileSync } from "node:fs";
import { bytesOf, float32Of, sourceOf, tensorFromNumbers, type Graph, type Weight } from "@tersor/core";
import { afterAll, describe, expect, it } from "vitest";
import { readKeras } from "../read/read.ts";
import { openH5 } from "../store/h5.ts";
import { unzip } from "../store/zip.ts";
import { difference, run, Scratch, storedRun } from "../test-support/fixtures.ts";
import { writeKeras } from "./write.ts";

const scratch = new Scratch();
afterAll(() => scratch.remove());

/** The graph with each weight that has a way home halved. */
function halved(graph: Graph): Graph {
  const weights = Array.from(graph.weights, ([name, weight]): [string, Weight] => {
    const { source, origin } = weight;
    if (origin.kind === "dropped" || source.dtype !== "float32") return [name, weight];
    const numbers = float32Of(source.tensor()).map((element) => element / 2);
    return [name, { origin, source: sourceOf(tensorFromNumbers("float32", source.shape, numbers)) }];
  });
  return { ...graph, weights: new Map(weights) };
}

describe.each([
  ["nested", "nested.h5", "written.h5"],
  ["nested", "nested.keras", "written.keras"],
  ["keras3", "keras3.keras", "written3.keras"],
  ["sequences", "sequences.h5", "written-sequences.h5"],
])("%s from %s", (name, file, target) => {
  it("comes back with the new weights", async () => {
    const graph = await readKeras(scratch.fixture(file));
    const changed = halved(graph);
    const path = scratch.file(target);
    const files = await writeKeras(changed, path);
    expect(files).toEqual([{ path, sizeBytes: readFileSync(path).length }]);
    const again = await readKeras(path);
    const { feeds } = await storedRun(scratch, name);
    const [expected, found] = [await run(changed, feeds), await run(again, feeds)];
    for (const [i, output] of found.entries()) expect(difference(output, expected[i]!)).toBeLessThan(1e-5);
    const before = await run(graph, feeds);
    expect(found.some((output, i) => difference(output, before[i]!) > 0.01)).toBe(true);
  });
});

it("an .h5 file keeps what is no weight: configuration, training state, attributes", async () => {
  const source = scratch.fixture("sequential.h5");
  const target = scratch.file("kept.h5");
  await writeKeras(halved(await readKeras(source)), target);
  const [before, after] = [await openH5(source), await openH5(target)];
  expect([...after.datasets.keys()]).toEqual([...before.datasets.keys()]);
  expect(after.attribute("", "model_config")).toBe(before.attribute("", "model_config"));
  const optimizer = [...before.datasets.keys()].filter((path) => path.startsWith("optimizer_weights/"));
  expect(optimizer.length).toBeGreaterThan(4);
  for (const path of optimizer)
    expect(bytesOf(after.datasets.get(path)!.source.tensor())).toEqual(
      bytesOf(before.datasets.get(path)!.source.tensor()),
    );
});

it("a graph without changes gives the same file, and the archive the same entries", async () => {
  for (const name of ["nested.h5", "nested.keras"]) {
    const source = scratch.fixture(name);
    const target = scratch.file(`same-${name}`);
    await writeKeras(await readKeras(source), target);
    if (name.endsWith(".h5")) expect(readFileSync(target).equals(readFileSync(source))).toBe(true);
    else expect([...(await unzip(target)).entries()]).toEqual([...(await unzip(source)).entries()]);
  }
});

describe("a TensorFlow.js layers model", () => {
  it.each([
    ["nested", "nested.h5", undefined, 1e-5],
    ["nested", "nested.keras", undefined, 1e-5],
    ["nested", "nested.h5", "uint8", 0.05],
    ["nested", "nested.h5", "uint16", 1e-3],
    ["nested", "nested.h5", "float16", 0.01],
    ["sequences", "sequences.h5", undefined, 1e-5],
    ["keras3-nested", "keras3-nested.keras", undefined, 1e-5],
  ] as const)("of %s from %s with %s weights computes the same", async (name, file, weightType, tolerance) => {
    const folder = scratch.file(`tfjs-${file}-${weightType}`);
    const graph = await readKeras(scratch.fixture(file));
    const files = await writeKeras(graph, folder, weightType ? { weightType } : {});
    expect(files.length).toBeGreaterThan(1);
    const { feeds, outputs } = await storedRun(scratch, name);
    const found = await run(await readKeras(folder), feeds);
    for (const [i, output] of found.entries()) expect(difference(output, outputs[i]!)).toBeLessThan(tolerance);
  });

  it("goes into another TensorFlow.js layers model", async () => {
    const folder = scratch.file("tfjs-again");
    await writeKeras(await readKeras(scratch.fixture("nested.h5")), scratch.file("tfjs-first"));
    await writeKeras(halved(await readKeras(scratch.file("tfjs-first"))), `${folder}/model.json`);
    const { feeds } = await storedRun(scratch, "nested");
    const expected = await run(halved(await readKeras(scratch.file("tfjs-first"))), feeds);
    const found = await run(await readKeras(folder), feeds);
    for (const [i, output] of found.entries()) expect(difference(output, expected[i]!)).toBeLessThan(1e-5);
  });
});

it("refuses what it can't write", async () => {
  const graph = await readKeras(scratch.fixture("nested.h5"));
  const { path: _, ...homeless } = graph;
  const code = async (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => "nothing",
      (error: unknown) => (error as { code?: string }).code,
    );
  expect(await code(writeKeras(homeless, scratch.file("x.h5")))).toBe("KERAS_SOURCE_MISSING");
  const foreign = { ...graph, path: scratch.file("foreign.pb", "\n\n") };
  expect(await code(writeKeras(foreign, scratch.file("x.h5")))).toBe("KERAS_SOURCE_MISSING");
  expect(await code(writeKeras(graph, scratch.file("x.keras")))).toBe("KERAS_OUTPUT_FORMAT");
  expect(await code(writeKeras(graph, graph.path!, { force: true }))).toBe("TENSORFLOW_OUTPUT_IS_INPUT");
  expect(await code(writeKeras(graph, scratch.file("there.h5", "here")))).toBe("TENSORFLOW_OUTPUT_EXISTS");
  const [name, weight] = [...graph.weights].find(([, { origin }]) => origin.kind === "chain")!;
  const cast = { kind: "cast", from: "float32", to: "int8" } as const;
  const origin = {
    kind: "chain",
    source: weight.origin.kind === "chain" ? weight.origin.source : "",
    steps: [cast],
  } as const;
  const integers = {
    origin,
    source: sourceOf(
      tensorFromNumbers(
        "int8",
        weight.source.shape,
        float32Of(weight.source.tensor()).map(() => 7),
      ),
    ),
  };
  const quantized = { ...graph, weights: new Map([...graph.weights, [name, integers]]) };
  expect(await code(writeKeras(quantized, scratch.file("x.h5")))).toBe("KERAS_WEIGHTS_STUCK");
  const wrong = { ...weight, source: sourceOf(tensorFromNumbers("float32", [1], [1])) };
  const reshaped = { ...graph, weights: new Map([...graph.weights, [name, wrong]]) };
  expect(await code(writeKeras(reshaped, scratch.file("x.h5")))).toBe("KERAS_WEIGHTS_STUCK");
});
