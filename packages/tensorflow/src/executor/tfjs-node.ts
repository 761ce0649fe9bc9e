// TensorFlow itself, through @tensorflow/tfjs-node where the user has it. It loads SavedModels only: one as it is, a
// frozen graph and a checkpoint with a signature around their very bytes, all else as the graph that our readers froze.

import { copyFile, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import type { TensorFlowGraph } from "../graphdef/graph.ts";
import { checkpointPrefix } from "../read/checkpoint.ts";
import { formatOf, readTensorFlow } from "../read/read.ts";
import { SAVED_MODEL_FILE, savedModelPlace } from "../read/saved-model.ts";
import { readWhole } from "../wire/bytes.ts";
import { frozenBytes, writtenReference } from "../write/graph-def.ts";
import { executorOf, type Prepared, type TensorFlowExecutor } from "./executor.ts";
import { portsOf } from "./ports.ts";
import { wrapGraphDef, wrapMetaGraph, type Ports } from "./wrap.ts";

/** Where the runtime is. */
export interface TfjsNodeOptions {
  /** A folder in whose node_modules @tensorflow/tfjs-node is. Default: beside this package, or the working folder. */
  readonly folder?: string;
}

/**
 * Makes an executor on TensorFlow (libtensorflow), which runs every operation. It needs @tensorflow/tfjs-node, which is
 * no dependency of ours: TENSORFLOW_NODE_MISSING says how to install it when the first model is compiled.
 * @example
 * const executor = tfjsNodeExecutor();
 * const model = await executor.compile({ file: "saved_model/" });
 */
export function tfjsNodeExecutor({ folder = process.cwd() }: TfjsNodeOptions = {}): TensorFlowExecutor {
  return executorOf({
    runtime: "TensorFlow (tfjs-node)",
    folders: [folder],
    read: (file) => readTensorFlow(file),
    environmentOf,
    prepare,
  });
}

/** oneDNN's fused GELU is off by up to 6e-3 of the largest value, so it is left out; INT8 operations need it. */
function environmentOf(graph: TensorFlowGraph): Readonly<Record<string, string>> {
  return { TF_ENABLE_ONEDNN_OPTS: graph.nodes.some(({ op }) => /^_?Quantized/.test(op)) ? "1" : "0" };
}

async function prepare(graph: TensorFlowGraph, file: string | undefined): Promise<Prepared> {
  const ports = portsOf(graph);
  switch (file === undefined ? undefined : formatOf(file)) {
    case "saved-model": {
      const { folder } = savedModelPlace(file!);
      return { model: { kind: "saved-model", folder, ...ports }, discard: () => Promise.resolve() };
    }
    case "frozen":
      return written(wrapGraphDef(readWhole(file!), ports), ports);
    case "checkpoint": {
      const prefix = checkpointPrefix(file!)!;
      return written(wrapMetaGraph([readWhole(`${prefix}.meta`)], ports), ports, prefix);
    }
    default: {
      const inputs = ports.inputs.map((input) => ({ ...input, tensor: writtenReference(graph, input.tensor) }));
      return written(wrapGraphDef(frozenBytes(graph), { ...ports, inputs }), ports);
    }
  }
}

/** Writes a SavedModel to a temporary folder; the variables are those of a checkpoint. */
async function written(savedModel: readonly Uint8Array[], ports: Ports, prefix?: string): Promise<Prepared> {
  const folder = await mkdtemp(join(tmpdir(), "tersor-saved-model-"));
  const discard = () => rm(folder, { recursive: true, force: true });
  try {
    await writeFile(join(folder, SAVED_MODEL_FILE), savedModel);
    if (prefix !== undefined) await linkVariables(prefix, join(folder, "variables"));
    return { model: { kind: "saved-model", folder, ...ports }, discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

/** Where the file system has no links, the files are copied. */
async function linkVariables(prefix: string, folder: string): Promise<void> {
  await mkdir(folder);
  const name = basename(prefix);
  for (const file of await readdir(dirname(prefix))) {
    const ending = file.startsWith(`${name}.`) ? file.slice(name.length) : "";
    if (!/^\.(index|data-\d{5}-of-\d{5})$/.test(ending)) continue;
    const [from, to] = [resolve(dirname(prefix), file), join(folder, `variables${ending}`)];
    await symlink(from, to).catch(() => copyFile(from, to));
  }
}
