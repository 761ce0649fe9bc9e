// Activations: those that TensorFlow has, and those that are written out in its elementary operations. TensorFlow Lite
// has some as single operators, which take integers.
// https://onnx.ai/onnx/operators/onnx__Clip.html, onnx__HardSwish.html, onnx__Gelu.html, onnx__PRelu.html

import { staticDim } from "../refusal.ts";
import { attr } from "../emitter.ts";
import { axisLast } from "../layout.ts";
import { defineLowering, type LowerContext, type LoweringRule, type Stored } from "../rule.ts";
import { lowerUnary } from "./elementwise.ts";
import { operand } from "./operands.ts";

/** The rules of this family. */
export const activationRules: readonly LoweringRule[] = [
  defineLowering({ ops: ["Clip"], lower: (context) => [lowerClip(context)] }),
  defineLowering({ ops: ["Elu"], lower: (context) => [lowerElu(context)] }),
  defineLowering({ ops: ["Gelu"], lower: (context) => [lowerGelu(context)] }),
  defineLowering({ ops: ["HardSigmoid"], lower: (context) => [lowerHardSigmoid(context)] }),
  defineLowering({ ops: ["HardSwish"], lower: (context) => [lowerHardSwish(context)] }),
  defineLowering({ ops: ["LeakyRelu"], lower: (context) => [lowerLeakyRelu(context)] }),
  defineLowering({ ops: ["PRelu"], lower: (context) => [lowerPRelu(context)] }),
  defineLowering({ ops: ["Softplus"], lower: (context) => [lowerSoftplus(context)] }),
  defineLowering({ ops: ["Softsign"], lower: (context) => [lowerSoftsign(context)] }),
  defineLowering({ ops: ["Softmax", "LogSoftmax"], lower: (context) => [lowerSoftmax(context)] }),
];

const float = { T: attr.type("float32") };

/** Operations on the node's input that keep its layout. */
class Formula {
  readonly #context: LowerContext;
  readonly #input: Stored;

  constructor(context: LowerContext) {
    this.#context = context;
    this.#input = context.stored(0);
  }

  get x(): string {
    return this.#input.tensor;
  }

  apply(op: string, ...operands: readonly (string | number)[]): string {
    const { to } = this.#context;
    const inputs = operands.map((one) => (typeof one === "number" ? to.scalar("float32", one) : one));
    return to.add(op, inputs, float, to.type(this.x));
  }

