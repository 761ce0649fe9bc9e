// Codes of 2, 4 and 8 bits in bytes, the first in the low bits (ONNX's order, and that of MatMulNBits).

/** Packs `count` codes from `from` on into whole bytes of `out` from `to` on; bits of a last, unfilled byte are zero. */
export function pack(codes: Uint8Array, from: number, count: number, bits: number, out: Uint8Array, to: number): void {
  if (bits === 8) out.set(codes.subarray(from, from + count), to);
  else if (bits === 4) packFours(codes, from, count, out, to);
  else packTwos(codes, from, count, out, to);
}

function packFours(codes: Uint8Array, from: number, count: number, out: Uint8Array, to: number): void {
  const end = from + count - 1;
  let at = to;
  let i = from;
  for (; i < end; i += 2) out[at++] = codes[i]! | (codes[i + 1]! << 4);
  if (i === end) out[at] = codes[i]!;
}

function packTwos(codes: Uint8Array, from: number, count: number, out: Uint8Array, to: number): void {
  for (let i = 0; i < count; i++) out[to + (i >> 2)]! |= codes[from + i]! << ((i & 3) * 2);
}

/**
 * Packs codes that lie input after input, `inputs` x `outputs`, into the rows of `out`: row `n` from byte
 * `to + n * rowBytes` on, which is zero.
 */
export function packTurned(
  codes: Uint8Array,
  inputs: number,
  outputs: number,
  bits: number,
  out: Uint8Array,
  to: number,
  rowBytes: number,
): void {
  const perByte = 8 / bits;
  for (let input = 0; input < inputs; input += perByte) {
    const count = Math.min(perByte, inputs - input);
    const at = to + input / perByte;
    if (count === 2 && bits === 4) packPair(codes, input * outputs, outputs, out, at, rowBytes);
    else for (let i = 0; i < count; i++) putColumn(codes, (input + i) * outputs, outputs, i * bits, out, at, rowBytes);
  }
}

function packPair(codes: Uint8Array, from: number, count: number, out: Uint8Array, at: number, step: number): void {
  const second = from + count;
  for (let i = 0, to = at; i < count; i++, to += step) out[to] = codes[from + i]! | (codes[second + i]! << 4);
}

function putColumn(
  codes: Uint8Array,
  from: number,
  count: number,
  shift: number,
  out: Uint8Array,
  at: number,
  step: number,
): void {
  for (let i = 0, to = at; i < count; i++, to += step) out[to]! |= codes[from + i]! << shift;
}

/** Puts one code at place `index` of bytes that are zero there. */
export function putCode(out: Uint8Array, index: number, code: number, bits: number): void {
  const at = index * bits;
  out[Math.floor(at / 8)]! |= code << (at % 8);
}
