// k-quant: scale and zero point of each group by weighted least squares, the idea of llama.cpp's k-quants (ggml-quants.c)
// that onnxruntime offers as "k_quant". Every candidate is judged as it will be stored, with a zero point that is an
// integer. Needs no data, but uses the power of the inputs where it is known.

import type { InputStatistics, RoundingAlgorithm } from "./algorithm.ts";
import { roundGroups } from "./grid.ts";
import { leastSquares } from "./least-squares.ts";

/** k-quant: least squares over the weights of a group, weighted by their magnitude or, where known, by their inputs. */
export const kQuant: RoundingAlgorithm = {
  name: "k-quant",
  needs: "nothing",
  open: (spec, inputs, statistics) => {
    const power = inputPower(statistics, inputs);
    const importance = new Float64Array(Math.min(spec.groupSize, inputs));
    return (rows) =>
      roundGroups(spec, rows, (grid, start, end, first) => {
        const values = rows.data;
        if (!power) weighByMagnitude(importance, values, start, end);
        return leastSquares(grid, { values, start, end, importance: power?.subarray(first) ?? importance });
      });
  },
};

/** Mean square of each input, where second moments are known. */
function inputPower({ secondMoment }: InputStatistics, inputs: number): Float64Array | undefined {
  if (!secondMoment) return undefined;
  return Float64Array.from({ length: inputs }, (_, i) => secondMoment[i * inputs + i]!);
}

/** The magnitude of each weight and the root mean square of the group, as in ggml and onnxruntime. */
function weighByMagnitude(importance: Float64Array, values: Float32Array, start: number, end: number): void {
  let squares = 0;
  for (let i = start; i < end; i++) squares += values[i]! * values[i]!;
  const root = Math.sqrt(squares / (end - start));
  for (let i = start; i < end; i++) importance[i - start] = root + Math.abs(values[i]!);
}
