// Throughput of several processes at once, each on cores of its own: what a server gets out of a machine.
// All load and warm up first and start together. Node only.

import { spawn, type ChildProcess } from "node:child_process";
import { basename } from "node:path";
import { TersorError, type InstancesResult } from "@tersor/core";
import { assertCount } from "./benchmark.ts";
import { allowedCores, findTaskset } from "./cores.ts";
import { instanceFailed, instanceTimeout, stopped, tooFewCores } from "./errors.ts";
import type { InstanceMessage } from "./instance.ts";
import { percentilesOf } from "./percentiles.ts";

/** A program that calls `runInstance`. */
export interface InstanceCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** How many processes run at once, and on how many cores each. */
export interface InstancesOptions {
  readonly command: InstanceCommand;
  readonly instances: number;
  readonly coresPerInstance: number;
  readonly signal?: AbortSignal;
  /** All processes are ended after this time. Default 10 minutes. */
  readonly timeoutMs?: number;
}

/**
 * Runs `instances` processes of `coresPerInstance` cores at the same time and adds up their throughput.
 * @throws EVALUATE_TOO_FEW_CORES, EVALUATE_INSTANCE_FAILED, EVALUATE_INSTANCE_TIMEOUT, EVALUATE_STOPPED, and what an
 * instance told; all processes have been ended then.
 */
export async function benchmarkInstances(options: InstancesOptions): Promise<InstancesResult> {
  const { instances, coresPerInstance, signal } = options;
  const groups = coreGroups(instances, coresPerInstance);
  if (signal?.aborted) throw stopped("benchmark");
  const taskset = findTaskset();
  const children = groups.map((cores) => start(options.command, "path" in taskset ? taskset.path : undefined, cores));
  try {
    const done = await Promise.race([measureAll(children, options.command), deadline(options)]);
    const wallMs = done.flatMap((message) => message.wallMs);
    return {
      instances,
      coresPerInstance,
      throughput: done.reduce((sum, message) => sum + throughputOf(message), 0),
      wallMs: percentilesOf(wallMs),
      batchSize: done[0]?.batchSize ?? 1,
      pinned: "path" in taskset ? { kind: "pinned", cores: groups } : { kind: "not-pinned", why: taskset.why },
    };
  } finally {
    for (const child of children) child.kill("SIGKILL");
  }
}

function coreGroups(instances: number, coresPerInstance: number): readonly (readonly number[])[] {
  assertCount("instances", instances, 1);
  assertCount("coresPerInstance", coresPerInstance, 1);
  const cores = allowedCores();
  if (instances * coresPerInstance > cores.length)
    throw tooFewCores({ instances, coresPerInstance, available: cores.length });
  return Array.from({ length: instances }, (_, i) => cores.slice(i * coresPerInstance, (i + 1) * coresPerInstance));
}

/** taskset replaces itself with the command, so the process and its channel are the command's. */
function start(
  { file, args, env }: InstanceCommand,
  taskset: string | undefined,
  cores: readonly number[],
): ChildProcess {
  const command = taskset === undefined ? [file, ...args] : [taskset, "-c", cores.join(","), file, ...args];
  return spawn(command[0]!, command.slice(1), {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    env: { ...process.env, ...env },
    windowsHide: true,
  });
}

type Done = Extract<InstanceMessage, { kind: "done" }>;

async function measureAll(children: readonly ChildProcess[], command: InstanceCommand): Promise<readonly Done[]> {
  const listeners = children.map((child, instance) => listen(child, instance, basename(command.file)));
  const results = Promise.all(listeners.map((listener) => listener.done));
  await Promise.race([Promise.all(listeners.map((listener) => listener.ready)), results]);
  // A child that ended in between is told by its "exit", not by the failure to send.
  for (const child of children) child.send({ kind: "go" }, () => {});
  return results;
}

interface Listener {
  readonly ready: Promise<void>;
  /** Rejects when the process fails or ends before it told its times. */
  readonly done: Promise<Done>;
}

function listen(child: ChildProcess, instance: number, command: string): Listener {
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-2000)));
  let isReady = () => {};
  const ready = new Promise<void>((resolve) => (isReady = resolve));
  const done = new Promise<Done>((resolve, reject) => {
    const failed = (exitCode: number | null, text = stderr) =>
      reject(instanceFailed({ instance, command, exitCode, stderr: text.trim() }));
    child.on("message", (message) => {
      const told = message as InstanceMessage;
      if (told.kind === "ready") isReady();
      else if (told.kind === "done") resolve(told);
      else if (told.kind === "failed") reject(new TersorError(told.code, told.message, told.data));
    });
    child.on("error", (error) => failed(null, error.message));
    child.on("close", (exitCode) => failed(exitCode));
  });
  return { ready, done };
}

/** Rejects when the time is over or the signal comes. The timer does not keep the process alive. */
function deadline({ timeoutMs = 600_000, signal, instances }: InstancesOptions): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(instanceTimeout({ instances, timeoutMs })), timeoutMs).unref();
    signal?.addEventListener("abort", () => reject(stopped("benchmark")), { once: true });
  });
}

function throughputOf({ wallMs, batchSize }: Done): number {
  return (wallMs.length * batchSize * 1000) / wallMs.reduce((sum, value) => sum + value, 0);
}
