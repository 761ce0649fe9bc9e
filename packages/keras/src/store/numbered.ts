// Variables by number, as .keras archives and .weights.h5 files have them: "layers/conv2d_1/vars/0". A layer is named
// there by its class in snake case and a counter per class, in the order of the model's layers.

import type { LayerSpec } from "../config/model.ts";
import type { StoredVariable, VariableScope } from "./scope.ts";

/** What a scope needs to know of its file. */
export interface NumberedStore {
  /** The variable at a path; undefined where there is none. */
  variable(path: string): StoredVariable | undefined;
  hasGroup(path: string): boolean;
}

/** Names of the container of a model's layers: Keras 2.14 and later, and before. */
const containers = ["layers", "_layer_checkpoint_dependencies"] as const;

/** The scope of the group at `path` ("" is the root). */
export function numberedScope(store: NumberedStore, path: string): VariableScope {
  return {
    where: path === "" ? "the root of its weights" : `"${path}"`,
    has: countOf(store, path),
    variables: (names) => names.map((_, i) => store.variable(join(path, `vars/${i}`))),
    part: (attributes) => {
      const attribute = attributes.find((name) => store.hasGroup(join(path, name))) ?? attributes[0] ?? "";
      return numberedScope(store, join(path, attribute));
    },
    layers: (layers) => {
      const container = containers.find((name) => store.hasGroup(join(path, name))) ?? containers[0];
      return countedNames(layers).map((name) => numberedScope(store, join(path, `${container}/${name}`)));
    },
  };
}

function join(path: string, rest: string): string {
  return path === "" ? rest : `${path}/${rest}`;
}

function countOf(store: NumberedStore, path: string): string {
  let count = 0;
  while (store.variable(join(path, `vars/${count}`))) count++;
  return count === 0 ? "none" : `${count}`;
}

/** "conv2d", "conv2d_1", "conv2d_2": by class, counted in the order of the layers. */
function countedNames(layers: readonly LayerSpec[]): readonly string[] {
  const seen = new Map<string, number>();
  return layers.map(({ className }) => {
    const snake = snakeCase(className);
    const count = seen.get(snake) ?? 0;
    seen.set(snake, count + 1);
    return count === 0 ? snake : `${snake}_${count}`;
  });
}

/** Keras's own rule: "PReLU" is "p_re_lu", "Conv2DTranspose" is "conv2d_transpose". */
export function snakeCase(className: string): string {
  return className
    .replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}
