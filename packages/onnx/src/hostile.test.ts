// Damaged and hostile models: always a typed error that says where, or a graph; never a crash, never slow.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isTersorError } from "@tersor/core";
import { readModel, readModelBytes } from "./read/model.ts";
import { damages, randomBelow, useModel } from "./test-support/damage.ts";
import { fixtureBytes, type Fixture } from "./test-support/described.ts";

const victims: readonly Fixture[] = ["bodies", "attributes", "types"];
const flipsPerModel = 300;

/** Uses a damaged model; gives the code of its error, or "" when it was usable all the same. */
function outcome(bytes: Uint8Array): string {
  const before = process.cpuUsage();
  try {
    useModel(bytes);
    return "";
  } catch (error) {
    if (!isTersorError(error)) throw error;
    expect(error.message).not.toContain("undefined");
    return error.code;
  } finally {
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(1000);
  }
}

function failureOf(read: () => unknown) {
  try {
    read();
  } catch (error) {
    if (isTersorError(error)) return error;
    throw error;
  }
  throw new Error("there was no error");
}

describe("a damaged model", () => {
  for (const name of victims) {
    it(`"${name}", cut off at any byte, gives a typed error`, () => {
      const bytes = fixtureBytes(name);
      const step = Math.ceil(bytes.length / 800);
      const usable = [];
      for (let length = 0; length < bytes.length; length += step) {
        if (outcome(bytes.subarray(0, length)) === "") usable.push(length);
      }
      // Cut between two fields of the model itself, behind the graph, a model is a model.
      expect(usable.length).toBeLessThan(10);
    });

    for (const [damage, apply] of Object.entries(damages)) {
      it(`"${name}" survives: ${damage}`, () => {
        const random = randomBelow(name.length * 1000 + damage.length);
        const bytes = fixtureBytes(name);
        for (let i = 0; i < flipsPerModel / 4; i++) outcome(apply(bytes, random));
      });
    }
  }
});

describe("what is not a model", () => {
  const codeOf = (bytes: Uint8Array) => failureOf(() => readModelBytes(bytes)).code;

  it("is empty", () => expect(codeOf(new Uint8Array(0))).toBe("ONNX_EMPTY"));
  it("is text", () => expect(codeOf(new TextEncoder().encode("<html>Not found</html>"))).toBe("ONNX_MALFORMED"));
  it("has no graph", () => expect(codeOf(Uint8Array.of(0x08, 8))).toBe("ONNX_NOT_A_MODEL"));
  it("has two graphs", () => expect(codeOf(Uint8Array.of(0x3a, 0, 0x3a, 0))).toBe("ONNX_NOT_A_MODEL"));

  it("is not there, or a folder", async () => {
    for (const path of [tmpdir(), join(tmpdir(), "no-such-model.onnx"), "nul\0byte"]) {
      await expect(readModel(path)).rejects.toThrow(expect.objectContaining({ code: "ONNX_FILE_UNREADABLE" }));
    }
  });

  it("is a file that ends too early, said with name and byte", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tersor-hostile-"));
    writeFileSync(join(folder, "cut.onnx"), fixtureBytes("bodies").subarray(0, 300));
    await expect(readModel(join(folder, "cut.onnx"))).rejects.toThrow(
      `"${join(folder, "cut.onnx")}" is damaged or not an ONNX model: model, at byte 2: field 7 ends 380 bytes behind the end of its message.`,
    );
    rmSync(folder, { recursive: true });
  });
});

