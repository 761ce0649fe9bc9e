// Entry of the child process: answers the calls of its parent one after another and ends with it.

import type { CallName, Calls, Reply, Request } from "./protocol.ts";
import { createHandlers, failureOf } from "./sessions.ts";

const handlers = createHandlers();

async function answer<K extends CallName>(call: K, ask: Calls[K]["ask"]): Promise<Calls[K]["answer"]> {
  return handlers[call](ask);
}

/** A reply that can't be sent has nobody to read it: the parent is gone, and "disconnect" ends this process. */
function send(reply: Reply): void {
  process.send?.(reply, () => {});
}

// Calls wait for each other: a session may be asked for while its model is still being compiled.
let last: Promise<void> = Promise.resolve();

process.on("message", ({ id, call, ask }: Request) => {
  last = last
    .then(() => answer(call, ask))
    .then((result) => send({ id, answer: result }))
    .catch((error: unknown) => send({ id, failure: failureOf(error) }));
});
process.on("disconnect", () => process.exit(0));
