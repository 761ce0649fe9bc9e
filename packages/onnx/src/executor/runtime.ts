// The runtimes behind one small interface: onnxruntime-node (native), onnxruntime-web (WebAssembly, one thread).
// Both speak the interface of onnxruntime-common; what differs is how they load a model. Runs in the host only.

import { readFile } from "node:fs/promises";
import {
  dataTypes,
  dimOfName,
  type DataType,
  type Dim,
  type Feeds,
  type Tensor,
  type TypedArray,
  type ValueType,
} from "@tersor/core";
import type * as Ort from "onnxruntime-common";
import { assemble } from "./assemble.ts";
import { elementTypeUnsupported, runtimeMissing } from "./errors.ts";
import type { LoadedRuntime, ModelSource, Port, RuntimeChoice, SessionOptions, Signature } from "./protocol.ts";

/** The part of onnxruntime's JavaScript interface that is used. */
type OrtModule = Pick<typeof Ort, "InferenceSession" | "Tensor" | "env">;

export interface Runtime extends LoadedRuntime {
  open(model: ModelSource, options: SessionOptions): Promise<Session>;
  /** The same with the profiler on, which writes a file with this prefix; absent where the runtime has none. */
  openProfiled?(model: ModelSource, options: SessionOptions, prefix: string): Promise<ProfiledSession>;
}

/** A loaded model. Feeds are bound once and can be run many times. */
export interface Session {
  readonly signature: Signature;
  bind(feeds: Feeds): BoundFeeds;
  run(feeds: BoundFeeds, outputs: readonly string[]): Promise<Feeds>;
  release(): Promise<void>;
}

/** A session whose runs are profiled. */
export interface ProfiledSession extends Session {
  /** Writes the file. */
  endProfiling(): void;
}

export type BoundFeeds = Readonly<Record<string, Ort.Tensor>>;

/**
 * Loads a runtime.
 * @throws ONNX_RUNTIME_MISSING when the chosen one, or none, can be loaded.
 */
export async function loadRuntime(choice: RuntimeChoice): Promise<Runtime> {
  if (choice === "web") return loadWeb();
  try {
    return await loadNode();
  } catch (error) {
    const reason = reasonOf(error);
    if (choice === "node") throw runtimeMissing({ wanted: "onnxruntime-node", reason });
    return { ...(await loadWeb()), fallbackReason: reason };
  }
}

/** The first line of what went wrong: Node's messages about missing modules go on with a stack of requires. */
function reasonOf(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split("\n")[0]!;
}

async function loadNode(): Promise<Runtime> {
  const ort: OrtModule = await import("onnxruntime-node");
  const open = async (model: ModelSource, options: SessionOptions) =>
    sessionOf(ort, await openNode(ort, model, options));
  const openProfiled = async (model: ModelSource, options: SessionOptions, prefix: string) => {
    const session = await openNode(ort, model, options, { enableProfiling: true, profileFilePrefix: prefix });
    return { ...sessionOf(ort, session), endProfiling: () => session.endProfiling() };
  };
  const version = ort.env.versions.node ?? ort.env.versions.common;
  return { name: "onnxruntime-node", version, open, openProfiled };
}

async function loadWeb(): Promise<Runtime> {
  try {
    const ort: OrtModule = await import("onnxruntime-web");
    ort.env.wasm.numThreads = 1;
    const open = (model: ModelSource, options: SessionOptions) => openWeb(ort, model, options);
    return { name: "onnxruntime-web", version: ort.env.versions.web ?? ort.env.versions.common, open };
  } catch (error) {
    throw runtimeMissing({ wanted: "onnxruntime-web", reason: reasonOf(error) });
  }
}

/** Messages of the runtime below "fatal" would only repeat what the typed error says. */
const LOG_FATAL = 4;

async function openNode(
  ort: OrtModule,
  model: ModelSource,
  { threads, optimization }: SessionOptions,
  more: Pick<Ort.InferenceSession.SessionOptions, "enableProfiling" | "profileFilePrefix"> = {},
): Promise<Ort.InferenceSession> {
  const options = {
    ...more,
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: optimization,
    logSeverityLevel: LOG_FATAL,
  } as const;
  const { create } = ort.InferenceSession;
  return "file" in model ? create(model.file, options) : create(assemble(model.sizeBytes, model.pieces), options);
}

async function openWeb(ort: OrtModule, model: ModelSource, { optimization }: SessionOptions): Promise<Session> {
  const options = {
    executionProviders: ["wasm"],
    graphOptimizationLevel: optimization,
    logSeverityLevel: LOG_FATAL,
  } as const;
  const bytes = "file" in model ? await readFile(model.file) : assemble(model.sizeBytes, model.pieces);
  return sessionOf(ort, await ort.InferenceSession.create(bytes, options));
}

function sessionOf(ort: OrtModule, session: Ort.InferenceSession): Session {
  return {
    signature: { inputs: session.inputMetadata.map(portOf), outputs: session.outputMetadata.map(portOf) },
    bind: (feeds) =>
      Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, toOrt(ort, name, tensor)])),
    run: async (feeds, outputs) => fromOrt(await session.run(feeds, outputs)),
    release: () => session.release(),
  };
}

function portOf(meta: Ort.InferenceSession.ValueMetadata): Port {
  return { name: meta.name, type: meta.isTensor ? tensorType(meta) : { kind: "unknown" } };
}

/** The runtime says the same, no dimensions, of a scalar and of a tensor whose rank it does not know. */
function tensorType({ type, shape }: Ort.InferenceSession.TensorValueMetadata): ValueType {
  if (shape.length === 0) return { kind: "tensor", dtype: type };
  return { kind: "tensor", dtype: type, shape: shape.map(dimOf) };
}

/** A dimension without a name can be any size: "?" and the axis, as names that begin so are equal to no other. */
function dimOf(dim: number | string, axis: number): Dim {
  return typeof dim === "number" ? dim : dimOfName(dim === "" ? `?${axis}` : dim);
}

/** Element types that onnxruntime's JavaScript interface has; the names are the same as ours. */
const exchanged: ReadonlySet<string> = new Set<Ort.Tensor.Type>([
  "float32",
  "float64",
  "float16",
  "int8",
  "int16",
  "int32",
  "int64",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "bool",
  "string",
  "int4",
  "uint4",
]);

function isExchanged(dtype: DataType): dtype is Extract<DataType, Ort.Tensor.Type> {
  return exchanged.has(dtype);
}

function toOrt(ort: OrtModule, name: string, { dtype, data, shape }: Tensor): Ort.Tensor {
  if (!isExchanged(dtype)) throw elementTypeUnsupported({ name, dtype });
  return new ort.Tensor(dtype, data as Ort.Tensor.DataType, shape);
}

function fromOrt(outputs: Ort.InferenceSession.OnnxValueMapType): Feeds {
  return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, tensorFrom(tensor as Ort.Tensor)]));
}

/** Where Node has a Float16Array the runtime gives one; ours are bit patterns. */
function tensorFrom({ type, dims, data }: Ort.Tensor): Tensor {
  const dtype: DataType = type;
  const expected = dataTypes[dtype].array;
  if (expected === null || !ArrayBuffer.isView(data) || data instanceof expected) {
    return { dtype, shape: dims, data: data as TypedArray | readonly string[] };
  }
  return { dtype, shape: dims, data: new expected(data.buffer as ArrayBuffer, data.byteOffset, data.length) };
}
