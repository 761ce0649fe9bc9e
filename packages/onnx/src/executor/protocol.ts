// What the caller and the host of the runtime say to each other: plain data that can be cloned between processes.

import type { Feeds, ObserverRequest, OpProfile, Summary, Timing, ValueType } from "@tersor/core";

/** The npm packages of the runtimes. */
export type RuntimeName = "onnxruntime-node" | "onnxruntime-web";

/** Which runtime to load: "auto" is the native one, and the WebAssembly one where that is not installed. */
export type RuntimeChoice = "auto" | "node" | "web";

/** The runtime that was loaded. */
export interface LoadedRuntime {
  readonly name: RuntimeName;
  readonly version: string;
  /** Why the native runtime could not be loaded, when the choice was "auto" and it is not the one here. */
  readonly fallbackReason?: string;
}

/** A model as the host takes it: a file, or pieces to put together in memory: bytes, and stretches of other files. */
export type ModelSource =
  { readonly file: string } | { readonly sizeBytes: number; readonly pieces: readonly ModelPiece[] };

export type ModelPiece = Uint8Array | { readonly file: string; readonly start: number; readonly end: number };

export interface SessionOptions {
  readonly threads: number;
  readonly optimization: "disabled" | "basic" | "extended" | "all";
}

export interface Port {
  readonly name: string;
  readonly type: ValueType;
}

/** Inputs and outputs of a session as the runtime sees them. */
export interface Signature {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/** Everything that can be asked of the host, and what it answers. */
export interface Calls {
  readonly hello: { readonly ask: { readonly choice: RuntimeChoice }; readonly answer: LoadedRuntime };
  readonly compile: {
    readonly ask: { readonly session: number; readonly model: ModelSource; readonly options: SessionOptions };
    readonly answer: Signature;
  };
  readonly run: {
    readonly ask: { readonly session: number; readonly feeds: Feeds; readonly outputs: readonly string[] };
    readonly answer: Feeds;
  };
  readonly time: {
    readonly ask: {
      readonly session: number;
      readonly feeds: Feeds;
      readonly outputs: readonly string[];
      readonly warmup: number;
      readonly iterations: number;
    };
    readonly answer: readonly Timing[];
  };
  /** Loads a model once more with the runtime's profiler on; null where the runtime has none. */
  readonly profile: {
    readonly ask: {
      readonly model: ModelSource;
      readonly options: SessionOptions;
      readonly feeds: Feeds;
      readonly warmup: number;
      readonly iterations: number;
    };
    readonly answer: OpProfile | null;
  };
  /** Sets up observers under the caller's keys. */
  readonly watch: {
    readonly ask: { readonly watched: readonly { readonly key: number; readonly request: ObserverRequest }[] };
    readonly answer: null;
  };
  /** Runs one batch and gives the outputs to these observers; answers the bytes of each output. */
  readonly reduce: {
    readonly ask: {
      readonly session: number;
      readonly feeds: Feeds;
      readonly outputs: readonly string[];
      readonly keys: readonly number[];
    };
    readonly answer: Readonly<Record<string, number>>;
  };
  readonly summarize: { readonly ask: { readonly keys: readonly number[] }; readonly answer: readonly Summary[] };
  readonly forget: { readonly ask: { readonly keys: readonly number[] }; readonly answer: null };
  readonly release: { readonly ask: { readonly session: number }; readonly answer: null };
}

export type CallName = keyof Calls;

/** A call on its way to the host. */
export type Request = {
  readonly [K in CallName]: { readonly id: number; readonly call: K; readonly ask: Calls[K]["ask"] };
}[CallName];

/** Why a call failed: one of our own errors as data, or the runtime's message. */
export type Failure =
  | {
      readonly kind: "error";
      readonly code: string;
      readonly message: string;
      readonly data: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "runtime"; readonly message: string };

export type Reply =
  | { readonly id: number; readonly answer: Calls[CallName]["answer"] }
  | { readonly id: number; readonly failure: Failure };
