// The host in a child process. It is started when needed, killed on time-out and abort (nothing else stops a native
// run), ends with its parent, and does not keep an idle parent running.

import { fork, type ChildProcess } from "node:child_process";
import { Socket } from "node:net";
import { TersorError } from "@tersor/core";
import { runAborted, runtimeEnded, runTimeout } from "./errors.ts";
import { hostEntry } from "./host-entry.ts";
import { RuntimeFailure, type CallOptions, type Link } from "./link.ts";
import type { CallName, Calls, Failure, Reply, Request } from "./protocol.ts";

type Answer = Calls[CallName]["answer"];

interface Pending {
  readonly model: string;
  settle(reply: Reply): void;
  fail(error: TersorError): void;
}

/** One life of the child. */
interface Host {
  readonly life: number;
  readonly child: ChildProcess;
  readonly pending: Map<number, Pending>;
  /** The end of what it wrote to its standard error. */
  stderr: string;
  /** No more calls for this one. */
  retire(): void;
}

/** A link to a child process of its own. */
export function childLink(): Link {
  let host: Host | undefined;
  let lives = 0;
  let calls = 0;
  const start = (): Host => {
    const life = ++lives;
    return startHost(life, () => {
      if (host?.life === life) host = undefined;
    });
  };
  return {
    live: () => (host ??= start()).life,
    get pid() {
      return host?.child.pid;
    },
    call: async (name, ask, options) => {
      const { model, life, signal } = options;
      if (signal?.aborted) throw runAborted({ model }, signal.reason);
      if (host?.life !== life) throw runtimeEnded({ model, exitCode: null, signal: null, stderr: "" });
      const request = { id: ++calls, call: name, ask } as Request;
      return (await sendCall(host, request, options)) as Calls[typeof name]["answer"];
    },
    close: async () => {
      const ended = host;
      host = undefined;
      if (ended !== undefined) await endHost(ended);
    },
  };
}

const running = new Set<ChildProcess>();

/** The parent's last act. A parent that is killed itself closes the channel, which ends an idle child. */
function killAll(): void {
  for (const child of running) child.kill("SIGKILL");
}

function startHost(life: number, retire: () => void): Host {
  const child = fork(hostEntry(), [], {
    execArgv: [],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const host: Host = { life, child, pending: new Map(), stderr: "", retire };
  if (running.size === 0) process.once("exit", killAll);
  running.add(child);
  keepParent(child, false);
  child.stderr?.on("data", (text: Buffer) => {
    host.stderr = (host.stderr + text.toString()).slice(-MOST_STDERR);
  });
  child.on("message", (reply: Reply) => host.pending.get(reply.id)?.settle(reply));
  child.once("close", (code, signal) => finishHost(host, code, signal));
  child.once("error", (error) => {
    host.stderr = error.message;
    finishHost(host, null, null);
  });
  return host;
}

const MOST_STDERR = 2000;

/** While calls wait, the child keeps its parent running; an idle one must not. */
function keepParent(child: ChildProcess, keep: boolean): void {
  const stderr: unknown = child.stderr;
  for (const handle of [child, child.channel, stderr instanceof Socket ? stderr : undefined]) {
    if (keep) handle?.ref();
    else handle?.unref();
  }
}

function finishHost(host: Host, exitCode: number | null, signal: string | null): void {
  host.retire();
  running.delete(host.child);
  if (running.size === 0) process.off("exit", killAll);
  const stderr = host.stderr.trim();
  for (const { model, fail } of [...host.pending.values()]) fail(runtimeEnded({ model, exitCode, signal, stderr }));
}

function sendCall(host: Host, request: Request, { model, signal, timeoutMs }: CallOptions): Promise<Answer> {
  const { child, pending } = host;
  return new Promise((resolve, reject) => {
    const finish = (): void => {
      pending.delete(request.id);
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      if (pending.size === 0) keepParent(child, false);
    };
    const fail = (error: TersorError): void => {
      finish();
      reject(error);
    };
    const stop = (error: TersorError): void => {
      fail(error);
      host.retire();
      child.kill("SIGKILL");
    };
    const abort = (): void => stop(runAborted({ model }, signal?.reason));
    const timer =
      timeoutMs === undefined ? undefined : setTimeout(() => stop(runTimeout({ model, timeoutMs })), timeoutMs);
    const settle = (reply: Reply): void => {
      finish();
      if ("failure" in reply) reject(errorOf(reply.failure));
      else resolve(reply.answer);
    };
    pending.set(request.id, { model, settle, fail });
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

function endHost({ child }: Host): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    keepParent(child, true);
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}
