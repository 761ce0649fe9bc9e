// The caller's end of the line to a host.

import type { RunOptions } from "@tersor/core";
import type { CallName, Calls } from "./protocol.ts";

/** A message of the runtime that is no error of ours yet: the caller knows the model and words it. */
export class RuntimeFailure extends Error {}

export interface CallOptions extends RunOptions {
  /** The model, as errors name it. */
  readonly model: string;
  /** The call makes sense only in this life of the host. */
  readonly life: number;
}

export interface Link {
  /** Starts the host if there is none; a new host is a new life, in which nothing of the last one exists. */
  live(): number;
  /** The process id of the child, if one is running. */
  readonly pid: number | undefined;
  /**
   * Asks the host.
   * @throws RuntimeFailure, ONNX_RUNTIME_ENDED, ONNX_RUN_TIMEOUT, ONNX_RUN_ABORTED, and what the host throws.
   */
  call<K extends CallName>(name: K, ask: Calls[K]["ask"], options: CallOptions): Promise<Calls[K]["answer"]>;
  close(): Promise<void>;
}
