// Parts of tensors. The keys are held to a checkpoint of TensorFlow in the suite of writing back.
import { numbersOf, sourceOf, tensorFromNumbers } from "@tersor/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boxOfSlice, boxOfText, cutSource, joinedSource, sliceKey, type Box } from "./slices.ts";

const whole = (shape: readonly number[]) =>
  sourceOf(
    tensorFromNumbers(
      "int32",
      shape,
      Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
    ),
  );

describe("parts", () => {
  it("are cut out row by row", () => {
    const box = boxOfText("3 4 1,2:2,2")!;
    expect([...(numbersOf(cutSource(whole([3, 4]), box).tensor()) as Int32Array)]).toEqual([6, 7, 10, 11]);
  });

  it("joined again are the whole", () => {
    const shape = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(shape, fc.nat(), fc.nat(), (sizes, axisSeed, cutSeed) => {
        const axis = axisSeed % sizes.length;
        const at = cutSeed % (sizes[axis]! + 1);
        const part = (start: number, length: number): Box =>
          sizes.map((size, i) =>
            i === axis ? { start, length, isWhole: false } : { start: 0, length: size, isWhole: true },
          );
        const source = whole(sizes);
        const parts = [part(0, at), part(at, sizes[axis]! - at)].map((box) => ({
          box,
          source: cutSource(source, box),
        }));
        expect(joinedSource(parts, "int32", sizes).tensor()).toEqual(source.tensor());
      }),
    );
  });

  it("have keys that keep their order", () => {
    const key = (start: number, length: number) => sliceKey("w", [{ start, length, isWhole: false }]);
    const starts = [0, 1, 63, 64, 8191, 8192, 2 ** 20, 2 ** 31];
    expect(starts.map((start) => key(start, 1))).toEqual(starts.map((start) => key(start, 1)).toSorted());
    expect(new Set(starts.map((start) => key(start, 1))).size).toBe(starts.length);
    expect(sliceKey("w", [{ start: 0, length: 4, isWhole: true }])).toBe("\0w\0\x01\x01\x01\x80\x7f");
  });
});

describe("texts of parts", () => {
  it("can say the whole", () => expect(boxOfText("")).toBeUndefined());

  it.each(["4 0,5", "4 -1,2", "4 2,3", "4 2 0,1", "4 x,1", "4 0,1:0,1"])("%j is none", (text) => {
    expect(boxOfText(text)).toBeNull();
  });

  it("as messages must lie within the tensor", () => {
    expect(boxOfSlice({ extent: [{}, { start: 1, length: 2 }] }, [4, 3])).toEqual([
      { start: 0, length: 4, isWhole: true },
      { start: 1, length: 2, isWhole: false },
    ]);
    expect(boxOfSlice({ extent: [{ start: 1, length: 4 }] }, [4])).toBeUndefined();
    expect(boxOfSlice({ extent: [{}] }, [4, 3])).toBeUndefined();
  });
});
