// The largest elements, and elements without their repetitions.
// https://www.tensorflow.org/api_docs/python/tf/raw_ops/TopKV2

import { attribute, type DataType } from "@tersor/core";
import { axisFromZero, cast, elementType, intOf, reshape, typeAttribute } from "../building.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";
import { asInt64, narrowed } from "../wide.ts";

/** Along the last axis; equal elements come in the order of their indices in both. */
const topK = defineRule({
  ops: ["TopK", "TopKV2"],
  convert: (context) => {
    const { node, to, inputs } = context;
    const k = node.op === "TopK" ? to.int64s([intOf(context, "k", 1)]) : reshape(to, asInt64(to, inputs[1]!), [1]);
    const dtype = elementType(context);
    const through = sorted.includes(dtype) ? dtype : dtype === "float16" || dtype === "bfloat16" ? "float32" : "int32";
    const [values, indices] = to.addMany("TopK", [cast(to, inputs[0]!, through), k], {}, { outputs: 2 });
    return [cast(to, values!, dtype), narrowed(to, indices!, typeAttribute(context, "index_type", "int32"))];
  },
});

/** Types that onnxruntime sorts. */
const sorted: readonly DataType[] = ["float32", "float64", "int32", "int64"];

/** In the order in which they come first. */
const unique = defineRule({
  ops: ["Unique", "UniqueV2", "UniqueWithCounts", "UniqueWithCountsV2"],
  convert: (context) => {
    const { node, to, inputs } = context;
    const dtype = elementType(context);
    const axis = node.op.endsWith("V2") ? uniqueAxis(context) : {};
    const x = ["float32", "float64", "int64", "int8", "string"].includes(dtype)
      ? inputs[0]!
      : cast(to, inputs[0]!, "int64");
    const [values, , inverse, counts] = to.addMany(
      "Unique",
      [x],
      { ...axis, sorted: attribute.int(0) },
      { outputs: 4 },
    );
    const indexType = typeAttribute(context, "out_idx", "int32");
    return [cast(to, values!, dtype), narrowed(to, inverse!, indexType), narrowed(to, counts!, indexType)];
  },
});

function uniqueAxis(context: RuleContext): { axis?: ReturnType<typeof attribute.int> } {
  const [axis] = context.numbers(1);
  return axis === undefined ? {} : { axis: attribute.int(axisFromZero(context, axis, context.rank(0))) };
}

export const topKs: readonly TensorFlowRule[] = [topK, unique];
