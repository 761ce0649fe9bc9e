import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { numbersOf, type LabelRecord, type Sample } from "@tersor/core";
import { describe, expect, it } from "vitest";
import { delimitedTable } from "../tables/delimited.ts";
import { jsonTable } from "../tables/json.ts";
import { linesTable } from "../tables/lines.ts";
import { parquetTable } from "../tables/parquet.ts";
import { expected, fixtures, samplesOf, tables } from "../tables/tables.fixture.ts";
import { textDataset, type TextTableOptions } from "./dataset.ts";

const names = ["wordpiece", "byte-level"] as const;
const tokenizer = join(fixtures, "text/wordpiece");
const scratch = mkdtempSync(join(tmpdir(), "tersor-tasks-"));
const rowsTable = (rows: readonly object[]) =>
  jsonTable(new TextEncoder().encode(rows.map((row) => JSON.stringify(row)).join("\n")));
const read = async (rows: readonly object[], options: Omit<TextTableOptions, "tokenizer"> & { tokenizer?: string }) =>
  samplesOf(await textDataset(rowsTable(rows), { tokenizer, ...options }));
const ids = (sample: Sample, input = "input_ids") => Array.from(numbersOf(sample.feeds[input]!));
const labelOf = (sample: Sample) => sample.label as LabelRecord & { offsets: ([number, number] | null)[] };

describe("question answering", () => {
  it.each(names)("gives the ids and offsets of Python's tokenizers: %s", async (name) => {
    const rows = expected.pairs.map(([question, context], i) => ({
      id: `q${i}`,
      question,
      context,
      answers: { text: ["a"], answer_start: [0] },
    }));
    const samples = await read(rows, {
      task: "question-answering",
      tokenizer: join(fixtures, "text", name),
      maxLength: 500,
    });
    expect(samples.map((sample) => ids(sample))).toEqual(expected[name].whole.map((one) => one.ids));
    for (const [i, sample] of samples.entries()) {
      const { id, answers, context, offsets } = labelOf(sample);
      expect({ id, answers, context }).toEqual({ id: `q${i}`, answers: ["a"], context: expected.pairs[i]![1] });
      expect(textsAt(context as string, offsets), `pair ${i}`).toEqual(
        textsAt(context as string, expected[name].whole[i]!.offsets),
      );
    }
  });

  it("cuts long contexts into windows that share tokens, as Python's tokenizers do", async () => {
    const rows = expected.pairs
      .slice(0, 5)
      .map(([question, context]) => ({ question, context: context.repeat(3), answers: ["a"] }));
    const samples = await read(rows, { task: "question-answering", maxLength: 40, stride: 8 });
    expect(samples.map((sample) => ids(sample))).toEqual(expected.wordpiece.windows.flat().map((one) => one.ids));
    expect(samples.map((sample) => labelOf(sample).offsets)).toEqual(
      expected.wordpiece.windows.flat().map((one) => one.offsets),
    );
    const first = await read(rows, { task: "question-answering", maxLength: 40 });
    expect(first.map((sample) => ids(sample))).toEqual(expected.wordpiece.windows.map(([one]) => one!.ids));
    await expect(read(rows, { task: "question-answering", maxLength: 12, stride: 20 })).rejects.toMatchObject({
      code: "DATA_OPTION",
    });
  });

  it("pads offsets as tokens, and reads answers however they are written", async () => {
    const table = delimitedTable(
      new TextEncoder().encode(
        'question,context,answers\nwho,"one long string","{""text"": [""one"", ""long""]}"\nwhy,long,string\n',
      ),
      "csv",
    );
    const [one, two] = await samplesOf(
      await textDataset(table, { tokenizer, task: "question-answering", padding: "max", maxLength: 16 }),
    );
    expect(labelOf(one!).answers).toEqual(["one", "long"]);
    expect(labelOf(two!).answers).toEqual(["string"]);
    expect(labelOf(one!).offsets).toHaveLength(16);
    expect(labelOf(one!).offsets.at(-1)).toBeNull();
    const none = await read([{ question: "who", context: "long", answers: { text: [], answer_start: [] } }], {
      task: "question-answering",
    });
    expect(labelOf(none[0]!).answers).toEqual([]);
  });
});

