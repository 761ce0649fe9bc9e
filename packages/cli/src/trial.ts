// The entry of one process of a search: it makes and judges one model, or measures one, and ends. It is started by
// api/tuning/process.ts.

import { isTersorError } from "@tersor/core";
import { createExecutor } from "@tersor/onnx";
import type { MeasureRequest, Told, TrialRequest } from "./api/tuning/messages.ts";
import { runMeasure, runTrial } from "./api/tuning/work.ts";
import { loadPlugins } from "./commands/plugins.ts";

/** The searching process is gone, and nobody waits for an answer. */
process.once("disconnect", () => process.exit(1));

process.once("message", (request: TrialRequest | MeasureRequest) => {
  void answer(request).then((told) => process.send?.(told, undefined, {}, () => process.exit(0)));
});

async function answer(request: TrialRequest | MeasureRequest): Promise<Told<unknown>> {
  try {
    return { kind: "done", answer: request.kind === "trial" ? await trial(request) : await runMeasure(request) };
  } catch (error) {
    if (isTersorError(error)) return { kind: "failed", code: error.code, message: error.message, data: error.data };
    return { kind: "failed", code: "TERSOR_TRIAL_ENDED", message: String(error), data: {} };
  }
}

/** This process is there to be lost, so the runtime needs none of its own. */
async function trial(request: TrialRequest): Promise<unknown> {
  const plugins = await loadPlugins(request.plugins, process.cwd());
  const { memoryLimitBytes } = request;
  const limit = memoryLimitBytes === undefined ? {} : { memoryLimitBytes };
  return runTrial(request, { plugins, executor: createExecutor({ inProcess: true }), ...limit });
}
