// If and Case become If: https://onnx.ai/onnx/operators/onnx__If.html. Branches see the values around them.

import { attribute, type GraphBuilder } from "@tersor/core";
import type { TensorFlowFunction } from "../../graphdef/graph.ts";
import { cast } from "../building.ts";
import { denseList } from "../lists.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";

export const branch: readonly TensorFlowRule[] = [
  defineRule({
    ops: ["If", "StatelessIf"],
    convert: (context) => {
      const branches = ["then_branch", "else_branch"].map((name) =>
        context.functionNamed(context.attribute(name, "function") ?? ""),
      );
      const known = context.known(0);
      if (known?.data.length === 1) return called(branches[Number(known.data[0]) === 0 ? 1 : 0]!, context.to, context);
      return chosen(branches, (to) => truthOf(to, context), context.to, context);
    },
  }),
  defineRule({
    ops: ["Case", "StatelessCase"],
    convert: (context) => {
      const branches = (context.attribute("branches", "functions") ?? []).map((name) => context.functionNamed(name));
      if (branches.length === 0) context.refuse("it has no branches");
      const known = context.known(0);
      if (known !== undefined) return called(branches[Number(known.data[0])] ?? branches.at(-1)!, context.to, context);
      const isThis = (to: GraphBuilder, i: number): string =>
        to.add("Equal", [context.inputs[0]!, to.constant(to.dtype(context.inputs[0]!) ?? "int32", [], [i])]);
      return chosen(branches, isThis, context.to, context);
    },
  }),
];

/** Any number that is not 0, and any tensor that is not empty, counts as true. */
function truthOf(to: GraphBuilder, { inputs, rank }: RuleContext): string {
  const value = inputs[0]!;
  if (rank(0) > 0) {
    const count = to.add("Size", [value]);
    return to.add("Greater", [count, to.constant("int64", [], [0])]);
  }
  return cast(to, value, "bool");
}

/** The first branch whose condition holds, or the last one: Ifs inside one another. */
function chosen(
  branches: readonly TensorFlowFunction[],
  condition: (to: GraphBuilder, branch: number) => string,
  to: GraphBuilder,
  context: RuleContext,
  at = 0,
): readonly string[] {
  const taken = branches[at]!;
  if (at === branches.length - 1) return called(taken, to, context);
  const bodies = [to.body("then_branch"), to.body("else_branch")] as const;
  const results = [called(taken, bodies[0], context), chosen(branches, condition, bodies[1], context, at + 1)] as const;
  if (results.flat().includes("")) return results[0];
  const places = [...taken.outputs.keys()].filter((i) => results[0][i] !== results[1][i]);
  const [then, otherwise] = bodies.map((body, side) =>
    body.finishBody(
      `${to.prefix}/${side === 0 ? "then" : "else"}`,
      places.map((i) => denseList({ ...context, to: body }, results[side]![i]!)),
    ),
  );
  if (places.length === 0) return results[0];
  const outputs = to.addMany(
    "If",
    [condition(to, at)],
    { then_branch: attribute.graph(then!), else_branch: attribute.graph(otherwise!) },
    { outputs: places.length },
  );
  return results[0].map((same, i) => outputs[places.indexOf(i)] ?? same);
}

function called(branch: TensorFlowFunction, to: GraphBuilder, context: RuleContext): readonly string[] {
  const inputs = context.inputs.slice(1);
  if (inputs.length !== branch.inputs.length) context.refuse(`"${branch.name}" takes another number of inputs`);
  return context.callFunction(branch, to, inputs);
}
