// Entry of the child process: answers the calls of its parent one after another and ends with it. A native run blocks
// the main thread, and "disconnect" with it, so a second thread of the same file watches the parent.

import { isMainThread, Worker } from "node:worker_threads";
import type { CallName, Calls, Reply, Request } from "./protocol.ts";
import { createHandlers, failureOf } from "./sessions.ts";

const WATCH_EVERY_MS = 1000;

if (isMainThread) serve();
else watchParent(process.ppid);

function serve(): void {
  const handlers = createHandlers();
  const answer = async <K extends CallName>(call: K, ask: Calls[K]["ask"]): Promise<Calls[K]["answer"]> =>
    handlers[call](ask);
  let watcher: Worker | undefined;
  // Calls wait for each other: a session may be asked for while its model is still being compiled.
  let last: Promise<void> = Promise.resolve();
  process.on("message", ({ id, call, ask }: Request) => {
    if (call === "compile") watcher ??= new Worker(new URL(import.meta.url));
    last = last
      .then(() => answer(call, ask))
      .then((result) => send({ id, answer: result }))
      .catch((error: unknown) => send({ id, failure: failureOf(error) }));
  });
  process.on("disconnect", () => process.exit(0));
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
