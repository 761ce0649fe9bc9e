// Which value of a checkpoint each variable gets: the model's own restoring operations say so, whatever the names are.
// Otherwise the variable's name is a key, or the object graph of the checkpoint knows its full name.

import { nodeOfReference, type DraftNode } from "../graphdef/draft.ts";
import type { Level } from "../graphdef/inline.ts";
import { tensorOfProto } from "../graphdef/tensor-proto.ts";
import { decodeMessage } from "../wire/decode.ts";
import { tensorflow } from "../wire/messages.generated.js";
import type { Bundle } from "./bundle.ts";
import { boxOfText, type Box } from "./slices.ts";
import { sharedName, type StoredVariables } from "./variables.ts";

/** The place of a variable's value. */
interface Place {
  readonly key: string;
  readonly box?: Box;
}

/** The variables of a graph with a checkpoint. */
export function restoredVariables(level: Level, bundle: Bundle): StoredVariables {
  const places = restoredPlaces(level);
  const fullNames = fullNamesOf(bundle);
  const find = (node: DraftNode) => {
    const place = places.get(node.name) ?? namedPlace(node, bundle, fullNames);
    const source = place && bundle.source(place.key, place.box);
    return source && { key: nameOfPlace(place), source };
  };
  return { file: bundle.indexFile, find };
}

/** "weights" or, of a partitioned variable, "weights:0,2:-". */
function nameOfPlace({ key, box }: Place): string {
  if (box === undefined) return key;
  return [key, ...box.map(({ start, length, isWhole }) => (isWhole ? "-" : `${start},${length}`))].join(":");
}

/** What `nameOfPlace` made, read back: the key, and the part if it is one. */
export function placeOfName(name: string, bundle: Bundle): Place {
  if (bundle.has(name)) return { key: name };
  const match = /^(.*?)((?::(?:-|\d+,\d+))+)$/.exec(name);
  const shape = match ? bundle.entry(match[1]!)?.shape : undefined;
  const box = shape && boxOfText(`${shape.join(" ")} ${match![2]!.slice(1)}`);
  return box ? { key: match![1]!, box } : { key: name };
}

/** For each variable that something restores: from where. */
function restoredPlaces(level: Level): ReadonlyMap<string, Place> {
  const makerOf = (reference: string | undefined) =>
    reference === undefined ? undefined : level.nodes.get(nodeOfReference(level.resolve(reference)));
  const places = new Map<string, Place>();
  for (const node of level.nodes.values()) {
    if (node.op !== "Assign" && node.op !== "AssignVariableOp") continue;
    const variable = makerOf(node.inputs[0]);
    const place = restoredValue(node.inputs[1], level, makerOf);
    if (variable && place && !places.has(variable.name)) places.set(variable.name, place);
  }
  return places;
}

const MOST_STEPS = 8;

/** The place that a value is restored from, through Identities. */
function restoredValue(
  reference: string | undefined,
  level: Level,
  makerOf: (reference: string | undefined) => DraftNode | undefined,
): Place | undefined {
  let at = reference;
  for (let step = 0; step < MOST_STEPS && at !== undefined; step++) {
    const tensor: string = level.resolve(at);
    const maker = makerOf(tensor);
    if (maker?.op === "RestoreV2")
      return restoredPlace(maker, Number(tensor.slice(tensor.lastIndexOf(":") + 1)), makerOf);
    if (maker?.op !== "Identity") return undefined;
    at = maker.inputs[0];
  }
  return undefined;
}

function restoredPlace(
  restore: DraftNode,
  index: number,
  makerOf: (reference: string | undefined) => DraftNode | undefined,
): Place | undefined {
  const key = textsOf(makerOf(restore.inputs[1]))?.[index];
  const box = boxOfText(textsOf(makerOf(restore.inputs[2]))?.[index] ?? "");
  if (key === undefined || box === null) return undefined;
  return box ? { key, box } : { key };
}

function textsOf(node: DraftNode | undefined): readonly string[] | undefined {
  const value = node?.op === "Const" ? node.attributes["value"]?.tensor : undefined;
  if (!node || !value) return undefined;
  const { dtype, data } = tensorOfProto(value, node.name).tensor();
  return dtype === "string" ? (data as readonly string[]) : undefined;
}

function namedPlace(node: DraftNode, bundle: Bundle, fullNames: ReadonlyMap<string, string>): Place | undefined {
  for (const name of [node.name, sharedName(node)]) {
    if (bundle.has(name)) return { key: name };
    const key = fullNames.get(name);
    if (key !== undefined) return { key };
  }
  return undefined;
}

const OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH";

/** Keys by the full names of variables, as object-based checkpoints keep them. */
function fullNamesOf(bundle: Bundle): ReadonlyMap<string, string> {
  const bytes = bundle.text(OBJECT_GRAPH);
  if (bytes === undefined) return new Map();
  const graph = decodeMessage(tensorflow.TrackableObjectGraph, bytes, bundle.indexFile, "its object graph");
  const stored = (graph.nodes ?? []).flatMap(({ attributes }) => attributes ?? []);
  return new Map(stored.map(({ fullName, checkpointKey }) => [fullName ?? "", checkpointKey ?? ""]));
}
