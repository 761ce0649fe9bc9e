import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { delimitedTable, type DelimitedOptions } from "./delimited.ts";
import { jsonTable } from "./json.ts";
import { linesTable } from "./lines.ts";
import { expected, rowsOf, tables } from "./tables.fixture.ts";

const scratch = mkdtempSync(join(tmpdir(), "tersor-csv-"));
const bytes = (content: string) => new TextEncoder().encode(content);
const cells = async (content: string, format: "csv" | "tsv" = "csv", options: DelimitedOptions = {}) =>
  (await rowsOf(delimitedTable(bytes(content), format, options))).map((row) => row.cells);

describe("delimitedTable", () => {
  it("reads what Python's csv module reads: quotes, quoted line ends, CRLF, a byte order mark", async () => {
    const table = delimitedTable(join(tables, "wild.csv"), "csv");
    const rows = await rowsOf(table);
    // Line ends inside of quotes are LF here, whatever the file has.
    const wanted = expected.csv.map((row) => ({ ...row, text: row["text"]!.replaceAll("\r\n", "\n") }));
    expect(rows.map((row) => row.cells)).toEqual(wanted);
    expect(rows.map(({ at }) => at)).toEqual([2, 4, 5, 6, 9]);
  });

  it("knows names from values", async () => {
    expect(await cells("a,b\n1,2\n")).toEqual([{ a: "1", b: "2" }]);
    expect(await cells("1,2\n3,4\n")).toEqual([
      { 0: "1", 1: "2" },
      { 0: "3", 1: "4" },
    ]);
    expect(await cells("good film\t1\n", "tsv")).toEqual([{ 0: "good film", 1: "1" }]);
    expect(await cells("a,b\n", "csv", { header: false })).toEqual([{ 0: "a", 1: "b" }]);
    expect(delimitedTable(bytes("x,1\n"), "csv", {}, ["x"]).columns).toEqual(["x", "1"]);
    expect(await cells("__proto__,b\n1,2\n")).toEqual([
      Object.fromEntries([
        ["__proto__", "1"],
        ["b", "2"],
      ]),
    ]);
  });

  it("takes other separators, and quotes in TSV where they are meant", async () => {
    expect(await cells("a;b\n1,5;2\n", "csv", { delimiter: ";" })).toEqual([{ a: "1,5", b: "2" }]);
    expect(await cells('a\tb\n"1\t2', "tsv")).toEqual([{ a: '"1', b: "2" }]);
    expect(await cells('a\tb\n"1\t"\t2', "tsv", { quotes: true })).toEqual([{ a: "1\t", b: "2" }]);
    expect(() => delimitedTable(bytes("a"), "csv", { delimiter: "::" })).toThrow(
      expect.objectContaining({ code: "DATA_OPTION" }),
    );
  });

  it.each([
    ["a,b\n1,2\n3\n", /^Line 3 .* has 1 columns where the first row has 2/],
    ["a,b\n1,2,3\n", /^Line 2 .* has 3 columns/],
    ['a,b\n1,2\n"3,4\n5,6\n', /^Line 3 .* not closed/],
    ["a,a\n1,2\n", /^Line 1 .* "a" twice/],
  ])("names the line of what is wrong in %j", async (content, message) => {
    const walk = async () => rowsOf(delimitedTable(bytes(content), "csv"));
    await expect(walk()).rejects.toMatchObject({ code: "DATA_ROW", message: expect.stringMatching(message) });
  });

  it("holds a row at a time of a large file", async () => {
    const file = join(scratch, "large.csv");
    const line = `${"some words and more, ".repeat(10)}"quoted ""twice"""`;
    writeFileSync(file, `text,label\n${`"${line.replaceAll('"', '""')}",1\n`.repeat(60_000)}`);
    const before = process.memoryUsage().heapUsed;
    let count = 0;
    let most = 0;
    for await (const row of delimitedTable(file, "csv").rows()) {
      if (count === 0) expect(row.cells).toEqual({ text: line, label: "1" });
      if (++count % 10_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed - before);
    }
    expect(count).toBe(60_000);
    expect(most).toBeLessThan(200 * 2 ** 20);
  });
});

describe("other tables of text", () => {
  it("reads JSON lines and plain lines", async () => {
    const table = jsonTable(bytes('{"a":1,"b":["x"]}\n\n{"a":2}\n'));
    expect(table.columns).toEqual(["a", "b"]);
    expect((await rowsOf(table)).map(({ at, cells }) => [at, cells])).toEqual([
      [1, { a: 1, b: ["x"] }],
      [3, { a: 2 }],
    ]);
    expect(() => jsonTable(bytes("\n"))).toThrow(expect.objectContaining({ code: "DATA_EMPTY" }));
    expect((await rowsOf(linesTable(bytes("one\r\n\r\ntwo")))).map(({ cells }) => cells["text"])).toEqual([
      "one",
      "two",
    ]);
  });
});
