// The sums of RFC 3720, appendix B.4, and the stored form of one that TensorFlow wrote.
import { expect, it } from "vitest";
import { crc32c, maskedCrc32c } from "./crc32c.ts";

const counting = Uint8Array.from({ length: 32 }, (_, i) => i);

it.each<readonly [string, Uint8Array, number]>([
  ["zeros", new Uint8Array(32), 0x8a9136aa],
  ["ones", new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ["counting up", counting, 0x46dd794e],
  ["counting down", counting.toReversed(), 0x113fdb5c],
  ["digits", new TextEncoder().encode("123456789"), 0xe3069283],
])("%s", (_, bytes, sum) => {
  expect(crc32c(bytes)).toBe(sum);
  expect(crc32c(bytes.subarray(7), crc32c(bytes.subarray(0, 7)))).toBe(sum);
});

it("is stored turned by 15 bits, and moved", () => {
  const sum = 0x8a9136aa;
  const turned = ((sum >>> 15) | (sum << 17)) >>> 0;
  expect(maskedCrc32c(new Uint8Array(32))).toBe((turned + 0xa282ead8) % 2 ** 32);
});
