// The process that one model runs in. It is started when needed, killed on time-out and abort (nothing else stops a
// run that hangs), ends with its parent, and does not keep an idle parent running.

import { fork, type ChildProcess } from "node:child_process";
import { Socket } from "node:net";
import { TersorError, type RunOptions } from "@tersor/core";
import { runAborted, runtimeEnded, runTimeout } from "./errors.ts";
import { hostEntry } from "./host-entry.ts";
import type { CallName, Calls, Failure, Reply, Request } from "./protocol.ts";

/** A message of the runtime that is no error of ours yet: the caller words it. */
export class RuntimeFailure extends Error {}

/** A running process. */
export interface Child {
  /** Whether it has not ended. */
  readonly alive: boolean;
  /** @throws RuntimeFailure, TENSORFLOW_RUNTIME_ENDED, TENSORFLOW_RUN_TIMEOUT, TENSORFLOW_RUN_ABORTED, what the host throws. */
  call<K extends CallName>(name: K, ask: Calls[K]["ask"], control: RunOptions): Promise<Calls[K]["answer"]>;
  end(): Promise<void>;
}

type Answer = Calls[CallName]["answer"];

interface Pending {
  settle(reply: Reply): void;
  fail(error: TersorError): void;
}

interface State {
  readonly model: string;
  readonly process: ChildProcess;
  readonly pending: Map<number, Pending>;
  alive: boolean;
  /** The end of what it wrote to its standard error. */
  stderr: string;
}

/** Starts a process for `model`, which is its name in errors; `defaults` are for what the environment does not say. */
export function startChild(model: string, defaults: Readonly<Record<string, string>> = {}): Child {
  const state = start(model, defaults);
  let calls = 0;
  return {
    get alive() {
      return state.alive;
    },
    call: async (name, ask, control) => {
      if (control.signal?.aborted) throw runAborted({ model }, control.signal.reason);
      if (!state.alive) throw ended(state, null, null);
      const request = { id: ++calls, call: name, ask } as Request;
      return (await send(state, request, control)) as Calls[typeof name]["answer"];
    },
    end: () => end(state),
  };
}

const running = new Set<ChildProcess>();

/** The parent's last act. A parent that is killed itself closes the channel, which ends an idle child. */
function killAll(): void {
  for (const child of running) child.kill("SIGKILL");
}

const MOST_STDERR = 2000;

function start(model: string, defaults: Readonly<Record<string, string>>): State {
  const child = fork(hostEntry(), [], {
    execArgv: [],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    // Its lines of greeting would push what matters out of the end that is kept.
    env: { TF_CPP_MIN_LOG_LEVEL: "2", ...defaults, ...process.env },
  });
  const state: State = { model, process: child, pending: new Map(), alive: true, stderr: "" };
  if (running.size === 0) process.once("exit", killAll);
  running.add(child);
  keepParent(child, false);
  child.stderr?.on("data", (text: Buffer) => {
    state.stderr = (state.stderr + text.toString()).slice(-MOST_STDERR);
  });
  child.on("message", (reply: Reply) => state.pending.get(reply.id)?.settle(reply));
  child.once("close", (code, signal) => finish(state, code, signal));
  child.once("error", (error) => {
    state.stderr = error.message;
    finish(state, null, null);
  });
  return state;
}

/** While calls wait, the child keeps its parent running; an idle one must not. */
function keepParent(child: ChildProcess, keep: boolean): void {
  const stderr: unknown = child.stderr;
  for (const handle of [child, child.channel, stderr instanceof Socket ? stderr : undefined]) {
    if (keep) handle?.ref();
    else handle?.unref();
  }
}

function finish(state: State, exitCode: number | null, signal: string | null): void {
  state.alive = false;
  running.delete(state.process);
  if (running.size === 0) process.off("exit", killAll);
  for (const { fail } of [...state.pending.values()]) fail(ended(state, exitCode, signal));
}

function ended({ model, stderr }: State, exitCode: number | null, signal: string | null): TersorError {
  return runtimeEnded({ model, exitCode, signal, stderr: stderr.trim() });
}

function send(state: State, request: Request, { signal, timeoutMs }: RunOptions): Promise<Answer> {
  const { model, process: child, pending } = state;
  return new Promise((resolve, reject) => {
    const done = (): void => {
      pending.delete(request.id);
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      if (pending.size === 0) keepParent(child, false);
    };
    const fail = (error: Error): void => {
      done();
      reject(error);
    };
    const stop = (error: TersorError): void => {
      fail(error);
      state.alive = false;
      child.kill("SIGKILL");
    };
    const abort = (): void => stop(runAborted({ model }, signal?.reason));
    const timer =
      timeoutMs === undefined ? undefined : setTimeout(() => stop(runTimeout({ model, timeoutMs })), timeoutMs);
    const settle = (reply: Reply): void => {
      if ("failure" in reply) return fail(errorOf(reply.failure));
      done();
      resolve(reply.answer);
    };
    pending.set(request.id, { settle, fail });
    signal?.addEventListener("abort", abort);
    keepParent(child, true);
    // Where the child is gone, its end tells more than the failed write.
    child.send(request, () => {});
  });
}

function errorOf(failure: Failure): Error {
  if (failure.kind === "runtime") return new RuntimeFailure(failure.message);
  return new TersorError(failure.code, failure.message, failure.data);
}

function end(state: State): Promise<void> {
  const child = state.process;
  state.alive = false;
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    keepParent(child, true);
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}
