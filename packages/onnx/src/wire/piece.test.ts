import { describe, expect, it } from "vitest";
import { memorySource } from "./bytes.ts";
import { bytesOfMessage, bytesPiece, framed, joined, sizeOf, spanPiece } from "./piece.ts";

describe("messages in pieces", () => {
  it("frames what no array could hold", () => {
    const large = { sizeBytes: 5 * 2 ** 30, chunks: () => [] };
    const [head] = framed(9, [large]);
    // 5 GB as a varint: 0x1_4000_0000 in groups of seven bits, low ones first.
    expect([...head!.chunks()]).toEqual([Uint8Array.of(0x4a, 0x80, 0x80, 0x80, 0x80, 0x14)]);
    expect(sizeOf(framed(9, [large]))).toBe(5 * 2 ** 30 + 6);
  });

  it("writes field numbers above 15 in two bytes", () => {
    expect(bytesOfMessage(framed(25, [bytesPiece(Uint8Array.of(7))]))).toEqual(Uint8Array.of(0xca, 0x01, 1, 7));
  });

  it("joins neighbouring stretches of a source and nothing else", () => {
    const source = memorySource(Uint8Array.of(0, 1, 2, 3, 4, 5));
    const span = (start: number, end: number) => spanPiece({ source, start, end });
    const message = [span(0, 2), span(2, 4), span(5, 6), bytesPiece(Uint8Array.of(9)), span(0, 1)];
    expect(joined(message).map((piece) => piece.sizeBytes)).toEqual([4, 1, 1, 1]);
    expect(bytesOfMessage(message)).toEqual(Uint8Array.of(0, 1, 2, 3, 5, 9, 0));
  });
});
