// Numbers from files as a tensor, refused where the type would change them.

import { integerRange, isInteger, tensorFromNumbers, type DataType, type Tensor } from "@tersor/core";

/** A tensor of numbers; `failure` makes the error from a clause such as "holds fractions". */
export function checkedTensor(
  type: DataType,
  shape: readonly number[],
  numbers: readonly number[],
  failure: (problem: string, cause?: unknown) => Error,
): Tensor {
  const problem = numberProblem(type, numbers);
  if (problem !== undefined) throw failure(problem);
  try {
    return tensorFromNumbers(type, shape, numbers);
  } catch (error) {
    throw failure("holds what can't be a tensor", error);
  }
}

/** Numbers that an integer type would change. */
function numberProblem(type: DataType, numbers: readonly number[]): string | undefined {
  if (!isInteger(type)) return undefined;
  const [low, high] = integerRange(type);
  if (!numbers.every(Number.isInteger)) return "holds fractions";
  const fits = (value: number) => Number.isSafeInteger(value) && value >= low && value <= high;
  return numbers.every(fits) ? undefined : "holds numbers out of range";
}