  result(tensor: string): Stored {
    return { tensor, layout: this.#input.layout };
  }
}

function lowerClip(context: LowerContext): Stored {
  const { dtype } = context.type(0);
  const low = context.opset < 11 ? context.float("min", -Infinity) : limit(context, 1, -Infinity);
  const high = context.opset < 11 ? context.float("max", Infinity) : limit(context, 2, Infinity);
  if (dtype === "float32" && low === 0 && high === 6) return lowerUnary(context, "Relu6");
  if (dtype === "float32" && low === 0 && high >= 3.4e38) return lowerUnary(context, "Relu");
  const { tensor, layout } = context.stored(0);
  const attributes = { T: attr.type(dtype) };
  const over = context.emit("Maximum", [tensor, context.to.scalar(dtype, low)], attributes, layout);
  return context.emit("Minimum", [over.tensor, context.to.scalar(dtype, high)], attributes, layout);
}

function limit(context: LowerContext, input: number, otherwise: number): number {
  return context.numbers(input)?.[0] ?? otherwise;
}

function lowerElu(context: LowerContext): Stored {
  const alpha = context.float("alpha", 1);
  if (alpha === 1) return lowerUnary(context, "Elu");
  // max(x, 0) + alpha * (exp(min(x, 0)) - 1)
  const formula = new Formula(context);
  const negative = formula.apply("Sub", formula.apply("Exp", formula.apply("Minimum", formula.x, 0)), 1);
  return formula.result(
    formula.apply("AddV2", formula.apply("Relu", formula.x), formula.apply("Mul", negative, alpha)),
  );
}

/** 0.5 x (1 + erf(x / sqrt 2)), or 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))). */
function lowerGelu(context: LowerContext): Stored {
  const isTanh = context.text("approximate", "none") === "tanh";
  if (context.target === "tflite") return lowerUnary(context, "Gelu", { approximate: attr.bool(isTanh) });
  const formula = new Formula(context);
  const { x } = formula;
  const cube = () => formula.apply("Mul", formula.apply("Mul", formula.apply("Mul", x, x), x), 0.044715);
  const inner = isTanh
    ? formula.apply("Tanh", formula.apply("Mul", formula.apply("AddV2", x, cube()), Math.sqrt(2 / Math.PI)))
    : formula.apply("Erf", formula.apply("Mul", x, Math.SQRT1_2));
  const half = formula.apply("Mul", x, 0.5);
  return formula.result(formula.apply("Mul", half, formula.apply("AddV2", inner, 1)));
}

/** max(0, min(1, alpha x + beta)) */
function lowerHardSigmoid(context: LowerContext): Stored {
  const formula = new Formula(context);
  const line = formula.apply("Mul", formula.x, context.float("alpha", 0.2));
  const shifted = formula.apply("AddV2", line, context.float("beta", 0.5));
  return formula.result(formula.apply("Maximum", formula.apply("Minimum", shifted, 1), 0));
}

/** x relu6(x + 3) / 6 */
function lowerHardSwish(context: LowerContext): Stored {
  if (context.target === "tflite") return lowerUnary(context, "HardSwish");
  const formula = new Formula(context);
  const gate = formula.apply("Relu6", formula.apply("AddV2", formula.x, 3));
  return formula.result(formula.apply("Mul", formula.apply("Mul", formula.x, gate), 1 / 6));
}

function lowerLeakyRelu(context: LowerContext): Stored {
  return lowerUnary(context, "LeakyRelu", { alpha: attr.float(context.float("alpha", 0.01)) });
}

/** relu(x) - slope relu(-x) */
function lowerPRelu(context: LowerContext): Stored {
  const formula = new Formula(context);
  const slope = operand(context, 1, context.stored(0).layout);
  if (context.target === "tflite") return formula.result(formula.apply("Prelu", formula.x, slope));
  const negative = formula.apply("Relu", formula.apply("Neg", formula.x));
  return formula.result(formula.apply("Sub", formula.apply("Relu", formula.x), formula.apply("Mul", negative, slope)));
}

/** log(1 + exp(x)), as max(x, 0) + log(1 + exp(-|x|)), which does not overflow. */
function lowerSoftplus(context: LowerContext): Stored {
  if (context.target === "graphdef") return lowerUnary(context, "Softplus");
  const formula = new Formula(context);
  const small = formula.apply("Exp", formula.apply("Neg", formula.apply("Abs", formula.x)));
  const rest = formula.apply("Log", formula.apply("AddV2", small, 1));
  return formula.result(formula.apply("AddV2", formula.apply("Relu", formula.x), rest));
}

/** x / (1 + |x|) */
function lowerSoftsign(context: LowerContext): Stored {
  if (context.target === "graphdef") return lowerUnary(context, "Softsign");
  const formula = new Formula(context);
  return formula.result(
    formula.apply("RealDiv", formula.x, formula.apply("AddV2", formula.apply("Abs", formula.x), 1)),
  );
}

/** TensorFlow normalises over the last axis; before opset 13 ONNX did so over all axes from the given one on. */
function lowerSoftmax(context: LowerContext): Stored {
  const { shape } = context.type(0);
  const since13 = context.opset >= 13;
  const stated = context.int("axis", since13 ? -1 : 1);
  const axis = stated < 0 ? stated + shape.length : stated;
  if (!since13 && shape.slice(axis + 1).some((dim) => staticDim(dim, "a size") !== 1))
    context.refuse("before operator set 13 it normalises over several axes");
  const { layout } = context.stored(0);
  const wanted = layout.at(-1) === axis ? layout : axisLast(layout, axis);
  return context.emit(context.node.op, [context.in(0, wanted)], float, wanted);
}