describe("a hostile model", () => {
  const codeOf = (graph: readonly number[]) => failureOf(() => readModelBytes(modelOf(graph))).code;

  it("has a number that is too long", () => {
    expect(codeOf([0x08, ...Array<number>(11).fill(0xff), 1])).toBe("ONNX_MALFORMED");
  });
  it("has a field that is larger than the file", () => {
    expect(codeOf([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])).toBe("ONNX_MALFORMED");
  });
  it("has the field number 0", () => expect(codeOf([0x00, 0x00])).toBe("ONNX_MALFORMED"));
  it("has groups", () => expect(codeOf([0x0b, 0x0c])).toBe("ONNX_MALFORMED"));
  it("has a node that is a number", () => expect(codeOf([0x08, 1])).toBe("ONNX_MALFORMED"));

  const tensor = (...fields: readonly number[][]) => message(0x2a, fields.flat());
  const name = [0x42, 1, 0x77];

  it("has a tensor with a negative dimension", () => {
    const minusOne = [0x08, ...Array<number>(9).fill(0xff), 1];
    expect(codeOf(tensor(minusOne, [0x10, 1], name))).toBe("ONNX_TENSOR_DIMS");
  });
  it("has a tensor whose dimensions overflow", () => {
    const large = [0x08, 0xff, 0xff, 0xff, 0xff, 0x0f];
    expect(codeOf(tensor(large, large, large, [0x10, 1], name))).toBe("ONNX_TENSOR_DIMS");
  });
  it("has a tensor with fewer or more elements than its shape", () => {
    expect(codeOf(tensor([0x08, 2, 0x10, 1], name, message(0x4a, [0, 0, 0, 0])))).toBe("ONNX_TENSOR_SIZE");
    expect(codeOf(tensor([0x08, 1, 0x10, 1], name, message(0x4a, [0, 0, 0, 0, 0])))).toBe("ONNX_TENSOR_SIZE");
    expect(codeOf(tensor([0x08, 1, 0x10, 1], name, message(0x22, Array<number>(8).fill(0))))).toBe("ONNX_TENSOR_SIZE");
    expect(codeOf(tensor([0x08, 2, 0x10, 7], name, message(0x3a, [1, 2, 3])))).toBe("ONNX_TENSOR_SIZE");
    expect(codeOf(tensor([0x08, 2, 0x10, 6], name, message(0x2a, [1, 0x80])))).toBe("ONNX_TENSOR_SIZE");
    expect(codeOf(tensor([0x08, 1, 0x10, 8], name))).toBe("ONNX_TENSOR_SIZE");
  });
  it("has a tensor of a type that nobody knows", () => {
    expect(codeOf(tensor([0x08, 1, 0x10, 99], name))).toBe("ONNX_TENSOR_TYPE");
    expect(codeOf(tensor([0x08, 1], name))).toBe("ONNX_TENSOR_TYPE");
  });
  it("has two weights of one name", () => {
    const one = tensor([0x08, 1, 0x10, 2], name, message(0x4a, [1]));
    expect(codeOf([...one, ...one])).toBe("ONNX_DUPLICATE");
  });
  it("has a node with two attributes of one name", () => {
    const attribute = message(0x2a, [0x0a, 1, 0x61, 0x18, 1]);
    expect(codeOf(message(0x0a, [...attribute, ...attribute]))).toBe("ONNX_DUPLICATE");
  });
  it("has an attribute that promises a graph and holds none", () => {
    expect(codeOf(message(0x0a, message(0x2a, [0x0a, 1, 0x61, 0xa0, 1, 5])))).toBe("ONNX_MALFORMED");
  });

  it("has attributes and metadata named after what objects inherit", () => {
    const attribute = message(0x2a, [...message(0x0a, [...Buffer.from("__proto__")]), 0x18, 5, 0xa0, 1, 2]);
    const { nodes } = readModelBytes(modelOf(message(0x0a, attribute)));
    expect(Object.keys(nodes[0]!.attributes)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(nodes[0]!.attributes)).toBe(Object.prototype);
  });

  it("nests graphs or types without end", () => {
    let graph: number[] = [];
    for (let i = 0; i < 200; i++) graph = message(0x0a, message(0x2a, [0x0a, 1, 0x61, ...message(0x32, graph)]));
    expect(codeOf(graph)).toBe("ONNX_TOO_DEEP");
    let type: number[] = [];
    for (let i = 0; i < 200; i++) type = message(0x22, message(0x0a, type));
    expect(codeOf(message(0x5a, message(0x12, type)))).toBe("ONNX_MALFORMED");
  });

  it("has more nodes than memory", () => {
    const bytes = new Uint8Array(5_000_005);
    for (let i = 5; i < bytes.length; i += 2) bytes[i] = 0x0a;
    bytes.set([0x3a, ...varint(bytes.length - 5)]);
    expect(failureOf(() => readModelBytes(bytes)).code).toBe("ONNX_TOO_MANY");
  });

  it("has a list that is larger than any", () => {
    const bytes = new Uint8Array(20_000_000);
    bytes.set([
      0x3a,
      ...varint(bytes.length - 5),
      0x0a,
      ...varint(bytes.length - 10),
      0x2a,
      ...varint(bytes.length - 15),
    ]);
    bytes.set([0x42, ...varint(bytes.length - 20)], 15);
    expect(failureOf(() => readModelBytes(bytes)).code).toBe("ONNX_TOO_MANY");
  });
});

function modelOf(graph: readonly number[]): Uint8Array {
  return Uint8Array.from(message(0x3a, graph));
}

/** A field of one tag byte with bytes in it. */
function message(tag: number, content: readonly number[]): number[] {
  return [tag, ...varint(content.length), ...content];
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
