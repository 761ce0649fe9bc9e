// A fingerprint of a tensor's elements that does not depend on their order, so that a weight is found again however
// it was transposed: sums of two hashes of each element, modulo 2^32. Equal fingerprints are compared before they count.

import { dataTypes, isFloat, numbersOf, tensorFromNumbers, type DataType, type Tensor } from "@tersor/core";

/** The fingerprint of a tensor, its element type and number of elements included. */
export function fingerprintOf(tensor: Tensor): string {
  const words = wordsOf(tensor);
  let [first, second] = [0, 0];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    first = (first + mixed(word, 0x9e3779b1)) >>> 0;
    second = (second + mixed(word ^ 0x5bd1e995, 0x85ebca6b)) >>> 0;
  }
  return `${tensor.dtype}:${words.length}:${first}:${second}`;
}

/** Finalizer of MurmurHash3, from a multiplier of one's own. */
function mixed(word: number, multiplier: number): number {
  let hash = Math.imul(word ^ (word >>> 16), multiplier);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** The bits of the elements; 64-bit ones as halves. */
function wordsOf({ data, dtype }: Tensor): Uint8Array | Uint16Array | Uint32Array {
  const { buffer, byteOffset, byteLength } = data as Uint8Array;
  switch (dataTypes[dtype].bits) {
    case 8:
      return new Uint8Array(buffer, byteOffset, byteLength);
    case 16:
      return new Uint16Array(buffer, byteOffset, byteLength / 2);
    default:
      return new Uint32Array(buffer, byteOffset, byteLength / 4);
  }
}

/** Whether one type can be the other after a cast by an exporter: both are floats of 16 bits or more. */
export function isCastOf(from: DataType, to: DataType): boolean {
  return from !== to && [from, to].every((dtype) => isFloat(dtype) && dataTypes[dtype].bits >= 16);
}

/** The tensor in another floating type; itself where it has that type. */
export function castTo(tensor: Tensor, dtype: DataType): Tensor {
  return tensor.dtype === dtype ? tensor : tensorFromNumbers(dtype, tensor.shape, numbersOf(tensor));
}
