// Oracle: numpy 2, `a = np.arange(24, dtype=...).reshape(2, 3, 4)`, printed results.
import { describe, expect, it } from "vitest";
import type { DataType } from "./dtype.ts";
import { concatenatedSource, slicedSource, transposedSource } from "./layout.ts";
import { lazySource, sourceOf, type TensorSource } from "./source.ts";
import { numbersOf, tensorFromBytes, tensorFromNumbers } from "./tensor.ts";

const counting = (dtype: DataType, shape: readonly number[], from = 0): TensorSource =>
  sourceOf(
    tensorFromNumbers(
      dtype,
      shape,
      Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i + from),
    ),
  );
const read = (source: TensorSource): readonly number[] => Array.from(numbersOf(source.tensor()));

describe.each<DataType>(["uint8", "float16", "float32", "int64", "float64"])("elements of type %s", (dtype) => {
  const a = counting(dtype, [2, 3, 4]);

  it("are transposed as numpy does", () => {
    const moved = transposedSource(a, [2, 0, 1]);
    expect(moved.shape).toEqual([4, 2, 3]);
    expect(read(moved)).toEqual([0, 4, 8, 12, 16, 20, 1, 5, 9, 13, 17, 21, 2, 6, 10, 14, 18, 22, 3, 7, 11, 15, 19, 23]);
  });

  it("are sliced as numpy does, backwards too", () => {
    // a[1:, ::-2, 3:0:-1]
    const part = slicedSource(a, [
      { start: 1, count: 1, step: 1 },
      { start: 2, count: 2, step: -2 },
      { start: 3, count: 3, step: -1 },
    ]);
    expect(part.shape).toEqual([1, 2, 3]);
    expect(read(part)).toEqual([23, 22, 21, 15, 14, 13]);
  });

  it("are concatenated as numpy does", () => {
    // np.concatenate([a, 100 + np.arange(8).reshape(2, 1, 4)], axis=1)
    const joined = concatenatedSource([a, counting(dtype, [2, 1, 4], 100)], 1);
    expect(joined.shape).toEqual([2, 4, 4]);
    expect(read(joined).slice(8, 20)).toEqual([8, 9, 10, 11, 100, 101, 102, 103, 12, 13, 14, 15]);
  });
});

describe("odd shapes", () => {
  it("of no axes and of no elements pass through", () => {
    expect(read(transposedSource(counting("float32", []), []))).toEqual([0]);
    expect(transposedSource(counting("float32", [0, 3]), [1, 0]).tensor().shape).toEqual([3, 0]);
    expect(read(concatenatedSource([counting("float32", [0, 2]), counting("float32", [1, 2])], 0))).toEqual([0, 1]);
  });

  it("that do not lie on a word are read right where slicing does not copy", () => {
    // As a Buffer of Node does.
    class View extends Uint8Array {
      override slice(start?: number, end?: number): View {
        return this.subarray(start, end) as View;
      }
    }
    const bytes = new View(Uint8Array.of(9, 0, 0, 128, 63, 0, 0, 0, 64).buffer, 1);
    expect(
      read(
        transposedSource(
          lazySource("float32", [1, 2], () => bytes),
          [1, 0],
        ),
      ),
    ).toEqual([1, 2]);
  });

  it("that do not lie on a word are read right", () => {
    const bytes = Uint8Array.of(9, 0, 0, 128, 63, 0, 0, 0, 64).subarray(1);
    expect(read(transposedSource(sourceOf(tensorFromBytes("float32", [1, 2], bytes)), [1, 0]))).toEqual([1, 2]);
  });
});
