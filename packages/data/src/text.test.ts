import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { batchesOf, numbersOf, type Dataset, type Sample } from "@tersor/core";
import { describe, expect, it } from "vitest";
import { bytesFrom } from "./bytes.ts";
import { recordsOf, type ColumnOptions, type TextFormat } from "./records.ts";
import { text } from "./text.ts";

const fixtures = fileURLToPath(new URL("../fixtures/text/", import.meta.url));
const expected = JSON.parse(readFileSync(join(fixtures, "expected.json"), "utf8")) as {
  sentences: string[];
  labels: number[];
  wordpiece: { single: number[][] };
};
const tokenizer = join(fixtures, "wordpiece");
const scratch = mkdtempSync(join(tmpdir(), "tersor-text-"));
const failure = (code: string) => expect.objectContaining({ code });

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(scratch, name), content);
  return join(scratch, name);
}

async function walk(dataset: Dataset): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const sample of dataset) samples.push(sample);
  return samples;
}

const ids = (sample: Sample) => Array.from(numbersOf(sample.feeds["input_ids"]!));
const records = (content: string, format: TextFormat, options: ColumnOptions = {}) => [
  ...recordsOf(bytesFrom(new TextEncoder().encode(content)), format, options),
];
const tsv = file(
  "train.tsv",
  ["label\tsentence", ...expected.sentences.map((text, i) => `${expected.labels[i]}\t${text}`), ""].join("\n"),
);

describe("text datasets", () => {
  it("gives ids, masks, types and labels of each row", async () => {
    const dataset = text(tsv, { tokenizer });
    const samples = await walk(dataset);
    expect(dataset.length).toBe(50);
    expect(samples.map(ids)).toEqual(expected.wordpiece.single.slice(0, 50));
    expect(samples.map((sample) => sample.label)).toEqual(expected.labels);
    expect(samples[3]!.id).toBe("line 5");
    for (const name of ["input_ids", "attention_mask", "token_type_ids"]) {
      expect(samples[0]!.feeds[name]).toMatchObject({ dtype: "int64", shape: [1, ids(samples[0]!).length] });
    }
  });

  it("pads to the longest, to the maximum, and on the side the tokenizer wants", async () => {
    const longest = Math.max(...expected.wordpiece.single.slice(0, 50).map((row) => row.length));
    const [first] = await walk(text(tsv, { tokenizer, padding: "longest" }));
    expect(ids(first!)).toHaveLength(longest);
    const [right] = await walk(text(tsv, { tokenizer, padding: "max", maxLength: 100, samples: 4 }));
    expect(ids(right!).slice(0, 3)).toEqual(expected.wordpiece.single[0]!.slice(0, 3));
    expect(ids(right!).at(-1)).toBe(0);
    expect(numbersOf(right!.feeds["attention_mask"]!)[99]).toBe(0);
    const [left] = await walk(text(tsv, { tokenizer: join(fixtures, "byte-level"), padding: "max", maxLength: 400 }));
    expect(ids(left!).at(-1)).toBe(2);
    expect(ids(left!)[0]).toBe(1);
  });

  it("gives batches that can be stacked where samples are padded", async () => {
    const shapes: (readonly number[])[] = [];
    const dataset = text(tsv, { tokenizer, padding: "max", maxLength: 16, samples: 20 });
    for await (const feeds of batchesOf(dataset, { batchSize: 8 })) shapes.push(feeds["input_ids"]!.shape);
    expect(shapes).toEqual([
      [8, 16],
      [8, 16],
      [4, 16],
    ]);
  });

  it("makes only the inputs that the model has, under its names and in its type", async () => {
    const [two] = await walk(text(tsv, { tokenizer, inputs: ["input_ids", "attention_mask"] }));
    expect(Object.keys(two!.feeds)).toEqual(["input_ids", "attention_mask"]);
    const [other] = await walk(
      text(tsv, { tokenizer, dtype: "int32", inputs: { input_ids: "input_word_ids", position_ids: "at" } }),
    );
    expect(Object.keys(other!.feeds)).toEqual(["input_word_ids", "at"]);
    expect(other!.feeds["at"]).toMatchObject({ dtype: "int32" });
    expect(() => text(tsv, { tokenizer, inputs: ["pixels"] })).toThrow(failure("DATA_OPTION"));
  });

  it("joins pairs, and reads JSON lines and plain lines", async () => {
    const pairs = text(
      file("pairs.jsonl", '{"a":"one long","b":"string","label":"yes"}\n\n{"a":"of","b":"cliches","label":"no"}'),
      {
        tokenizer,
        column: "a",
        textPair: "b",
        classes: ["no", "yes"],
      },
    );
    const [first, second] = await walk(pairs);
    expect([first!.label, second!.label]).toEqual([1, 0]);
    expect(Array.from(numbersOf(first!.feeds["token_type_ids"]!))).toContain(1);
    expect(second!.id).toContain("line 3");
    expect(await walk(text(file("plain.txt", "one\r\n\r\ntwo\r\n"), { tokenizer }))).toHaveLength(2);
  });

  it("says which option or file is wrong", () => {
    expect(() => text(tsv, { tokenizer, column: "sentense" })).toThrow(
      /no column "sentense" \(did you mean "sentence"\?\)/,
    );
    expect(() => text(tsv, { tokenizer, label: "score" })).toThrow(failure("DATA_COLUMN"));
    expect(() => text(tsv, { tokenizer, classes: ["bad", "good"] })).toThrow(failure("DATA_LABELS"));
    expect(() => text(tsv, { tokenizer, maxLength: 0 })).toThrow(failure("DATA_OPTION"));
    expect(() => text(tsv, { tokenizer, samples: 1.5 })).toThrow(failure("DATA_OPTION"));
    expect(() => text(join(scratch, "nowhere.tsv"), { tokenizer })).toThrow(failure("DATA_NOT_FOUND"));
    expect(() => text(tsv, { tokenizer: join(scratch, "nowhere") })).toThrow(failure("DATA_NOT_FOUND"));
    expect(() => text(file("header.tsv", "label\tsentence\n"), { tokenizer })).toThrow(failure("DATA_EMPTY"));
    expect(() => text(file("void.txt", ""), { tokenizer })).toThrow(failure("DATA_EMPTY"));
    expect(() => text(file("latin.txt", Uint8Array.of(0x61, 0x0a, 0xe9, 0x0a)), { tokenizer })).toThrow(
      failure("DATA_ROW"),
    );
  });
});

