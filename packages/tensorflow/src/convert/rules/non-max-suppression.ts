// Boxes that overlap a better one are left out. ONNX's operator works on batches and classes; TensorFlow's takes one
// list of boxes, and CombinedNonMaxSuppression sorts what is left of all classes.
// https://www.tensorflow.org/api_docs/python/tf/raw_ops/NonMaxSuppressionV5

import { attribute, type GraphBuilder } from "@tersor/core";
import {
  cast,
  concat,
  flagOf,
  floatOf,
  reshape,
  scalarLike,
  shapeOf,
  sizeOf,
  squeeze,
  transpose,
  unsqueeze,
} from "../building.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";
import { asInt64, narrowed } from "../wide.ts";
import { pick } from "./join.ts";
import { filled } from "./fill.ts";

const suppression = defineRule({
  ops: [
    "NonMaxSuppression",
    "NonMaxSuppressionV2",
    "NonMaxSuppressionV3",
    "NonMaxSuppressionV4",
    "NonMaxSuppressionV5",
  ],
  convert: (context) => {
    const { node, to, inputs } = context;
    if (node.op.endsWith("V5")) refuseSoft(context);
    const limit = reshape(to, asInt64(to, inputs[2]!), [1]);
    const selected = selection(context, limit);
    const count = squeeze(to, shapeOf(to, selected), [0]);
    const isPadded = flagOf(context, "pad_to_max_output_size");
    const indices = isPadded ? padded(to, selected, limit) : selected;
    const valid = narrowed(to, count, "int32");
    if (!node.op.endsWith("V5")) return [narrowed(to, indices, "int32"), valid];
    const scores = to.add("Gather", [inputs[1]!, selected]);
    return [narrowed(to, indices, "int32"), isPadded ? padded(to, scores, limit) : scores, valid];
  },
});

/** A soft suppression lowers scores instead of leaving boxes out. */
function refuseSoft(context: RuleContext): void {
  if (context.known(5) === undefined || context.numbers(5)[0] !== 0) context.refuse("ONNX has no soft suppression");
}

/** The indices of the boxes that stay, best first, as int64. */
function selection(context: RuleContext, limit: string): string {
  const { node, to, inputs } = context;
  const isFirst = node.op === "NonMaxSuppression";
  const overlap = isFirst
    ? to.constant("float32", [], [floatOf(context, "iou_threshold", 0.5)])
    : cast(to, inputs[3]!, "float32");
  const least = inputs[4] === undefined ? [] : [reshape(to, cast(to, inputs[4], "float32"), [1])];
  const boxes = unsqueeze(to, cast(to, inputs[0]!, "float32"), [0]);
  const scores = unsqueeze(to, cast(to, inputs[1]!, "float32"), [0, 1]);
  const found = to.add("NonMaxSuppression", [boxes, scores, limit, reshape(to, overlap, [1]), ...least]);
  return pick(to, found, 2, 1);
}

/** Filled up with zeros to a fixed length. */
function padded(to: GraphBuilder, vector: string, length: string): string {
  const missing = to.add("Sub", [length, shapeOf(to, vector)]);
  return to.add("Pad", [vector, concat(to, [to.int64s([0]), missing], 0)]);
}

/** What CombinedNonMaxSuppression works on, with int64 scalars for its sizes. */
interface Candidates {
  /** [batch * classes or batch, boxes, 4] */
  readonly boxes: string;
  /** [batch, classes, boxes] */
  readonly scores: string;
  readonly batch: string;
  readonly classes: string;
  readonly count: string;
  /** Whether each class has boxes of its own. */
  readonly isByClass: boolean;
}

/**
 * The scores of what stays are put into a table over classes and boxes, whose largest entries are the result:
 * their places tell class and box.
 */
const combined = defineRule({
  ops: ["CombinedNonMaxSuppression"],
  convert: (context) => {
    const { to } = context;
    const candidates = candidatesOf(context);
    const table = survivors(context, candidates);
    const total = totalOf(context, candidates);
    const [scores, places] = to.addMany("TopK", [table, total], {}, { outputs: 2 });
    const isThere = to.add("Greater", [scores!, scalarLike(to, scores!, -Infinity)]);
    const zero = to.constant("float32", [], [0]);
    const only = (value: string): string => to.add("Where", [isThere, value, zero]);
    const classes = cast(to, to.add("Div", [places!, candidates.count]), "float32");
    const found = boxesAt(context, candidates, places!);
    const boxes = to.add("Where", [unsqueeze(to, isThere, [2]), found, zero]);
    const valid = to.add("ReduceSum", [cast(to, isThere, "int32"), to.int64s([1])], { keepdims: attribute.int(0) });
    return [...[boxes, only(scores!), only(classes)].map((value) => filledUp(context, value)), valid];
  },
});

