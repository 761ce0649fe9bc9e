import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isTersorError, seededRandom } from "@tersor/core";
import { describe, expect, it } from "vitest";
import { parquetTable } from "./parquet.ts";
import { expected, rowsOf, tables } from "./tables.fixture.ts";

const bytesOf = (name: string) => new Uint8Array(readFileSync(join(tables, `${name}.parquet`)));
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("parquetTable", () => {
  it.each(["none", "snappy", "gzip", "brotli", "zstd", "lz4", "v2"])("reads what pyarrow wrote: %s", async (name) => {
    const table = await parquetTable(join(tables, `${name}.parquet`));
    expect(table.length).toBe(50);
    expect(table.columns).toEqual(Object.keys(expected.parquet[0]!));
    const rows = await rowsOf(table);
    expect(rows.map(({ at }) => at)).toEqual(expected.parquet.map((_, index) => index + 1));
    expect(plain(rows.map(({ cells }) => cells))).toEqual(expected.parquet);
  });

  it("reads the columns that are asked for, one row group at a time", async () => {
    const bytes = bytesOf("snappy");
    let read = 0;
    const counted = new Proxy(bytes, {
      get: (target, key) => {
        if (key !== "subarray") return Reflect.get(target, key, target) as unknown;
        return (from: number, to: number) => {
          read += Math.min(to, target.length) - from;
          return target.subarray(from, to);
        };
      },
    });
    const table = await parquetTable(counted);
    read = 0;
    const walk = table.rows(["label"])[Symbol.asyncIterator]();
    expect((await walk.next()).value.cells).toEqual({ label: 0 });
    expect(read).toBeLessThan(2000);
    expect((await rowsOf(table, ["label", "flag"]))[49]!.cells).toEqual({ label: 49, flag: false });
  });

  it.each([
    ["a file without rows", bytesOf("empty"), "DATA_EMPTY"],
    ["a file that is none", new TextEncoder().encode("text,label\na,1\nb,2\n"), "DATA_PARQUET"],
    ["a file that is cut off", bytesOf("none").subarray(0, 9000), "DATA_PARQUET"],
    ["nothing", new Uint8Array(0), "DATA_PARQUET"],
    ["an absurd length of metadata", withBytes(bytesOf("none"), -8, [0xff, 0xff, 0xff, 0x7f]), "DATA_PARQUET"],
    ["metadata of noise", withBytes(bytesOf("none"), -4000, new Array<number>(3900).fill(0xff)), "DATA_PARQUET"],
  ])("refuses %s", async (_, bytes, code) => {
    await expect(parquetTable(bytes)).rejects.toMatchObject({ code });
  });

  it("neither crashes nor hangs on damaged files", { timeout: 60_000 }, async () => {
    const random = seededRandom(11);
    const below = (limit: number) => Math.floor(random() * limit);
    const whole = bytesOf("snappy");
    let refused = 0;
    for (let round = 0; round < 400; round++) {
      const bytes = whole.slice();
      for (let hits = 0; hits <= round % 4; hits++) bytes[below(bytes.length)] = below(256);
      const begin = performance.now();
      const error: unknown = await parquetTable(bytes)
        .then(rowsOf)
        .then(
          () => undefined,
          (failure: unknown) => failure,
        );
      expect(performance.now() - begin, `round ${round}`).toBeLessThan(3000);
      if (error === undefined) continue;
      refused++;
      expect(isTersorError(error), String(error)).toBe(true);
    }
    expect(refused).toBeGreaterThan(50);
  });
});

function withBytes(bytes: Uint8Array, at: number, values: readonly number[]): Uint8Array {
  const out = bytes.slice();
  out.set(values, out.length + at);
  return out;
}
