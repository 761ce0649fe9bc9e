// Weight files that are damaged or made to harm: always a typed error that says where, or tensors; never a crash, never
// a file outside the folder, never more memory than the file announces.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32, deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isTersorError } from "@tersor/core";
import { readStateDict } from "./archive/state-dict.ts";
import { readTensors } from "./read-tensors.ts";
import { readSafetensors } from "./safetensors/read.ts";
import { zipPieces } from "./zip/write.ts";

const fixtures = fileURLToPath(new URL("../fixtures/", import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tersor-torch-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Reads all of a file made of these bytes; gives its error, or undefined. */
function failureOf(bytes: Uint8Array, name = "file.pt") {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return failureAt(path);
}

function failureAt(path: string) {
  try {
    for (const source of readTensors(path).tensors.values()) if (source.sizeBytes < 1 << 24) source.bytes();
  } catch (error) {
    if (!isTersorError(error)) throw error;
    expect(error.message).not.toContain("undefined");
    return error;
  }
  return undefined;
}

function safetensors(header: unknown, dataBytes: number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const f32 = (shape: readonly number[], begin: number, end: number) => ({
  dtype: "F32",
  shape,
  data_offsets: [begin, end],
});

describe("safetensors", () => {
  it.each<[string, unknown, number, RegExp]>([
    ["overlap", { a: f32([2], 0, 8), b: f32([2], 4, 12) }, 12, /"b" overlaps/],
    ["a gap", { a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12, /"b" follows a gap/],
    ["bytes behind the last", { a: f32([1], 0, 4) }, 8, /belong to no tensor/],
    ["out of range", { a: f32([4], 0, 16) }, 8, /interrupted/],
    ["backwards", { a: f32([0], 8, 0) }, 8, /does not need/],
    ["negative", { a: f32([1], -4, 0) }, 0, /two places/],
    ["shape and bytes differ", { a: f32([3], 0, 8) }, 8, /does not need/],
    ["a shape beyond numbers", { a: f32([2 ** 40, 2 ** 40], 0, 8) }, 8, /does not need/],
    ["a negative shape", { a: f32([-1], 0, 4) }, 4, /list of sizes/],
    ["an unknown type", { a: { dtype: "F3", shape: [1], data_offsets: [0, 4] } }, 4, /"F3"/],
    ["no object", [1], 0, /begin/],
    ["no JSON", "{nonsense}", 0, /not JSON/],
    [
      "a name twice",
      '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\\u0061":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
      1,
      /"a" twice/,
    ],
    ["metadata that is no text", { __metadata__: { a: 1 } }, 0, /__metadata__/],
  ])("with %s are refused", (_, header, dataBytes, message) => {
    const error = failureOf(safetensors(header, dataBytes), "file.safetensors");
    expect(error).toMatchObject({ code: "TORCH_SAFETENSORS_INVALID" });
    expect(error!.message).toMatch(message);
  });

  it("with a header longer than the file are refused", () => {
    const bytes = safetensors({}, 0);
    bytes[3] = 0x7f;
    expect(failureOf(bytes, "file.safetensors")).toMatchObject({ code: "TORCH_SAFETENSORS_INVALID" });
  });

  it("named after what objects inherit are tensors", () => {
    const header =
      '{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"constructor":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}';
    writeFileSync(join(folder, "names.safetensors"), safetensors(header, 2));
    expect([...readSafetensors(join(folder, "names.safetensors")).tensors.keys()]).toEqual([
      "__proto__",
      "constructor",
    ]);
  });

  it.each(["../secret.safetensors", "/etc/passwd", "a/b.safetensors", "..", "c:\\x.safetensors", "a\0b", 5])(
    "shards do not leave the folder: %s",
    (shard) => {
      const index = { weight_map: { a: shard } };
      const error = failureOf(Buffer.from(JSON.stringify(index)), "model.safetensors.index.json");
      expect(error).toMatchObject({ code: "TORCH_INDEX_INVALID" });
    },
  );

  it("shards that are links elsewhere, or missing, are refused", () => {
    const inner = join(folder, "inner");
    mkdirSync(inner);
    writeFileSync(join(folder, "outside.safetensors"), safetensors({ a: f32([1], 0, 4) }, 4));
    symlinkSync(join(folder, "outside.safetensors"), join(inner, "shard.safetensors"));
    const index = join(inner, "model.safetensors.index.json");
    writeFileSync(index, JSON.stringify({ weight_map: { a: "shard.safetensors" } }));
    expect(failureAt(index)).toMatchObject({ code: "TORCH_INDEX_INVALID" });
    writeFileSync(index, JSON.stringify({ weight_map: { a: "absent.safetensors" } }));
    expect(failureAt(index)).toMatchObject({ code: "TORCH_SHARD_MISSING" });
  });
});

function archive(entries: Readonly<Record<string, Uint8Array | string>>): Buffer {
  const made = Object.entries(entries).map(([name, content]) => {
    const bytes = typeof content === "string" ? Buffer.from(content, "latin1") : content;
    return { name: `a/${name}`, sizeBytes: bytes.length, bytes: () => bytes };
  });
  return Buffer.concat([...zipPieces(made)]);
}

/** {"w": a tensor of these sizes on the storage "0" with `count` float32 elements}. */
function tensorPickle(shape: readonly number[], stride: readonly number[], count: number, offset = 0): string {
  const int = (value: number): string => {
    const bytes = Buffer.alloc(9);
    bytes.writeBigInt64LE(BigInt(value));
    return `\x8a\x08${bytes.toString("latin1", 0, 8)}`;
  };
  const tuple = (sizes: readonly number[]): string => `(${sizes.map(int).join("")}t`;
  const text = (value: string): string => `X${String.fromCharCode(value.length)}\0\0\0${value}`;
  const storage = `(${text("storage")}ctorch\nFloatStorage\n${text("0")}${text("cpu")}${int(count)}tQ`;
  return `\x80\x02}${text("w")}ctorch._utils\n_rebuild_tensor_v2\n(${storage}${int(offset)}${tuple(shape)}${tuple(stride)}\x89NtRs.`;
}

describe("archives", () => {
  const floats = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);

  it("are read when nothing is wrong with them", () => {
    expect(failureOf(archive({ "data.pkl": tensorPickle([2, 2], [1, 2], 4), "data/0": floats }))).toBeUndefined();
  });

  it.each<[string, Uint8Array, RegExp]>([
    [
      "with a view beyond its storage",
      archive({ "data.pkl": tensorPickle([5], [1], 4), "data/0": floats }),
      /beyond its end/,
    ],
    [
      "with an offset beyond it",
      archive({ "data.pkl": tensorPickle([1], [1], 4, 4), "data/0": floats }),
      /beyond its end/,
    ],
    [
      "with a view that repeats one element a million million times",
      archive({ "data.pkl": tensorPickle([1e6, 1e6], [0, 0], 4), "data/0": floats }),
      /repeats it too often/,
    ],
    [
      "with a storage of another size",
      archive({ "data.pkl": tensorPickle([1], [1], 9), "data/0": floats }),
      /should have 36 bytes/,
    ],
    ["without the storage", archive({ "data.pkl": tensorPickle([1], [1], 4) }), /no entry "data\/0"/],
    [
      "of a big-endian machine",
      archive({ "data.pkl": tensorPickle([4], [1], 4), "data/0": floats, byteorder: "big" }),
      /big-endian/,
    ],
  ])("%s are refused", (_, bytes, message) => {
    const error = failureOf(bytes);
    expect(error).toMatchObject({ code: "TORCH_ARCHIVE_INVALID" });
    expect(error!.message).toMatch(message);
  });

  it("with two pickles, or none, are not weights", () => {
    expect(failureOf(archive({ "other.txt": "x" }))).toMatchObject({ code: "TORCH_NOT_WEIGHTS" });
  });

  it("with a changed byte in a storage are found out by their sum", () => {
    const bytes = archive({ "data.pkl": tensorPickle([4], [1], 4), "data/0": floats });
    bytes[bytes.indexOf(Buffer.from(floats)) + 2]! ^= 1;
    expect(failureOf(bytes)!.message).toContain("does not have the sum");
  });

  it("whose entries share bytes, or unpack to more than they promise, are refused", () => {
    const packed = deflateRawSync(new Uint8Array(5_000_000));
    const honest = deflated("a/data.pkl", packed, 5_000_000);
    expect(failureOf(honest)).toMatchObject({ code: "TORCH_PICKLE_INVALID" });
    expect(failureOf(deflated("a/data.pkl", packed, 1000))!.message).toContain("promises");
    expect(failureOf(deflated("a/data.pkl", packed, 2 ** 31))!.message).toContain("promises more bytes");
    const twice = archive({ "data.pkl": tensorPickle([4], [1], 4), "data/0": floats });
    const central = twice.lastIndexOf(Buffer.from("PK\x01\x02", "latin1"));
    twice.writeUInt32LE(0, central + 42);
    expect(failureOf(twice)!.message).toMatch(/shares bytes/);
  });

  it("with values that go in circles, or on without end, are refused", () => {
    expect(failureOf(archive({ "data.pkl": "]q\0h\0a." }))!.message).toContain("nested deeper");
    let bomb = "]q\0";
    for (let level = 1; level < 60; level++)
      bomb += `](h${String.fromCharCode(level - 1)}h${String.fromCharCode(level - 1)}eq${String.fromCharCode(level)}`;
    expect(failureOf(archive({ "data.pkl": `${bomb}.` }))!.message).toContain("values one below the other");
  });

  it("of before PyTorch 1.6 are refused with what to do", () => {
    const error = failureAt(join(fixtures, "legacy.pt"));
    expect(error).toMatchObject({ code: "TORCH_LEGACY_FORMAT" });
    expect(error!.message).toContain("torch.save(torch.load(");
    const tar = new Uint8Array(1024);
    tar.set(Buffer.from("ustar"), 257);
    expect(failureOf(tar)).toMatchObject({ code: "TORCH_LEGACY_FORMAT" });
  });

  it("with a whole module in them are refused by the name of its class", () => {
    const error = failureAt(join(fixtures, "whole-module.pt"));
    expect(error).toMatchObject({ code: "TORCH_PICKLE_FORBIDDEN" });
    expect(error!.message).toContain('"__main__.Scripted"');
  });
});

/** An archive with one deflated entry that promises `sizeBytes`. */
function deflated(name: string, packed: Uint8Array, sizeBytes: number): Buffer {
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50);
  central.writeUInt16LE(8, 10);
  central.writeUInt32LE(crc32(new Uint8Array(sizeBytes > 1e7 ? 0 : sizeBytes)), 16);
  central.writeUInt32LE(packed.length, 20);
  central.writeUInt32LE(sizeBytes, 24);
  central.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(46 + name.length, 12);
  end.writeUInt32LE(30 + name.length + packed.length, 16);
  return Buffer.concat([local, Buffer.from(name), packed, central, Buffer.from(name), end]);
}

describe("any damage to a file", () => {
  it.each(["net.pt", "scripted.pt", "net.safetensors", "types.pt"])("%s gives a typed error or tensors", (name) => {
    const whole = readFileSync(join(fixtures, name));
    const damage = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }), fc.boolean());
    const property = fc.property(damage, ([at, byte, cut]) => {
      const bytes = cut ? whole.subarray(0, at) : Buffer.from(whole);
      if (!cut) bytes[at] = byte;
      const error = failureOf(bytes, name);
      if (error) expect(error.code).toMatch(/^TORCH_/);
      if (cut) expect(error).toBeDefined();
    });
    fc.assert(property, { numRuns: 300 });
  });
});

it("what is not there, or a folder, is unreadable", () => {
  expect(() => readStateDict(folder)).toThrow(expect.objectContaining({ code: "TORCH_FILE_UNREADABLE" }));
  expect(() => readSafetensors(join(folder, "absent.safetensors"))).toThrow(
    expect.objectContaining({ code: "TORCH_FILE_UNREADABLE" }),
  );
});

it("a file that changed while it is used is noticed", () => {
  const path = join(folder, "changing.safetensors");
  writeFileSync(path, safetensors({ a: f32([2], 0, 8) }, 8));
  const source = readSafetensors(path).tensors.get("a")!;
  writeFileSync(path, safetensors({ a: f32([3], 0, 12) }, 12));
  expect(() => source.bytes()).toThrow(expect.objectContaining({ code: "TORCH_FILE_CHANGED" }));
});
