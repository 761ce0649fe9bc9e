// The host in the caller's own process, for embedders who can't start others. A native run blocks the caller and can't
// be stopped: time-out and abort are noticed before and after it.

import { TersorError } from "@tersor/core";
import { runAborted, runtimeEnded, runTimeout } from "./errors.ts";
import { RuntimeFailure, type CallOptions, type Link } from "./link.ts";
import { createHandlers } from "./sessions.ts";

export function inlineLink(): Link {
  let handlers: ReturnType<typeof createHandlers> | undefined;
  let lives = 0;
  return {
    pid: undefined,
    live: () => {
      if (handlers === undefined) {
        handlers = createHandlers();
        lives++;
      }
      return lives;
    },
    call: async (name, ask, options) => {
      if (handlers === undefined || lives !== options.life) {
        throw runtimeEnded({ model: options.model, exitCode: null, signal: null, stderr: "" });
      }
      return controlled(options, handlers[name](ask));
    },
    close: async () => {
      handlers = undefined;
    },
  };
}

async function controlled<T>({ model, signal, timeoutMs }: CallOptions, work: Promise<T>): Promise<T> {
  const start = Date.now();
  try {
    const result = await work;
    if (signal?.aborted) throw runAborted({ model }, signal.reason);
    if (timeoutMs !== undefined && Date.now() - start > timeoutMs) throw runTimeout({ model, timeoutMs });
    return result;
  } catch (error) {
    throw error instanceof TersorError
      ? error
      : new RuntimeFailure(error instanceof Error ? error.message : String(error));
  }
}
