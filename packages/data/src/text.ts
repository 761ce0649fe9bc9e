// Texts from TSV, CSV, JSON lines and plain lines, as token ids for a model.

import { extname } from "node:path";
import { datasetOf, type Dataset, type Sample } from "@tersor/core";
import { bytesFrom, type Bytes } from "./bytes.ts";
import { empty, requireCount } from "./errors.ts";
import { recordsOf, type TextFormat, type TextRecord } from "./records.ts";
import { countOf } from "./rows.ts";
import { textEncoder, type EncodingOptions } from "./text-tasks/encoder.ts";
import type { LoadedTokenizer } from "./tokenizer.ts";

/** The tokenizer, the columns, and the lengths of texts. */
export interface TextOptions extends EncodingOptions {
  /** Column of the text: a name of the header, a key of JSON lines, or an index from 0. Default: the usual names. */
  readonly column?: string | number;
  /** Column of the second text, for models that judge pairs. */
  readonly textPair?: string | number;
  /** Column of the label. Default: "label", where there is one. */
  readonly label?: string | number;
  /** Names of the classes in the order of the model's outputs: labels become their index. */
  readonly classes?: readonly string[];
  /** Most samples, from the beginning of the file. */
  readonly samples?: number;
  /** Kind of file. Default: by its ending. */
  readonly format?: TextFormat;
  /** Whether the first row holds names. Default: found out. */
  readonly header?: boolean;
}

const formats: Readonly<Record<string, TextFormat>> = {
  ".tsv": "tsv",
  ".csv": "csv",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".txt": "lines",
};

/**
 * Samples of a text file: ids, masks and types of the shape [1, tokens].
 * @throws DATA_NOT_FOUND, DATA_EMPTY, DATA_COLUMN, DATA_ROW, DATA_TOKENIZER, DATA_OPTION, DATA_LABELS
 */
export function text(file: string, options: TextOptions): Dataset {
  const bytes = bytesFrom(file, "text file");
  const encoder = textEncoder(options);
  const { tokenizer, maxLength, padding } = encoder;
  if (options.samples !== undefined) requireCount("samples", options.samples);
  const records = () => firstRecords(bytes, options);
  const length = countOf(records());
  if (length === 0) throw empty(file, "rows of text");
  let longest: number | undefined;
  const walk = function* (): Generator<Sample> {
    if (padding === "longest") longest ??= longestOf(tokenizer, records(), maxLength);
    for (const { line, text, pair, label } of records()) {
      const encoded = tokenizer.encode(text, pair, maxLength);
      const feeds = encoder.feeds(encoded, padding === "max" ? maxLength : (longest ?? encoded.ids.length));
      yield { feeds, id: `line ${line}`, ...(label === undefined ? {} : { label }) };
    }
  };
  return datasetOf(file, walk, length);
}

function* firstRecords(bytes: Bytes, options: TextOptions): Generator<TextRecord> {
  const format = options.format ?? formats[extname(bytes.name).toLowerCase()] ?? "lines";
  let left = options.samples ?? Infinity;
  for (const record of recordsOf(bytes, format, options)) {
    yield record;
    if (--left <= 0) return;
  }
}

function longestOf(tokenizer: LoadedTokenizer, records: Iterable<TextRecord>, maxLength: number): number {
  let longest = 1;
  for (const { text, pair } of records) longest = Math.max(longest, tokenizer.encode(text, pair, maxLength).ids.length);
  return longest;
}
