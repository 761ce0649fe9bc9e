// Dimensions of the graph's inputs. Exporters write sums of other names into dim_param ("past + seq"): where all
// those names are dimensions of inputs on their own the text means what it says, elsewhere it is just a name.

import { canonicalDim, dimOfName, nameOfDim, namesOfDim, type Dim } from "../graph/dim.ts";
import type { Value } from "../graph/graph.ts";

/** Gives the dimension that a text in an input's shape stands for. */
export function inputDims(inputs: readonly Value[]): (dim: Dim) => Dim {
  const names = new Set(inputs.flatMap(shapeOf).flatMap((dim) => plainName(dim) ?? []));
  return (dim) => (typeof dim === "number" ? dim : resolve(dim, names));
}

function resolve(dim: string, names: ReadonlySet<string>): Dim {
  const name = nameOfDim(dim);
  const meant = canonicalDim(name ?? dim);
  const parts = namesOfDim(meant);
  if (parts.length > 0 && parts.every((part) => names.has(part))) return meant;
  return dimOfName(name ?? dim);
}

function plainName(dim: Dim): string | undefined {
  const name = nameOfDim(dim);
  return name !== undefined && canonicalDim(name) === dim ? name : undefined;
}

function shapeOf({ type }: Value): readonly Dim[] {
  return type.kind === "tensor" ? (type.shape ?? []) : [];
}