function candidatesOf(context: RuleContext): Candidates {
  const { to, inputs } = context;
  const [boxes, scores] = inputs as readonly [string, string];
  const perBox = context.shape(0)?.[2];
  if (typeof perBox !== "number") return context.refuse("whether classes have boxes of their own can't be told");
  const isByClass = perBox > 1;
  const moved = isByClass ? joinedAxes(to, transpose(to, boxes, [0, 2, 1, 3])) : squeeze(to, boxes, [2]);
  return {
    boxes: moved,
    scores: transpose(to, scores, [0, 2, 1]),
    batch: sizeOf(to, scores, 0),
    count: sizeOf(to, scores, 1),
    classes: sizeOf(to, scores, 2),
    isByClass,
  };
}

/** [a, b, n, 4] as [a * b, n, 4]. */
function joinedAxes(to: GraphBuilder, value: string): string {
  return to.add("Reshape", [value, concat(to, [to.int64s([-1]), shapeOf(to, value, 2)], 0)]);
}

/** [batch, classes * boxes]: scores of what stays, elsewhere minus infinity. */
function survivors(context: RuleContext, { boxes, scores, batch, classes, count, isByClass }: Candidates): string {
  const { to, inputs } = context;
  const limit = (input: number, cast64: boolean): string =>
    reshape(to, cast64 ? asInt64(to, inputs[input]!) : inputs[input]!, [1]);
  const ranked = isByClass ? unsqueeze(to, reshapedTo(to, scores, [undefined, count]), [1]) : scores;
  const found = to.add("NonMaxSuppression", [boxes, ranked, limit(2, true), limit(4, false), limit(5, false)]);
  const [row, klass, box] = [0, 1, 2].map((column) => pick(to, found, column, 1)) as [string, string, string];
  // With boxes of their own, each row of the batch is a class, and the only one.
  const place = isByClass ? row : to.add("Add", [to.add("Mul", [row, classes]), klass]);
  const flat = to.add("Add", [to.add("Mul", [place, count]), box]);
  const flatScores = reshape(to, scores, [-1]);
  const none = filled(to, shapeOf(to, flatScores), "float32", -Infinity);
  const kept = to.add("ScatterElements", [none, flat, to.add("Gather", [flatScores, flat])]);
  return reshapedTo(to, kept, [batch, undefined]);
}

/** A matrix with the given number of rows or columns; the other is what is left. */
function reshapedTo(to: GraphBuilder, value: string, sizes: readonly (string | undefined)[]): string {
  const parts = sizes.map((size) => (size === undefined ? to.int64s([-1]) : reshape(to, size, [1])));
  return to.add("Reshape", [value, concat(to, parts, 0)]);
}

/** How many are looked for: no more than there are. */
function totalOf({ to, inputs }: RuleContext, { classes, count }: Candidates): string {
  return reshape(to, to.add("Min", [asInt64(to, inputs[3]!), to.add("Mul", [classes, count])]), [1]);
}

function boxesAt(context: RuleContext, candidates: Candidates, places: string): string {
  const { to } = context;
  const { boxes, batch, count, isByClass } = candidates;
  const table = isByClass
    ? to.add("Reshape", [boxes, concat(to, [reshape(to, batch, [1]), to.int64s([-1, 4])], 0)])
    : boxes;
  const index = isByClass ? places : to.add("Mod", [places, count]);
  const found = to.add("GatherND", [table, unsqueeze(to, index, [2])], { batch_dims: attribute.int(1) });
  if (!flagOf(context, "clip_boxes", true)) return found;
  return to.add("Clip", [found, scalarLike(to, found, 0), scalarLike(to, found, 1)]);
}

/** Zeros up to the stated total, or, where classes are padded, up to what they can give if that is less. */
function filledUp(context: RuleContext, value: string): string {
  const { to, inputs } = context;
  const rank = to.shape(value)?.length ?? 2;
  const stated = asInt64(to, inputs[3]!);
  const perClass = to.add("Mul", [asInt64(to, inputs[2]!), sizeOf(to, inputs[1]!, 2)]);
  const goal = flagOf(context, "pad_per_class") ? to.add("Min", [stated, perClass]) : stated;
  const size = sizeOf(to, value, 1);
  const missing = reshape(to, to.add("Sub", [goal, size]), [1]);
  const zeros = to.int64s(Array<number>(rank + 1).fill(0));
  const behind = to.int64s(Array<number>(rank - 2).fill(0));
  return to.add("Pad", [value, concat(to, [zeros, missing, ...(rank > 2 ? [behind] : [])], 0)]);
}

export const suppressions: readonly TensorFlowRule[] = [combined, suppression];
