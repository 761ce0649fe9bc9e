// Pickles that would run code, exhaust memory or never end: each is refused by name, and nothing of it is evaluated.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isTersorError } from "@tersor/core";
import { unpickle } from "./machine.ts";
import { PickleDict, PickleFloat, PickleList, PickleSet, PickleTuple, type PickleValue } from "./values.ts";
import { pickled } from "./write.ts";

/** Bytes of a pickle: texts as latin1, numbers as bytes. */
function bytesOf(...parts: readonly (string | number | readonly number[])[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === "string" ? Array.from(part, (letter) => letter.charCodeAt(0)) : [part].flat(),
    ),
  );
}

function failureOf(bytes: Uint8Array) {
  try {
    unpickle(bytes, "file.pt");
  } catch (error) {
    if (isTersorError(error)) return error;
    throw error;
  }
  return undefined;
}

const short = (text: string): string => `\x8c${String.fromCharCode(text.length)}${text}`;

describe("a pickle that asks for code is refused by name", () => {
  it.each<[string, Uint8Array, string]>([
    ["os.system by REDUCE", bytesOf("cos\nsystem\n(X\x04\x00\x00\x00echotR."), 'the name "os.system"'],
    ["posix.system of protocol 0", bytesOf("cposix\nsystem\np0\n(S'echo'\np1\ntp2\nRp3\n."), '"posix.system"'],
    [
      "builtins.eval by STACK_GLOBAL",
      bytesOf("\x80\x04", short("builtins"), short("eval"), "\x93."),
      '"builtins.eval"',
    ],
    ["inside a dict", bytesOf("}X\x01\x00\x00\x00wcsubprocess\nPopen\n)Rs."), '"subprocess.Popen"'],
    ["as argument of an allowed call", bytesOf("ccollections\nOrderedDict\n(cos\nsystem\ntR."), '"os.system"'],
    ["torch.load itself", bytesOf("ctorch\nload\n)R."), '"torch.load"'],
    ["an allowed module, another name", bytesOf("ctorch._utils\n_import_dotted_name\n."), "_import_dotted_name"],
    ["a name with dots", bytesOf("ccollections\nOrderedDict.__init__\n."), "OrderedDict.__init__"],
    ["getattr", bytesOf("c__builtin__\ngetattr\n."), '"__builtin__.getattr"'],
    ["a class of one's own", bytesOf("cmy.module\nNet\n)\x81."), '"my.module.Net"'],
    ["a module that begins as those of scripts do", bytesOf("c__torch__evil\nNet\n."), '"__torch__evil.Net"'],
    ["INST", bytesOf("(S'echo'\nios\nsystem\n."), "INST"],
    ["OBJ", bytesOf("(o."), "OBJ"],
    ["EXT1", bytesOf("\x80\x02\x82\x01."), "EXT1"],
    ["EXT2", bytesOf("\x80\x02\x83\x01\x00."), "EXT2"],
    ["EXT4", bytesOf("\x80\x02\x84\x01\x00\x00\x00."), "EXT4"],
    ["NEWOBJ_EX", bytesOf(")}\x92."), "NEWOBJ_EX"],
    ["PERSID", bytesOf("Pname\n."), "PERSID"],
    ["NEXT_BUFFER", bytesOf("\x80\x05\x97."), "NEXT_BUFFER"],
    ["a call of a text", bytesOf("X\x02\x00\x00\x00os)R."), "no name"],
    ["a call of a dtype", bytesOf("ctorch\nfloat32\n)R."), '"torch.float32"'],
    ["a call of a device", bytesOf("ctorch\ndevice\n(X\x03\x00\x00\x00cputR)R."), '"torch.device"'],
    ["BUILD on a list", bytesOf("]}b."), "BUILD"],
    ["BUILD on a plain dict", bytesOf("}}b."), "BUILD"],
  ])("%s", (_, bytes, what) => {
    const error = failureOf(bytes);
    expect(error).toMatchObject({ code: "TORCH_PICKLE_FORBIDDEN" });
    expect(error!.message).toContain(what);
    expect(error!.message).toContain("Nothing of it was run");
  });
});

