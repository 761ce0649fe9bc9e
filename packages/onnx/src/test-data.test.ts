import { describe, expect, it } from "vitest";
import { float32, int64, tensorOf, type Tensor } from "@tersor/core";
import { readNamedTensor, readSequenceProto, readTensorProto, writeTensorProto } from "./test-data.ts";

// Serialized by the Python library onnx 1.23: numpy_helper.from_array(array, name).SerializeToString().hex()
const fromPython: readonly (readonly [name: string, tensor: Tensor, hex: string])[] = [
  ["x", float32([2], [1.5, -2]), "080210014201784a080000c03f000000c0"],
  ["", int64([], [-1]), "10074a08ffffffffffffffff"],
  ["s", tensorOf("string", [2], ["a", "ü"]), "080210083201613202c3bc420173"],
  ["b", tensorOf("bool", [1, 2], Uint8Array.of(1, 0)), "0801080210094201624a020100"],
];

const bytesOfHex = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));

describe("TensorProto files", () => {
  for (const [name, tensor, hex] of fromPython) {
    it(`reads and writes ${tensor.dtype} as onnx does`, () => {
      expect(readNamedTensor(bytesOfHex(hex))).toEqual({ name, tensor });
      expect(readTensorProto(writeTensorProto(tensor, name))).toEqual(tensor);
      // Strings come out in another order of fields, which is as good.
      if (tensor.dtype !== "string") expect(Buffer.from(writeTensorProto(tensor, name)).toString("hex")).toBe(hex);
    });
  }

  it("reads a sequence", () => {
    const tensors = [float32([1], [1]), float32([2], [2, 3])];
    const fields = tensors.map((tensor) => {
      const bytes = writeTensorProto(tensor);
      return [0x1a, bytes.length, ...bytes];
    });
    expect(readSequenceProto(Uint8Array.from([0x10, 1, ...fields.flat()]))).toEqual(tensors);
  });

  it("says in which file something is wrong", () => {
    const cut = writeTensorProto(float32([2], [1, 2])).subarray(0, 8);
    const failure = expect.objectContaining({
      code: "ONNX_MALFORMED",
      data: expect.objectContaining({ file: "input_0.pb" }),
    });
    expect(() => readTensorProto(cut, "input_0.pb")).toThrow(failure);
  });
});
