// The runtime that runs a model of TensorFlow's formats here: TensorFlow itself where it is installed, else
// TensorFlow.js where it has all the operations.

import { createRequire } from "node:module";
import { join } from "node:path";
import { isTersorError, type Executor } from "@tersor/core";
import { tfjsNodeExecutor } from "./tfjs-node.ts";
import { tfjsExecutor } from "./tfjs.ts";

/** An executor for the model at `path`; undefined where no runtime that is installed has its operations. */
export async function runnerOf(path: string): Promise<Executor | undefined> {
  if (isTfjsNodeInstalled()) return tfjsNodeExecutor();
  const executor = tfjsExecutor();
  try {
    await executor.compile({ file: path });
    return executor;
  } catch (error) {
    if (!reasonsForNone.some((code) => isTersorError(error, code))) throw error;
    return undefined;
  } finally {
    await executor.dispose();
  }
}

const reasonsForNone = ["TENSORFLOW_OPERATION_MISSING", "TENSORFLOW_TFJS_MISSING"];

function isTfjsNodeInstalled(): boolean {
  return [import.meta.url, join(process.cwd(), "package.json")].some((place) => {
    try {
      return createRequire(place).resolve("@tensorflow/tfjs-node") !== "";
    } catch {
      return false;
    }
  });
}
