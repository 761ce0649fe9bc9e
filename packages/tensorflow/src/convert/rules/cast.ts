// Changes of the element type. Floats become integers by truncation in both, and what is not zero is true.

import { cast, typeAttribute } from "../building.ts";
import { defineRule, type TensorFlowRule } from "../rule.ts";
import { asInt64, narrowed, twinOf } from "../wide.ts";

const castRule = defineRule({
  ops: ["Cast"],
  convert: (context) => {
    const { to, inputs } = context;
    const x = inputs[0]!;
    const dtype = typeAttribute(context, "DstT", "float32");
    const from = to.dtype(x);
    if (from === "int32" && dtype === "int64") return [asInt64(to, x)];
    if (from === "int64" && dtype === "int32") return [narrowed(to, x, "int32")];
    return [cast(to, (from === dtype ? undefined : twinOf(to, x)) ?? x, dtype)];
  },
});

/** The same bits under another name, as quantized integers have; ONNX can't read bits as another type. */
const bitcast = defineRule({
  ops: ["Bitcast"],
  convert: (context) => {
    const x = context.inputs[0]!;
    const dtype = typeAttribute(context, "type", "float32");
    return [context.to.dtype(x) === dtype ? x : context.refuse(`it reads bits as ${dtype}, which ONNX can't`)];
  },
});

export const casts: readonly TensorFlowRule[] = [bitcast, castRule];
