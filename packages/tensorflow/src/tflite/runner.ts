// Running TensorFlow Lite files in LiteRT (@litertjs/core, an optional dependency), in a process of its own.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { numbersOf, tensorFromNumbers, type Executable, type Executor, type Feeds } from "@tersor/core";
import { typeNameFor } from "../dtype.ts";
import { handedOver } from "../executor/host/lite-types.ts";
import { executorOf } from "../executor/executor.ts";
import { portsOf } from "../executor/ports.ts";
import type { TensorFlowGraph, TensorFlowInput, TensorFlowNode } from "../graphdef/graph.ts";
import { readLitePorts, type LitePort } from "./ports.ts";

/**
 * An executor that runs TensorFlow Lite files: `compile` takes `{ file }`; inputs and outputs have the names and the
 * layout of the file. Undefined where @litertjs/core is not installed.
 * @example
 * const executor = await liteRtExecutor();
 * const model = await executor?.compile({ file: "model.tflite" });
 */
export function liteRtExecutor(): Promise<Executor | undefined> {
  return Promise.resolve(isInstalled() ? executor() : undefined);
}

/** The executor for one file; undefined also where LiteRT does not hand over the types of its inputs and outputs. */
export async function liteRtRunner(path: string): Promise<Executor | undefined> {
  const { inputs, outputs } = readLitePorts(readFileSync(path), path);
  const isPlain = [...inputs, ...outputs].every(({ dtype }) => dtype !== undefined && handedOver.includes(dtype));
  return isPlain ? liteRtExecutor() : undefined;
}

function isInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve("@litertjs/core/package.json");
    return true;
  } catch {
    return false;
  }
}

function executor(): Executor {
  const runtime = executorOf({
    runtime: "LiteRT",
    folders: [],
    read: portsGraph,
    prepare: (graph, file = "") =>
      Promise.resolve({ model: { kind: "lite", file, ...portsOf(graph) }, discard: () => Promise.resolve() }),
  });
  return {
    ...runtime,
    compile: async (model, options) => {
      const executable = await runtime.compile(model, options);
      return { ...executable, run: (feeds, control) => executable.run(narrowed(feeds, executable), control) };
    },
  };
}

/** Feeds of the source model, whose int64 the file takes as int32. */
function narrowed(feeds: Feeds, { inputs }: Pick<Executable, "inputs">): Feeds {
  const takes = new Map(inputs.map(({ name, type }) => [name, type.kind === "tensor" ? type.dtype : undefined]));
  return Object.fromEntries(
    Object.entries(feeds).map(([name, tensor]) => [
      name,
      tensor.dtype === "int64" && takes.get(name) === "int32"
        ? tensorFromNumbers("int32", tensor.shape, numbersOf(tensor))
        : tensor,
    ]),
  );
}

/** A graph with the public inputs and outputs of a file, and nothing between them: the runtime has what is. */
function portsGraph(file: string): TensorFlowGraph {
  const { inputs, outputs } = readLitePorts(readFileSync(file), file);
  return {
    name: file,
    inputs: inputs.map(inputOf),
    outputs: outputs.map(({ name }) => ({ name, tensor: `${name}:0` })),
    nodes: outputs.map(outputNode),
    functions: new Map(),
    variables: new Map(),
  };
}

function inputOf({ name, dtype, shape }: LitePort): TensorFlowInput {
  return { name, tensor: `${name}:0`, ...(dtype && { dtype: typeNameFor(dtype) ?? "FLOAT" }), shape };
}

/** States the element type of an output. */
function outputNode({ name, dtype }: LitePort): TensorFlowNode {
  const value = (dtype && typeNameFor(dtype)) ?? "FLOAT";
  return { name, op: "Identity", inputs: [], control: [], attributes: { T: { kind: "type", value } } };
}
