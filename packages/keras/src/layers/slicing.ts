// Python's subscripts: x[:, -1:, ..., None]. Keras 2 writes { start, stop, step }, null and { class_name: "__ellipsis__" };
// Keras 3 wraps slices as { class_name: "__slice__", config }.

import { isList, isObject, type Json, type JsonObject } from "../config/json.ts";
import type { LayerContext } from "./layer.ts";
import { squeeze, unsqueeze } from "./layout.ts";
import type { Operands } from "./operands.ts";

/** A subscript of one axis. */
type Subscript =
  | { readonly kind: "slice"; readonly start: number | null; readonly stop: number | null; readonly step: number }
  | { readonly kind: "index"; readonly at: number }
  | { readonly kind: "new" }
  | { readonly kind: "ellipsis" };

/** The parts of a tensor that subscripts name. */
export function getItem({ context, value, plain }: Operands): string {
  const x = value(0, "x", "input");
  const written = plain(1, "slice_spec", "key");
  if (written === undefined) return context.refuse("it is called with subscripts that are tensors");
  const items = (isList(written) ? written : [written]).map((item) => subscriptOf(item, context));
  return reshape(context, sliced(context, x, items), items);
}

function subscriptOf(item: Json, { refuse }: LayerContext): Subscript {
  if (item === null) return { kind: "new" };
  if (typeof item === "number") return { kind: "index", at: item };
  if (!isObject(item)) return refuse("its subscripts are not known");
  if (item["class_name"] === "__ellipsis__") return { kind: "ellipsis" };
  const slice: JsonObject = item["class_name"] === "__slice__" && isObject(item["config"]) ? item["config"] : item;
  const { start = null, stop = null, step = null } = slice;
  const fits = [start, stop, step].every((bound) => bound === null || Number.isSafeInteger(bound));
  if (!fits || step === 0) return refuse("its subscripts are not known");
  return {
    kind: "slice",
    start: start as number | null,
    stop: stop as number | null,
    step: (step as number | null) ?? 1,
  };
}

/** The axis that each subscript is for, in the tensor as it is; those of new axes have none. */
function axesOf(context: LayerContext, x: string, items: readonly Subscript[]): readonly number[] {
  const taking = items.filter(({ kind }) => kind === "slice" || kind === "index").length;
  const skipped = context.shape(x).length - taking;
  if (skipped < 0) context.refuse("it has more subscripts than its tensor has axes");
  let axis = 0;
  return items.map(({ kind }) => {
    if (kind === "ellipsis") return (axis += skipped) - skipped;
    return kind === "new" ? -1 : axis++;
  });
}

/** The slices; an index is a slice of one, whose axis goes away later. */
function sliced(context: LayerContext, x: string, items: readonly Subscript[]): string {
  const { to } = context;
  const axes = axesOf(context, x, items);
  const bounds = items.flatMap((item, i) => {
    const axis = axes[i]!;
    if (item.kind === "index") return [{ axis, start: item.at, stop: item.at === -1 ? far(1) : item.at + 1, step: 1 }];
    if (item.kind !== "slice" || (item.start === null && item.stop === null && item.step === 1)) return [];
    const start = item.start ?? (item.step > 0 ? 0 : far(1));
    return [{ axis, start, stop: item.stop ?? far(item.step), step: item.step }];
  });
  if (bounds.length === 0) return x;
  const list = (field: "start" | "stop" | "axis" | "step"): string => to.int64s(bounds.map((bound) => bound[field]));
  return to.add("Slice", [x, list("start"), list("stop"), list("axis"), list("step")]);
}

function far(step: number): number {
  return Math.sign(step) * Number.MAX_SAFE_INTEGER;
}

/** Axes of indices go, then new ones come; both are counted as Python counts them. */
function reshape(context: LayerContext, x: string, items: readonly Subscript[]): string {
  const axes = axesOf(context, x, items);
  const gone = axes.filter((_, i) => items[i]!.kind === "index");
  const rest = gone.length === 0 ? x : squeeze(context, x, gone);
  const skipped = context.shape(x).length - items.filter(({ kind }) => kind === "slice" || kind === "index").length;
  const made: number[] = [];
  let place = 0;
  for (const { kind } of items) {
    if (kind === "new") made.push(place++);
    else if (kind === "ellipsis") place += skipped;
    else if (kind === "slice") place++;
  }
  return made.length === 0 ? rest : unsqueeze(context, rest, made);
}
