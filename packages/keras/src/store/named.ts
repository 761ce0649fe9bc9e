// Variables by the names Keras 2 gave them, such as "bi/forward_lstm/lstm_cell/kernel:0": legacy .h5 files, where each
// layer of the outermost model has a group, and TensorFlow.js, where all are in one list.

import { isModel, type LayerSpec } from "../config/model.ts";
import type { StoredVariable, VariableScope } from "./scope.ts";

/** A variable with the name it had in Keras. */
export interface NamedVariable extends StoredVariable {
  readonly name: string;
}

/** The scope over a list of variables, in the order in which the file lists them. */
export function namedScope(where: string, entries: readonly NamedVariable[]): VariableScope {
  return {
    where,
    has: describe(entries),
    variables: (names) => find(entries, names),
    part: (_, name) => (name === undefined ? namedScope(where, entries) : within(where, entries, name)),
    layers: (layers) => layers.map((layer) => layerWithin(where, entries, layer)),
  };
}

/** The scope over the groups of a legacy .h5 file: each layer of the outermost model has its own list. */
export function groupedScope(where: string, groups: (layer: string) => readonly NamedVariable[]): VariableScope {
  const none = namedScope(where, []);
  const layers = (specs: readonly LayerSpec[]): readonly VariableScope[] =>
    specs.map(({ name }) => namedScope(`${where}/${name}`, groups(name)));
  return { ...none, layers };
}

function describe(entries: readonly NamedVariable[]): string {
  if (entries.length === 0) return "none";
  const shown = entries.slice(0, 8).map(({ name }) => name);
  return shown.join(", ") + (entries.length > 8 ? ` and ${entries.length - 8} more` : "");
}

/** By the last part of the name; where the names are others but as many, by position. */
function find(entries: readonly NamedVariable[], names: readonly string[]): readonly (StoredVariable | undefined)[] {
  const found = names.map((name) => oneOf(entries, (last) => last === name) ?? shortened(entries, name));
  const some = found.some((variable) => variable !== undefined);
  return !some && entries.length === names.length ? entries : found;
}

/** Keras 3 calls the depthwise_kernel of a convolution "kernel". */
function shortened(entries: readonly NamedVariable[], name: string): NamedVariable | undefined {
  return name === "depthwise_kernel" ? oneOf(entries, (last) => last === "kernel") : undefined;
}

function oneOf(entries: readonly NamedVariable[], fits: (last: string) => boolean): NamedVariable | undefined {
  const fitting = entries.filter((entry) => fits(lastPart(entry.name)));
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** "dense/kernel:0" is "kernel"; so is the "kernel_1:0" of a graph that was made twice. */
function lastPart(name: string): string {
  const last = name.slice(name.lastIndexOf("/") + 1).replace(/:\d+$/, "");
  return last.replace(/_\d+$/, "");
}

/** The variables whose names lead through a part; all of them where the file doesn't name it. */
function within(where: string, entries: readonly NamedVariable[], part: string): VariableScope {
  const inside = leadingThrough(entries, part);
  return namedScope(`${where}/${part}`, inside.length > 0 ? inside : entries);
}

/** Names leave out the models around a layer, as a rule. */
function layerWithin(where: string, entries: readonly NamedVariable[], layer: LayerSpec): VariableScope {
  if (isModel(layer)) return within(where, entries, layer.name);
  return namedScope(`${where}/${layer.name}`, leadingThrough(entries, layer.name));
}

function leadingThrough(entries: readonly NamedVariable[], part: string): readonly NamedVariable[] {
  const first = entries.filter(({ name }) => name.startsWith(`${part}/`));
  return first.length > 0 ? first : entries.filter(({ name }) => name.includes(`/${part}/`));
}
