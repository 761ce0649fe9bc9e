// What a layer is called with: trees of tensors and plain values, in the two forms Keras writes.
// Keras 2: [[["conv", 0, 0, {}], ...]], Keras 3: [{ "args": [...], "kwargs": {...} }].

import { isList, isObject, type Json } from "./json.ts";

/** A tensor by the layer that makes it: which call of that layer, and which of its outputs. */
export interface TensorReference {
  readonly layer: string;
  readonly call: number;
  readonly output: number;
}

/** An argument: a tensor, a plain value, or a list or record of such. */
export type Argument<Tensor> =
  | { readonly kind: "tensor"; readonly tensor: Tensor }
  | { readonly kind: "value"; readonly value: Json }
  | { readonly kind: "list"; readonly items: readonly Argument<Tensor>[] }
  | { readonly kind: "record"; readonly items: ReadonlyMap<string, Argument<Tensor>> };

/** One call of a layer. */
export interface Call<Tensor = TensorReference> {
  /** By position; the first holds the inputs proper. */
  readonly args: readonly Argument<Tensor>[];
  readonly kwargs: ReadonlyMap<string, Argument<Tensor>>;
}

/** Deeper trees than this are no call of a layer. */
const MAX_DEPTH = 32;

/** A call from an entry of `inbound_nodes`; undefined where it is none. */
export function callOf(entry: Json): Call | undefined {
  if (isObject(entry) && isList(entry["args"])) return keras3Call(entry["args"], entry["kwargs"]);
  return isList(entry) || isObject(entry) ? keras2Call(entry) : undefined;
}

function keras3Call(args: readonly Json[], kwargs: Json | undefined): Call {
  const named = isObject(kwargs) ? Object.entries(kwargs) : [];
  return {
    args: args.map((item) => argumentOf(item, 0)),
    kwargs: new Map(named.map(([name, item]) => [name, argumentOf(item, 0)])),
  };
}

/** The keyword arguments of a call stand behind each tensor of the first argument. */
function keras2Call(entry: Json): Call {
  const kwargs = new Map<string, Argument<TensorReference>>();
  const first = legacyTree(entry, kwargs, 0);
  return { args: [first], kwargs };
}

function legacyTree(
  item: Json,
  kwargs: Map<string, Argument<TensorReference>>,
  depth: number,
): Argument<TensorReference> {
  if (depth > MAX_DEPTH) return { kind: "value", value: null };
  const leaf = legacyLeaf(item);
  if (leaf !== undefined) {
    if (isObject(leaf.kwargs))
      for (const [name, value] of Object.entries(leaf.kwargs)) kwargs.set(name, argumentOf(value, 0));
    return leaf.argument;
  }
  if (isList(item)) {
    const items = item.map((one) => legacyTree(one, kwargs, depth + 1));
    // A call with one tensor is written as a list of that one.
    return depth === 0 && items.length === 1 ? items[0]! : { kind: "list", items };
  }
  if (isObject(item)) {
    const items = Object.entries(item).map(([name, one]) => [name, legacyTree(one, kwargs, depth + 1)] as const);
    return { kind: "record", items: new Map(items) };
  }
  return { kind: "value", value: item };
}

function legacyLeaf(item: Json): { argument: Argument<TensorReference>; kwargs: Json | undefined } | undefined {
  if (!isList(item) || item.length < 3 || item.length > 4 || typeof item[0] !== "string") return undefined;
  if (item[0] === "_CONSTANT_VALUE") return { argument: { kind: "value", value: item[2]! }, kwargs: item[3] };
  const tensor = referenceOf(item);
  return tensor && { argument: { kind: "tensor", tensor }, kwargs: item[3] };
}

/** A reference such as ["conv", 0, 0]; undefined where the value is none. */
export function referenceOf(item: Json | undefined): TensorReference | undefined {
  if (!isList(item)) return undefined;
  const [layer, call = 0, output = 0] = item;
  if (typeof layer !== "string" || !isIndex(call) || !isIndex(output)) return undefined;
  return { layer, call, output };
}

function isIndex(value: Json): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function argumentOf(item: Json, depth: number): Argument<TensorReference> {
  if (depth > MAX_DEPTH) return { kind: "value", value: null };
  const tensor = tensorIn(item);
  if (tensor) return { kind: "tensor", tensor };
  if (isList(item)) return listOf(item, depth);
  if (isObject(item) && !("class_name" in item)) {
    const items = Object.entries(item).map(([name, one]) => [name, argumentOf(one, depth + 1)] as const);
    return { kind: "record", items: new Map(items) };
  }
  return { kind: "value", value: item };
}

function listOf(item: readonly Json[], depth: number): Argument<TensorReference> {
  const items = item.map((one) => argumentOf(one, depth + 1));
  if (!items.every((one): one is { kind: "value"; value: Json } => one.kind === "value"))
    return { kind: "list", items };
  return { kind: "value", value: item };
}

function tensorIn(item: Json): TensorReference | undefined {
  if (isObject(item) && item["class_name"] === "__keras_tensor__" && isObject(item["config"]!))
    return referenceOf(item["config"]["keras_history"]);
  return isList(item) && item.length === 3 && typeof item[1] === "number" ? referenceOf(item) : undefined;
}

/** All tensors of a tree, in the order in which Keras flattens it: lists as they are, records by sorted key. */
export function tensorsIn<Tensor>(argument: Argument<Tensor>): readonly Tensor[] {
  switch (argument.kind) {
    case "tensor":
      return [argument.tensor];
    case "value":
      return [];
    case "list":
      return argument.items.flatMap(tensorsIn);
    case "record": {
      const sorted = [...argument.items].sort(([a], [b]) => (a < b ? -1 : 1));
      return sorted.flatMap(([, item]) => tensorsIn(item));
    }
  }
}

/** The tree with each tensor replaced. */
export function mapTensors<From, To>(argument: Argument<From>, change: (tensor: From) => To): Argument<To> {
  switch (argument.kind) {
    case "tensor":
      return { kind: "tensor", tensor: change(argument.tensor) };
    case "value":
      return argument;
    case "list":
      return { kind: "list", items: argument.items.map((item) => mapTensors(item, change)) };
    case "record": {
      const items = Array.from(argument.items, ([name, item]) => [name, mapTensors(item, change)] as const);
      return { kind: "record", items: new Map(items) };
    }
  }
}

/** The references of `input_layers` or `output_layers`, however they are nested. */
export function referencesIn(item: Json | undefined, depth = 0): readonly TensorReference[] {
  if (item === undefined || depth > MAX_DEPTH) return [];
  const leaf = isList(item) && typeof item[0] === "string" ? referenceOf(item) : undefined;
  if (leaf) return [leaf];
  if (isList(item)) return item.flatMap((one) => referencesIn(one, depth + 1));
  if (!isObject(item)) return [];
  return Object.keys(item)
    .sort()
    .flatMap((name) => referencesIn(item[name], depth + 1));
}
