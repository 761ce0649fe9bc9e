// Lists of tensors as dense tensors: see rules/lists.ts.

import { attribute, sourceOf, tensorFromNumbers, type Dim } from "@tersor/core";
import { concat, isKnown, shapeOf, unsqueeze } from "./building.ts";
import type { RuleContext } from "./rule.ts";

/** The shape of an element as an input or the attribute `element_shape` states it (-1: unknown), if it does. */
export function listElement(context: RuleContext, input?: number): readonly number[] | undefined {
  if (input === undefined) return context.attribute("element_shape", "shape");
  const tensor = context.known(input);
  // A scalar -1 says that nothing is known.
  return tensor?.shape.length === 1 ? context.numbers(input) : undefined;
}

/**
 * The list as a tensor. One that nothing was written to becomes zeros, for which the shape of an element has to be
 * known: from its own statement, as `element`, or as the shape of the value `like`.
 */
export function denseList(context: RuleContext, list: string, element?: readonly Dim[], like?: string): string {
  const { to, lists } = context;
  const empty = lists.get(list);
  if (empty === undefined) return list;
  const stated = isSizes(element) ? element : undefined;
  empty.element ??= stated;
  if (empty.element === undefined && like === undefined)
    context.refuse("the shape of the elements of its list can't be told");
  const rest = empty.element === undefined ? shapeOf(to, like!) : to.int64s(empty.element);
  const shape = concat(to, [unsqueeze(to, empty.size, [0]), rest], 0);
  const zero = sourceOf(tensorFromNumbers(empty.dtype, [1], [0]));
  return to.add("ConstantOfShape", [shape], { value: attribute.tensor(zero) });
}

function isSizes(element: readonly Dim[] | undefined): element is readonly number[] {
  return isKnown(element) && element.every((dim) => dim >= 0);
}

/** States the shape of an element where inference could not tell it. */
export function stateElement({ to }: RuleContext, value: string, element: readonly number[] | undefined): string {
  if (to.shape(value) === undefined && element?.every((dim) => dim >= 0))
    to.state(value, { kind: "tensor", shape: element });
  return value;
}
