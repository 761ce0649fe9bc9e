// Oracle: numpy (fixtures/make_arrays.py).
import { readFileSync } from "node:fs";
import { numbersOf, type Tensor } from "@tersor/core";
import { describe, expect, it } from "vitest";
import { bytesFrom, chunksOf } from "./bytes.ts";
import { openArray, readArray, readRows } from "./npy.ts";

const folder = new URL("../fixtures/arrays/", import.meta.url);
const expected = JSON.parse(readFileSync(new URL("expected.json", folder), "utf8")) as Record<
  string,
  { shape: number[]; values: unknown[] }
>;
const fileBytes = (name: string) => new Uint8Array(readFileSync(new URL(`${name}.npy`, folder)));
const open = (bytes: Uint8Array, size = bytes.length) =>
  openArray("a.npy", chunksOf(bytesFrom(bytes), 0, bytes.length, 50), size);
const failure = (code: string) => expect.objectContaining({ code });

function plain(tensor: Tensor): unknown[] {
  const kind = tensor.dtype;
  if (kind === "string" || kind === "complex64" || kind === "complex128")
    return Array.from(tensor.data as ArrayLike<unknown>);
  if (/^u?int/.test(kind)) return Array.from(tensor.data as ArrayLike<unknown>, String);
  return Array.from(numbersOf(tensor));
}

describe("npy", () => {
  it.each(Object.keys(expected))("reads %s as numpy does", (name) => {
    const tensor = readArray(open(fileBytes(name)), 1e6);
    expect(tensor.shape).toEqual(expected[name]!.shape);
    expect(plain(tensor)).toEqual(expected[name]!.values);
  });

  it.each(["f4-be", "fortran", "text", "empty"])("reads %s slice by slice", (name) => {
    const rows = [...readRows(open(fileBytes(name)), 1e6)];
    expect(rows.map((row) => row.shape)).toEqual(rows.map(() => [1, ...expected[name]!.shape.slice(1)]));
    expect(rows.flatMap(plain)).toEqual(expected[name]!.values);
  });

  it("ends with a typed error wherever the file is cut off", () => {
    const whole = fileBytes("fortran");
    for (let length = 0; length < whole.length; length++) {
      const cut = whole.subarray(0, length);
      expect(() => readArray(open(cut), 1e6), `at ${length}`).toThrow(failure("DATA_ARRAY"));
      expect(() => readArray(open(cut, whole.length), 1e6), `at ${length}, size unknown`).toThrow(
        failure("DATA_ARRAY"),
      );
    }
  });

  it("refuses pickled objects, structured types and lying shapes", () => {
    expect(() => open(fileBytes("objects"))).toThrow(/pickled/);
    expect(() => open(fileBytes("structured"))).toThrow(/structured/);
    for (const shape of ["(9, 9)", "(9007199254740993, 9007199254740993)", "(1e99,)", "(-1,)", ""]) {
      const text = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(118) + "\n";
      const bytes = new Uint8Array([0x93, ...Buffer.from("NUMPY"), 1, 0, text.length, 0, ...Buffer.from(text)]);
      expect(() => open(bytes), shape).toThrow(failure("DATA_ARRAY"));
    }
  });

  it("keeps to the memory limit", () => {
    expect(() => readArray(open(fileBytes("f4-le")), 95)).toThrow(failure("DATA_TOO_LARGE"));
    expect([...readRows(open(fileBytes("f4-le")), 32)]).toHaveLength(3);
  });

  it("never fails otherwise when bytes are damaged", () => {
    const whole = fileBytes("f4-le");
    for (let i = 0; i < whole.length; i++) {
      const bytes = whole.slice();
      bytes[i]! ^= 1 << (i % 8);
      try {
        readArray(open(bytes), 1e6);
      } catch (error) {
        expect(error).toEqual(expect.objectContaining({ code: expect.stringMatching(/^DATA_/) }));
      }
    }
  });
});
