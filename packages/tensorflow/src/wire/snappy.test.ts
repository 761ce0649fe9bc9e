// Streams written by hand after the format's description.
import fc from "fast-check";
import { expect, it } from "vitest";
import { unsnap } from "./snappy.ts";

const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);
const abc = [8, 97, 98, 99];

it.each<readonly [string, readonly number[], string]>([
  ["nothing", [0], ""],
  ["a literal", [3, ...abc], "abc"],
  ["a literal with its length in a byte", [61, 60 << 2, 60, ...new Array<number>(61).fill(120)], "x".repeat(61)],
  ["a copy over itself", [11, ...abc, ((8 - 4) << 2) | 1, 3], "abcabcabcab"],
  ["a copy with an offset of two bytes", [5, ...abc, (1 << 2) | 2, 3, 0], "abcab"],
  ["a copy with an offset of four bytes", [5, ...abc, (1 << 2) | 3, 2, 0, 0, 0], "abcbc"],
])("%s", (_, stream, expected) => {
  expect(text(unsnap(Uint8Array.from(stream)))).toBe(expected);
});

it.each<readonly [string, readonly number[]]>([
  ["no length", []],
  ["a length without an end", [0x80, 0x80]],
  ["a length that is an attempt on the memory", [0xff, 0xff, 0xff, 0xff, 0x0f]],
  ["a literal that is cut off", [3, 8, 97]],
  ["more than the length says", [2, ...abc]],
  ["less than the length says", [4, ...abc]],
  ["a copy from before the start", [5, ...abc, (1 << 2) | 2, 4, 0]],
  ["a copy from nowhere", [5, ...abc, (1 << 2) | 2, 0, 0]],
  ["a copy without its offset", [5, ...abc, (1 << 2) | 3, 1]],
])("%s is refused", (_, stream) => {
  expect(unsnap(Uint8Array.from(stream))).toBeUndefined();
});

it("any bytes give bytes of the length they say, or nothing", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (rest) => {
      const out = unsnap(Uint8Array.from([20, ...rest]));
      expect(out?.length ?? 20).toBe(20);
    }),
  );
});
