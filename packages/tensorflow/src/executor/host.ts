// Entry of the child process: loads one model and answers the calls of its parent one after another. A run may block
// the main thread, and "disconnect" with it, so a second thread of the same file watches the parent.

import { performance } from "node:perf_hooks";
import { isMainThread, Worker } from "node:worker_threads";
import { TersorError, type Timing } from "@tersor/core";
import { loadGraphModel } from "./host/graph-model.ts";
import { loadLiteModel } from "./host/lite-model.ts";
import type { LoadedModel } from "./host/loaded.ts";
import { loadSavedModel } from "./host/saved-model.ts";
import type { CallName, Calls, Failure, Reply, Request } from "./protocol.ts";

const WATCH_EVERY_MS = 1000;

if (isMainThread) serve();
else watchParent(process.ppid);

function serve(): void {
  let loaded: Promise<LoadedModel> | undefined;
  const model = (): Promise<LoadedModel> => loaded ?? Promise.reject(new RangeError("No model was loaded."));
  const answer = async ({ call, ask }: Request): Promise<Calls[CallName]["answer"]> => {
    if (call === "load") return (await (loaded = load(ask))).missing;
    if (call === "run") return (await model()).run(ask.feeds);
    return time(await model(), ask);
  };
  // Calls wait for each other: what is timed must run alone.
  let last: Promise<void> = Promise.resolve();
  process.on("message", (request: Request) => {
    const { id } = request;
    last = last
      .then(() => answer(request))
      .then((result) => send({ id, answer: result }))
      .catch((error: unknown) => send({ id, failure: failureOf(error) }));
  });
  process.on("disconnect", () => process.exit(0));
  void new Worker(new URL(import.meta.url));
}

function load({ model, folders }: Calls["load"]["ask"]): Promise<LoadedModel> {
  if (model.kind === "lite") return loadLiteModel(model);
  return model.kind === "graph-model" ? loadGraphModel(model) : loadSavedModel(model, folders);
}

async function time(model: LoadedModel, { feeds, warmup, iterations }: Calls["time"]["ask"]): Promise<Timing[]> {
  for (let i = 0; i < warmup; i++) await model.run(feeds);
  const timings: Timing[] = [];
  for (let i = 0; i < iterations; i++) {
    const cpu = process.cpuUsage();
    const start = performance.now();
    await model.run(feeds);
    const wallMs = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    timings.push({ wallMs, cpuMs: (user + system) / 1000 });
  }
  return timings;
}

function failureOf(error: unknown): Failure {
  if (error instanceof TersorError)
    return { kind: "error", code: error.code, message: error.message, data: error.data };
  return { kind: "runtime", message: error instanceof Error ? error.message : String(error) };
}

/** A reply that can't be sent has nobody to read it: the parent is gone, and "disconnect" ends this process. */
function send(reply: Reply): void {
  process.send?.(reply, () => {});
}

function watchParent(parent: number): void {
  setInterval(() => {
    if (process.ppid !== parent || !isRunning(parent)) process.kill(process.pid, "SIGKILL");
  }, WATCH_EVERY_MS);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