describe("rows", () => {
  it("follows RFC 4180 in CSV: separators, line ends and quotes in quotes", () => {
    const content = '\ufefftext,label\r\n"a, ""b""\r\nc",1\r\nd "e" f,2\r\n,3\r\n';
    expect(records(content, "csv")).toEqual([
      { line: 2, text: 'a, "b"\nc', label: 1 },
      { line: 4, text: 'd "e" f', label: 2 },
      { line: 5, text: "", label: 3 },
    ]);
  });

  it("takes quotes for letters in TSV", () => {
    expect(records('sentence\tlabel\n"open\t1\n', "tsv")).toEqual([{ line: 2, text: '"open', label: 1 }]);
  });

  it("tells a header from a first row", () => {
    expect(records("good film\t1\nbad film\t0", "tsv", { column: 0, label: 1 })).toHaveLength(2);
    expect(records("text\nlabel", "tsv", { header: false })).toHaveLength(2);
    expect(records("whole line, with comma", "lines")[0]!.text).toBe("whole line, with comma");
    expect(() => records("good film\t1", "tsv")).toThrow(failure("DATA_COLUMN"));
    expect(() => records("good film\t1", "tsv", { column: "text" })).toThrow(failure("DATA_COLUMN"));
    expect(() => records("a\tb", "tsv", { column: 2 })).toThrow(failure("DATA_COLUMN"));
  });

  it("names the line of what it can't read", () => {
    expect(() => records('{"text":"a"}\n{"text":', "jsonl")).toThrow(/^Line 2 of "bytes" is not JSON/);
    expect(() => records('{"text":"a"}\n[1]', "jsonl")).toThrow(/^Line 2/);
    expect(() => records('{"text":{}}', "jsonl")).toThrow(/^Line 1 .* has no text/);
    expect(() => records("text,label\na,1\nb", "csv")).toThrow(/^Line 3 .* has 1 columns where the first row has 2/);
    expect(() => records('text,label\n"a"b,1', "csv")).toThrow(/^Line 2 .* behind the closing quote/);
    expect(() => records('text,label\na,1\n"b,1\nc', "csv")).toThrow(/^Line 3 .* not closed/);
    expect(() => records("text", "lines", { column: "text" })).toThrow(failure("DATA_OPTION"));
  });

  it("keeps words as labels and reads numbers", () => {
    const labels = records("text\tlabel\na\t-1.5\nb\t1e2\nc\tpositive", "tsv").map((record) => record.label);
    expect(labels).toEqual([-1.5, 100, "positive"]);
  });
});
