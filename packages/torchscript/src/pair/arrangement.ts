// How the elements of a parameter lie in a weight: as they are, reshaped, with axes in another order, or, in recurrent
// layers, with the gates in ONNX's order. Tried one after the other, and taken when the elements are equal.

import { applySteps, bytesOf, elementCount, type OriginStep, type Tensor } from "@tersor/core";

/** Steps from the parameter to the weight under which the elements are equal; undefined when none leads there. */
export function arrangementOf(parameter: Tensor, weight: Tensor): readonly OriginStep[] | undefined {
  if (parameter.dtype !== weight.dtype) return undefined;
  return arrangements(parameter.shape, weight.shape).find((steps) => isEqual(applySteps(steps, parameter), weight));
}

/** Whether two tensors have the same elements. */
export function isEqual(a: Tensor, b: Tensor): boolean {
  return a.dtype === b.dtype && Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
}

/** All ways that lead from one shape to the other, the plainest first. */
export function arrangements(from: readonly number[], to: readonly number[]): readonly (readonly OriginStep[])[] {
  if (elementCount(from) !== elementCount(to)) return [];
  const plain = permutationsInto(from, to).map((permutation): OriginStep[] => [{ kind: "transpose", permutation }]);
  return [reshapeTo(from, to), ...plain, ...gateOrders(from, to), ...transposedThenReshaped(from, to)];
}

function reshapeTo(from: readonly number[], to: readonly number[]): readonly OriginStep[] {
  return from.join() === to.join() ? [] : [{ kind: "reshape", from, to }];
}

/** A transposed matrix that got axes of 1, or lost them. */
function transposedThenReshaped(from: readonly number[], to: readonly number[]): readonly (readonly OriginStep[])[] {
  if (from.length !== 2 || to.length === 2) return [];
  const turned = [from[1]!, from[0]!];
  return [[{ kind: "transpose", permutation: [1, 0] }, ...reshapeTo(turned, to)]];
}

/** Orders of the axes that lead from one shape to the other, the unchanged one left out. */
function permutationsInto(from: readonly number[], to: readonly number[]): readonly (readonly number[])[] {
  if (from.length !== to.length || from.length < 2 || from.length > 5) return [];
  return ordersOf(from.length).filter(
    (order) => order.some((axis, i) => axis !== i) && order.every((axis, i) => from[axis] === to[i]),
  );
}

function ordersOf(count: number): readonly (readonly number[])[] {
  if (count === 0) return [[]];
  const shorter = ordersOf(count - 1);
  return shorter.flatMap((order) => Array.from({ length: count }, (_, at) => order.toSpliced(at, 0, count - 1)));
}

/**
 * Gates as PyTorch has them and as ONNX wants them: LSTM i f g o → i o f c, GRU r z n → z r h, in blocks of rows;
 * and an axis of 1 in front for the direction.
 */
const gates: readonly (readonly number[])[] = [
  [0, 3, 1, 2],
  [1, 0, 2],
];

function gateOrders(from: readonly number[], to: readonly number[]): readonly (readonly OriginStep[])[] {
  const [rows = 0, ...rest] = from;
  return gates
    .filter((order) => from.length > 0 && to.length === from.length + 1 && to[0] === 1 && rows % order.length === 0)
    .map((order) => {
      const blocks = [order.length, rows / order.length, ...rest];
      return [
        { kind: "reshape", from, to: blocks },
        { kind: "reorder", axis: 0, order },
        { kind: "reshape", from: blocks, to },
      ] as const;
    });
}