describe("a damaged pickle is refused", () => {
  it.each<[string, Uint8Array]>([
    ["without an end", bytesOf("\x80\x02}")],
    ["with nothing in it", bytesOf("")],
    ["that takes what is not there", bytesOf("0.")],
    ["with a text longer than the file", bytesOf("X\xff\xff\xff\xffabc.")],
    ["with a length beyond any file", bytesOf("\x8d\xff\xff\xff\xff\xff\xff\xff\xff.")],
    ["with a negative length", bytesOf("T\xff\xff\xff\xffabc.")],
    ["with an integer of a million bytes", bytesOf("\x8b\x40\x42\x0f\x00.")],
    ["that recalls what was not remembered", bytesOf("h\x05.")],
    ["of protocol 9", bytesOf("\x80\x09N.")],
    ["with items for no dict", bytesOf("](NNu.")],
    ["with a key and no value", bytesOf("}(Nu.")],
    ["with an opcode that is none", bytesOf("\x00.")],
    ["with a persistent id that is no storage", bytesOf("X\x01\x00\x00\x00aQ.")],
    ["with a tensor without a storage", bytesOf("ctorch._utils\n_rebuild_tensor_v2\n(NK\x00))\x89NtR.")],
    ["with encode() of a codec", bytesOf("c_codecs\nencode\n(X\x01\x00\x00\x00aX\x03\x00\x00\x00ziptR.")],
  ])("%s", (_, bytes) => {
    expect(failureOf(bytes)).toMatchObject({ code: "TORCH_PICKLE_INVALID" });
  });

  it("that copies without end", () => {
    const keys = Array.from({ length: 4000 }, (_, at) => [0x4d, at & 255, at >> 8, 0x4e]).flat();
    const full = bytesOf("ccollections\nOrderedDict\n)R(", keys, "uq\x00");
    const copies = "ccollections\nOrderedDict\n(h\x00tR0".repeat(2000);
    expect(failureOf(Uint8Array.from([...full, ...bytesOf(copies, ".")]))!.message).toContain("copied items");
  });

  it("that makes more values than memory", () => {
    const before = Date.now();
    expect(failureOf(new Uint8Array(8_000_000).fill("]".charCodeAt(0)))!.message).toContain("steps");
    expect(failureOf(new Uint8Array(8_000_000).fill("(".charCodeAt(0)))!.message).toContain("steps");
    expect(Date.now() - before).toBeLessThan(20_000);
  });
});

describe("data", () => {
  const simple: fc.Arbitrary<PickleValue> = fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.bigInt({ min: -(2n ** 100n), max: 2n ** 100n }),
    fc.string({ unit: "grapheme" }),
    fc.double().map((value) => new PickleFloat(value)),
    fc.uint8Array({ maxLength: 20 }),
  );
  const { value: anyValue } = fc.letrec<{ value: PickleValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      simple,
      fc.array(tie("value"), { maxLength: 4 }).map(listOf),
      fc.array(tie("value"), { maxLength: 4 }).map((items) => new PickleTuple(items)),
      fc.array(fc.tuple(fc.string(), tie("value")), { maxLength: 4 }).map(dictOf),
      fc.array(fc.string(), { maxLength: 4 }).map((items) => new PickleSet(items, true)),
    ),
  }));

  it("is read as it was written", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(unpickle(pickled(value, ""), "")).toEqual(value);
      }),
    );
  });

  it("that holds itself is read as that", () => {
    const read = unpickle(bytesOf("]q\x00h\x00a."), "") as PickleList;
    expect(read.items[0]).toBe(read);
    const again = unpickle(pickled(read, ""), "") as PickleList;
    expect(again.items[0]).toBe(again);
  });

  it("too deep to write is refused", () => {
    let value: PickleValue = null;
    for (let i = 0; i < 1000; i++) value = new PickleTuple([value]);
    expect(() => pickled(value, "x")).toThrow(expect.objectContaining({ code: "TORCH_PICKLE_INVALID" }));
  });

  it("or damage is all that any bytes are", () => {
    const outcome = (bytes: Uint8Array): void => {
      const error = failureOf(bytes);
      if (error) expect(error.code).toMatch(/^TORCH_PICKLE_(INVALID|FORBIDDEN)$/);
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), outcome), { numRuns: 3000 });
    const damaged = fc.tuple(anyValue, fc.nat(), fc.integer({ min: 0, max: 255 })).map(([value, at, byte]) => {
      const bytes = pickled(value, "").slice();
      bytes[at % bytes.length] = byte;
      return bytes;
    });
    fc.assert(fc.property(damaged, outcome), { numRuns: 2000 });
  });
});

function listOf(items: readonly PickleValue[]): PickleList {
  const list = new PickleList();
  list.items.push(...items);
  return list;
}

function dictOf(entries: readonly (readonly [string, PickleValue])[]): PickleDict {
  const dict = new PickleDict();
  for (const [key, value] of entries) dict.entries.set(key, value);
  return dict;
}
