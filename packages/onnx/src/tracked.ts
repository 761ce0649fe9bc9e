// Remembers from which bytes an object of the graph was read. The graph is immutable, so an object that is still
// the same has not changed: the writer copies its bytes, unknown fields and all, and encodes only what is new.

import type { TensorSource } from "@tersor/core";
import type { ByteSource, Span } from "./wire/bytes.ts";
import type { Field } from "./wire/walker.ts";

/** The field that an object was read from. */
export interface Tracked {
  readonly field: Field;
  readonly source: ByteSource;
  /** What the field says the object is called; a renamed object is encoded anew. */
  readonly name: string;
}

const fields = new WeakMap<object, Tracked>();

export function remember(object: object, tracked: Tracked): void {
  fields.set(object, tracked);
}

/** The field an object was read from, where it still has the name it had. */
export function trackedField(object: object, name: string): Tracked | undefined {
  const found = fields.get(object);
  return found?.name === name ? found : undefined;
}

const models = new WeakMap<object, ByteSource>();

/** Remembers the file that a whole model was read from. */
export function rememberModel(graph: object, file: ByteSource): void {
  models.set(graph, file);
}

/** The file that says all of the model and nothing else, where it was read and not changed. */
export function trackedModel(graph: object): ByteSource | undefined {
  return models.get(graph);
}

/** What is known of a tensor's place in a file. */
export interface TensorPlace {
  /** The raw elements. */
  readonly raw?: Span;
  /** Fields of the message besides elements, name, type and dims, encoded. */
  readonly extras?: Uint8Array;
}

const tensors = new WeakMap<TensorSource, TensorPlace>();

export function rememberTensor(source: TensorSource, place: TensorPlace): void {
  tensors.set(source, place);
}

export function tensorPlace(source: TensorSource): TensorPlace {
  return tensors.get(source) ?? {};
}

/** What a graph that was read carries for the writer: fields Tersor does not look into. */
export class GraphCarrier {
  readonly rest: readonly Span[];

  constructor(rest: readonly Span[]) {
    this.rest = rest;
  }
}

/** The same for a whole model, with what the model says of itself. */
export class ModelCarrier extends GraphCarrier {
  readonly about: ModelFacts;
  /** Version of ONNX's own operator set when the model was read. */
  readonly opset: number;
  readonly modelRest: readonly Span[];

  constructor(rest: readonly Span[], about: ModelFacts, opset: number, modelRest: readonly Span[]) {
    super(rest);
    this.about = about;
    this.opset = opset;
    this.modelRest = modelRest;
  }
}

/** What a model says of itself besides its graph. */
export interface ModelFacts {
  readonly irVersion: number;
  readonly producerName?: string;
  readonly producerVersion?: string;
  readonly domain?: string;
  readonly modelVersion?: number;
  readonly docString?: string;
}