/** The Python package gives leading spaces to byte-level tokens now and then; the texts without them are what counts. */
function textsAt(context: string, offsets: readonly (readonly [number, number] | null)[]): (string | null)[] {
  return offsets.map((span) => (span === null ? null : context.slice(...span).trim() || null));
}

describe("token classification", () => {
  it.each(names)("gives each word's first token its tag: %s", async (name) => {
    const rows = expected.words.map((tokens) => ({ tokens, ner_tags: tokens.map((_, i) => i + 1) }));
    const samples = await read(rows, { task: "token-classification", tokenizer: join(fixtures, "text", name) });
    for (const [i, sample] of samples.entries()) {
      const { ids: wanted, words } = expected[name].words[i]!;
      expect(ids(sample)).toEqual(wanted);
      expect(sample.label).toEqual(
        words.map((word, at) => (word === null || words[at - 1] === word ? -100 : word + 1)),
      );
    }
  });

  it("takes names of tags and words in one text, cuts, pads, and refuses what does not match", async () => {
    const tags = ["O", "B-PER"];
    const options = { task: "token-classification", classes: tags } as const;
    const [sample] = await read([{ words: "one long", tags: "O B-PER" }], {
      ...options,
      padding: "max",
      maxLength: 12,
    });
    const label = sample!.label as number[];
    expect(label).toHaveLength(12);
    expect(label.filter((tag) => tag >= 0)).toEqual([0, 1]);
    const [cut] = await read([{ words: "one long", tags: "O B-PER" }], { ...options, maxLength: 3 });
    expect(cut!.label).toEqual([-100, 0, -100]);
    await expect(read([{ words: "one long", tags: "O" }], options)).rejects.toThrow(
      /^Line 1 .* 2 words in "words" and 1 tags/,
    );
    await expect(read([{ words: "one", tags: "B-LOC" }], options)).rejects.toThrow(
      /"B-LOC" .* not one of "O", "B-PER"/,
    );
    await expect(read([{ words: "one", tags: "2" }], options)).rejects.toMatchObject({ code: "DATA_ROW" });
  });
});

describe("language modelling", () => {
  it.each(names)("joins texts and cuts them into blocks: %s", async (name) => {
    const sentences = expected.pairs.slice(0, 20).map(([, context]) => context);
    const file = join(scratch, "lines.txt");
    writeFileSync(file, sentences.join("\n"));
    const options = { tokenizer: join(fixtures, "text", name), task: "language-modelling", maxLength: 32 } as const;
    const dataset = await textDataset(linesTable(file), options);
    const samples = await samplesOf(dataset);
    expect(samples.length).toBeGreaterThan(5);
    expect(samples.map((sample) => ids(sample))).toEqual(expected[name].blocks.slice(0, samples.length));
    expect(samples.map(({ label }) => label)).toEqual(expected[name].blocks.slice(0, samples.length));
    const lines = await samplesOf(
      await textDataset(linesTable(file), { ...options, blocks: false, padding: "longest" }),
    );
    expect(lines).toHaveLength(20);
    expect(lines[0]!.label).toHaveLength(ids(lines[0]!).length);
  });
});

describe("sequence to sequence", () => {
  it("gives the source, the text that is expected, and what the decoder is given", async () => {
    const rows = [{ document: "one long string", summary: "long" }];
    const [plain] = await read(rows, { task: "sequence-to-sequence", prefix: "of " });
    expect(plain!.label).toBe("long");
    const [source] = await read([{ text: "of one long string" }], {});
    expect(ids(plain!)).toEqual(ids(source!));
    const inputs = ["input_ids", "decoder_input_ids"];
    const [written] = await read(rows, { task: "sequence-to-sequence", inputs, decoderStart: 7 });
    const [target] = await read([{ text: "long" }], {});
    expect(ids(written!, "decoder_input_ids")).toEqual([7, ...ids(target!).slice(0, -1)]);
    const [several] = await read([{ source: "one", target: ["a", "b"] }], { task: "sequence-to-sequence" });
    expect(several!.label).toEqual(["a", "b"]);
    await expect(read([{ text: "a" }], { inputs })).rejects.toThrow(/only the task "sequence-to-sequence" gives/);
  });
});

