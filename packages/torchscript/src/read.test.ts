// Weight files as PyTorch and safetensors wrote them (tools/make-torch-fixtures.py), with the values PyTorch reads.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { numbersOf, tensorOf, type Tensor } from "@tersor/core";
import { readStateDict } from "./archive/state-dict.ts";
import { readSafetensors } from "./safetensors/read.ts";
import { torchNameOfType } from "./pickle/storage-types.ts";

const fixtures = fileURLToPath(new URL("../fixtures/", import.meta.url));
interface Described {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: readonly (number | string)[];
}
type Expected = Readonly<Record<string, Readonly<Record<string, Described>>>>;
const expected = JSON.parse(readFileSync(join(fixtures, "expected.json"), "utf8")) as Expected;

function described(tensor: Tensor): Described {
  const values = Array.from(valuesOf(tensor), (value) =>
    Number.isFinite(value) ? value : String(value).toLowerCase(),
  );
  const texts = values.map((value) => (value === "infinity" ? "inf" : value));
  return { dtype: torchNameOfType(tensor.dtype)!, shape: tensor.shape, values: texts };
}

/** Complex numbers as pairs; float8 by its definition (arXiv 2209.05433). */
function valuesOf({ dtype, shape, data }: Tensor): ArrayLike<number> {
  if (dtype === "complex64") return data as Float32Array;
  if (dtype === "float8e4m3fn") return Array.from(data as Uint8Array, (bits) => small(bits, 4, 7));
  if (dtype === "float8e5m2") return Array.from(data as Uint8Array, (bits) => small(bits, 5, 15));
  return numbersOf(tensorOf(dtype, shape, data));
}

function small(bits: number, exponentBits: number, bias: number): number {
  const mantissaBits = 7 - exponentBits;
  const exponent = (bits & 127) >> mantissaBits;
  const fraction = (bits & ((1 << mantissaBits) - 1)) / (1 << mantissaBits);
  return exponent === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (exponent - bias);
}

describe.each(Object.keys(expected))("%s", (name) => {
  const path = join(fixtures, name);
  const file = name.includes(".safetensors") ? readSafetensors(path) : readStateDict(path);

  it("has the tensors that PyTorch reads from it, to the bit", () => {
    const read = Object.fromEntries(Array.from(file.tensors, ([key, source]) => [key, described(source.tensor())]));
    expect(read).toEqual(expected[name]);
  });
});

it("knows tied parameters by their one source", () => {
  const { tensors } = readStateDict(join(fixtures, "views.pt"));
  expect(tensors.get("tied_a")).toBe(tensors.get("tied_b"));
});

it("reads part of a tensor", () => {
  const bytes = (name: string) => readStateDict(join(fixtures, "views.pt")).tensors.get(name)!.bytes(4, 8);
  expect([...new Float32Array(bytes("whole").slice().buffer)]).toEqual([1, 2]);
  expect([...new Float32Array(bytes("transposed").slice().buffer)]).toEqual([6, 12]);
});

it("says what a file is", () => {
  expect(readStateDict(join(fixtures, "scripted.pt")).format).toBe("torchscript");
  expect(readStateDict(join(fixtures, "net.pt")).format).toBe("torch");
  expect(readSafetensors(join(fixtures, "net.safetensors")).metadata).toEqual(new Map([["format", "pt"]]));
  expect(readSafetensors(join(fixtures, "sharded/model.safetensors.index.json")).files).toHaveLength(3);
});
