// Tables put together by hand; those that TensorFlow writes are read in the suites of the readers.
import { describe, expect, it } from "vitest";
import { maskedCrc32c } from "./crc32c.ts";
import { joined } from "./rewrite.ts";
import { readTable } from "./table.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** An entry that shares `shared` characters of its key with the one before. */
function entry(shared: number, rest: string, value: Uint8Array): Uint8Array {
  return joined([Uint8Array.of(shared, rest.length, value.length), bytes(rest), value]);
}

/** Entries and one restart, as it lies in a file: with the type of compression and the sum behind it. */
function block(entries: readonly Uint8Array[], type = 0, pack = (content: Uint8Array) => content): Uint8Array {
  const content = pack(joined([...entries, Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0)]));
  const typed = joined([content, Uint8Array.of(type)]);
  const sum = new Uint8Array(Uint32Array.of(maskedCrc32c(typed)).buffer);
  return joined([typed, sum]);
}

const handle = (offset: number, stored: Uint8Array) => Uint8Array.of(offset, stored.length - 5);
const magic = Uint8Array.of(0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb);

function table(data: Uint8Array): Uint8Array {
  const index = block([entry(0, "z", handle(0, data))]);
  const handles = joined([Uint8Array.of(0, 0), handle(data.length, index)]);
  return joined([data, index, handles, new Uint8Array(40 - handles.length), magic]);
}

const entries = [entry(0, "bias", bytes("1")), entry(1, "eta", bytes("22")), entry(0, "kernel", bytes(""))];
/** As one literal of Snappy. */
const snapped = (content: Uint8Array) => joined([Uint8Array.of(content.length, (content.length - 1) << 2), content]);

describe("a table", () => {
  it.each<readonly [string, Uint8Array]>([
    ["plain", table(block(entries))],
    ["compressed", table(block(entries, 1, snapped))],
  ])("%s gives its entries", (_, file) => {
    const found = readTable(file, "t").map(({ key, value }) => [key, new TextDecoder().decode(value)]);
    expect(found).toEqual([
      ["bias", "1"],
      ["beta", "22"],
      ["kernel", ""],
    ]);
  });

  it("says where values are, if they are not compressed", () => {
    const [first] = readTable(table(block(entries)), "t");
    expect(first).toMatchObject({ valueOffset: 7, block: { offset: 0 } });
    expect(readTable(table(block(entries, 1, snapped)), "t")[0]!.valueOffset).toBeUndefined();
  });

  it.each<readonly [string, string, Uint8Array]>([
    ["without a footer", "MALFORMED", new Uint8Array(60)],
    ["of a few bytes", "MALFORMED", new Uint8Array(3)],
    ["of a compression nobody knows", "MALFORMED", table(block(entries, 4))],
    ["that is compressed into nonsense", "MALFORMED", table(block(entries, 1))],
    ["that shares more of a key than there is", "MALFORMED", table(block([entry(3, "x", bytes("1"))]))],
    ["with a value behind its end", "MALFORMED", table(block([Uint8Array.of(0, 1, 99, 97)]))],
    ["with a changed byte", "CHECKSUM", table(block(entries)).with(4, 0)],
  ])("%s is refused", (_, code, file) => {
    expect(() => readTable(file, "t")).toThrow(expect.objectContaining({ code: `TENSORFLOW_${code}` }));
  });
});
