// What the caller and the process that runs a model say to each other: plain data that can be cloned between processes.

import type { DataType, Feeds, Timing } from "@tersor/core";
import type { UnsupportedOperation } from "../errors.ts";

/** A public name and the tensor of the graph that it stands for: "logits", "dense/BiasAdd:0". */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: string;
  /** The element type that the graph states; TensorFlow.js has fewer types and knows less. */
  readonly dtype?: DataType;
}

/** A constant of a graph model: its bytes are a stretch of the model's `weightData`, in the order of the specs. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32" | "bool" | "string";
}

/** A model as the host takes it: a TensorFlow.js graph model, the folder of a SavedModel, or a TensorFlow Lite file. */
export type HostModel = {
  readonly inputs: readonly NamedTensor[];
  readonly outputs: readonly NamedTensor[];
} & (
  | {
      readonly kind: "graph-model";
      readonly topology: Readonly<Record<string, unknown>>;
      readonly weightSpecs: readonly WeightSpec[];
      readonly weightData: Uint8Array;
    }
  | { readonly kind: "saved-model"; readonly folder: string }
  | { readonly kind: "lite"; readonly file: string }
);

/** Everything that can be asked of the host, and what it answers. The first call is "load". */
export interface Calls {
  /** Answers the operations that the runtime does not have; none of them when it can run. */
  readonly load: {
    readonly ask: {
      readonly model: HostModel;
      /** Where the packages of the runtime are looked for, besides this package. */
      readonly folders: readonly string[];
    };
    readonly answer: readonly UnsupportedOperation[];
  };
  readonly run: { readonly ask: { readonly feeds: Feeds }; readonly answer: Feeds };
  readonly time: {
    readonly ask: { readonly feeds: Feeds; readonly warmup: number; readonly iterations: number };
    readonly answer: readonly Timing[];
  };
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
