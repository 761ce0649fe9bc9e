// One process of a benchmark with several: it loads the model, says that it is ready, waits until all others are,
// and measures. The caller's command line starts it; messages go over Node's IPC channel. Node only.

import { isTersorError, type ErrorData, type Executable } from "@tersor/core";
import { assertCount, firstAxis, type BenchmarkOptions } from "./benchmark.ts";

/** What a process of the benchmark tells; "go" is the one thing it is told. */
export type InstanceMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly wallMs: readonly number[]; readonly batchSize: number }
  | { readonly kind: "failed"; readonly code: string; readonly message: string; readonly data: ErrorData };

/**
 * Takes part in `benchmarkInstances` from the child process that its command started. Resolves when the times were
 * told; a failure is told as well and does not reject. Ends the process when its parent is gone.
 */
export async function runInstance(prepare: () => Promise<BenchmarkOptions>): Promise<void> {
  const orphaned = () => process.exit(1);
  process.once("disconnect", orphaned);
  try {
    const options = await prepare();
    const executable = await options.executor.compile(options.model, options);
    await measure(executable, options).finally(() => executable.dispose());
  } catch (error) {
    await tell(failure(error));
  }
  process.off("disconnect", orphaned);
  if (process.connected) process.disconnect();
}

async function measure(executable: Executable, options: BenchmarkOptions): Promise<void> {
  const { feeds, warmup = 5, iterations = 50, batchSize = firstAxis(feeds) } = options;
  assertCount("iterations", iterations, 1);
  await executable.time(feeds, { warmup, iterations: 1 });
  const go = new Promise((resolve) => process.once("message", resolve));
  await tell({ kind: "ready" });
  await go;
  const timings = await executable.time(feeds, { warmup: 0, iterations });
  await tell({ kind: "done", wallMs: timings.map(({ wallMs }) => wallMs), batchSize });
}

/** Resolves when the message is on its way, or could not be sent because the parent is gone. */
function tell(message: InstanceMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, undefined, {}, () => resolve());
    else resolve();
  });
}

function failure(error: unknown): InstanceMessage {
  if (isTersorError(error)) return { kind: "failed", code: error.code, message: error.message, data: error.data };
  return { kind: "failed", code: "EVALUATE_INSTANCE_FAILED", message: String(error), data: {} };
}