describe("classification", () => {
  it("reads Parquet: classes, numbers, pairs, nested columns", async () => {
    const table = await parquetTable(join(tables, "zstd.parquet"));
    const dataset = await textDataset(table, {
      tokenizer,
      column: "category",
      textPair: "answers.text",
      label: "score",
      samples: 30,
    }).catch((error: unknown) => error);
    expect(dataset).toMatchObject({ length: 30 });
    const named = await textDataset(table, {
      tokenizer,
      column: "category",
      label: "category",
      classes: ["ccc", "bb", "a"],
    });
    expect((await samplesOf(named)).slice(0, 4).map(({ label }) => label)).toEqual([2, 1, 0, 2]);
    const scores = await samplesOf(
      await textDataset(table, { tokenizer, column: "category", label: "score", padding: "longest" }),
    );
    expect(scores.map(({ label }) => label)).toEqual(expected.parquet.map((row) => row["score"]));
    expect(scores[7]!.id).toBe("row 8");
    await expect(samplesOf(await textDataset(table, { tokenizer, column: "text" }))).rejects.toThrow(
      /^Row 1 .* no text in the column "text"/,
    );
    await expect(textDataset(table, { tokenizer, column: "txt" })).rejects.toThrow(/did you mean "text"/);
  });
});

describe("masked language modelling", () => {
  const rows = expected.pairs.map(([question, context]) => ({ text: `${question} ${context}` }));
  const mask = 4;

  it("hides about 15 % of the tokens, most behind the mask, none that is special, and labels what was there", async () => {
    const options = { column: "text", maxLength: 64, blocks: false } as const;
    const plain = await read(rows, { ...options, task: "language-modelling" });
    const hidden = await read(rows, { ...options, task: "masked-language-modelling", seed: 3 });
    const pairs = hidden.flatMap((sample, i) => {
      const labels = sample.label as readonly number[];
      return ids(sample).map((id, at) => ({ id, was: ids(plain[i]!)[at]!, label: labels[at]! }));
    });
    const chosen = pairs.filter(({ label }) => label !== -100);
    expect(chosen.length / pairs.length).toBeGreaterThan(0.1);
    expect(chosen.length / pairs.length).toBeLessThan(0.2);
    expect(chosen.every(({ was, label }) => was === label && label > mask)).toBe(true);
    expect(pairs.filter(({ label }) => label === -100).every(({ id, was }) => id === was)).toBe(true);
    const share = chosen.filter(({ id }) => id === mask).length / chosen.length;
    expect([share > 0.65, share < 0.95]).toEqual([true, true]);
  });

  it("hides the same tokens again with the same seed, and others with another", async () => {
    const again = async (seed: number) =>
      (await read(rows, { task: "masked-language-modelling", column: "text", maxLength: 64, seed })).map((s) => ids(s));
    expect(await again(1)).toEqual(await again(1));
    expect(await again(1)).not.toEqual(await again(2));
  });
});

describe("multiple choice", () => {
  const row = { sent1: "a b", sent2: "c", ending0: "d", ending1: "e f g", ending2: "h", ending3: "i", label: 2 };

  it("stacks what a pair of texts gives, padded to the longest", async () => {
    const [sample] = await read([row], { task: "multiple-choice", maxLength: 32 });
    const pair = async (ending: string) =>
      ids(
        (
          await read([{ text: "a b", second: `c ${ending}` }], { column: "text", textPair: "second", maxLength: 32 })
        )[0]!,
      );
    const each = await Promise.all(["d", "e f g", "h", "i"].map(pair));
    const width = Math.max(...each.map(({ length }) => length));
    expect(sample!.feeds["input_ids"]!.shape).toEqual([1, 4, width]);
    expect(ids(sample!)).toEqual(each.flatMap((one) => [...one, ...new Array<number>(width - one.length).fill(0)]));
    expect(sample!.label).toBe(2);
  });

  it("takes the columns it is told, and needs two of them", async () => {
    const renamed = { first: "a", x: "b", y: "c", right: 1 };
    const options = { task: "multiple-choice", column: "first", label: "right", maxLength: 8 } as const;
    const [sample] = await read([renamed], { ...options, choices: ["x", "y"] });
    expect(sample!.feeds["attention_mask"]!.shape).toEqual([1, 2, 5]);
    await expect(read([renamed], { ...options, choices: ["x"] })).rejects.toMatchObject({ code: "DATA_OPTION" });
  });
});
