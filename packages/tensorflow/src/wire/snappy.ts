// Snappy, decoding only: blocks of a checkpoint's index may be compressed with it.
// https://github.com/google/snappy/blob/main/format_description.txt

/** Blocks are some kilobytes; anything far larger is an attempt on the memory. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The uncompressed bytes, or undefined for input that is not Snappy. */
export function unsnap(input: Uint8Array): Uint8Array | undefined {
  const [size, start] = leadingVarint(input);
  if (size > MOST_BYTES) return undefined;
  const out = new Uint8Array(size);
  let filled = 0;
  for (let at = start; at < input.length;) {
    const element = elementAt(input, at);
    if (element.end > input.length || filled + element.length > size) return undefined;
    if (element.offset === undefined) out.set(input.subarray(element.end - element.length, element.end), filled);
    else if (element.offset === 0 || element.offset > filled) return undefined;
    else for (let i = 0; i < element.length; i++) out[filled + i] = out[filled + i - element.offset]!;
    filled += element.length;
    at = element.end;
  }
  return filled === size ? out : undefined;
}

/** A literal (no offset), or a copy of what lies `offset` bytes back. */
interface Element {
  readonly length: number;
  readonly offset?: number;
  /** Where the element ends in the input. */
  readonly end: number;
}

function elementAt(input: Uint8Array, at: number): Element {
  const tag = input[at]!;
  const short = tag >> 2;
  switch (tag & 3) {
    case 0: {
      const extra = short < 60 ? 0 : short - 59;
      const length = (extra === 0 ? short : littleEndian(input, at + 1, extra)) + 1;
      return { length, end: at + 1 + extra + length };
    }
    case 1:
      return { length: (short & 7) + 4, offset: ((tag >> 5) << 8) | (input[at + 1] ?? 0), end: at + 2 };
    case 2:
      return { length: short + 1, offset: littleEndian(input, at + 1, 2), end: at + 3 };
    default:
      return { length: short + 1, offset: littleEndian(input, at + 1, 4), end: at + 5 };
  }
}

function littleEndian(input: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = count - 1; i >= 0; i--) value = value * 256 + (input[at + i] ?? 0);
  return value;
}

function leadingVarint(input: Uint8Array): readonly [value: number, end: number] {
  let value = 0;
  for (let i = 0; i < 5 && i < input.length; i++) {
    value += (input[i]! & 0x7f) * 128 ** i;
    if (input[i]! < 0x80) return [value, i + 1];
  }
  return [Infinity, 0];
}
