// Texts from TSV, CSV, JSON lines and plain lines, as token ids for a model.

import { extname } from "node:path";
import { datasetOf, tensorFromNumbers, type Dataset, type Label, type Sample, type Tensor } from "@tersor/core";
import { bytesFrom, type Bytes } from "./bytes.ts";
import { badOption, badTokenizer, empty, requireCount } from "./errors.ts";
import { recordsOf, type TextFormat, type TextRecord } from "./records.ts";
import { countOf } from "./rows.ts";
import { loadTokenizer, type Encoded, type LoadedTokenizer } from "./tokenizer.ts";

/** The tokenizer, the columns, and the lengths of texts. */
export interface TextOptions {
  /** Path of tokenizer.json or of its folder; tokenizer_config.json beside it is read too. */
  readonly tokenizer: string;
  /** Column of the text: a name of the header, a key of JSON lines, or an index from 0. Default: the usual names. */
  readonly column?: string | number;
  /** Column of the second text, for models that judge pairs. */
  readonly textPair?: string | number;
  /** Column of the label. Default: "label", where there is one. */
  readonly label?: string | number;
  /** Names of the classes in the order of the model's outputs: labels become their index. */
  readonly classes?: readonly string[];
  /** Most tokens of a sample, special ones included; longer texts are cut. Default: the tokenizer's, at most 512. */
  readonly maxLength?: number;
  /** "max": each sample has `maxLength` tokens; "longest": as many as the longest one; "none" (default): its own number. */
  readonly padding?: "max" | "longest" | "none";
  /** Most samples, from the beginning of the file. */
  readonly samples?: number;
  /**
   * What the model takes, by name; or, for models with other names, which name stands for what.
   * Default: input_ids and attention_mask, and token_type_ids.
   */
  readonly inputs?: readonly string[] | Readonly<Partial<Record<TextInput, string>>>;
  /** Type of the ids. Default "int64". */
  readonly dtype?: "int64" | "int32";
  /** Kind of file. Default: by its ending. */
  readonly format?: TextFormat;
  /** Whether the first row holds names. Default: found out. */
  readonly header?: boolean;
}

/** What can be made of a text. */
export type TextInput = "input_ids" | "attention_mask" | "token_type_ids" | "position_ids";

const textInputs: readonly TextInput[] = ["input_ids", "attention_mask", "token_type_ids", "position_ids"];
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
  const tokenizer = loadTokenizer(options.tokenizer);
  const maxLength = options.maxLength ?? Math.min(tokenizer.maxLength ?? 512, 512);
  checkOptions(tokenizer, maxLength, options);
  const names = inputNames(options.inputs);
  const records = () => firstRecords(bytes, options);
  const length = countOf(records());
  if (length === 0) throw empty(file, "rows of text");
  let longest: number | undefined;
  const walk = function* (): Generator<Sample> {
    if (options.padding === "longest") longest ??= longestOf(tokenizer, records(), maxLength);
    for (const record of records()) {
      const encoded = tokenizer.encode(record.text, record.pair, maxLength);
      const width = options.padding === "max" ? maxLength : (longest ?? encoded.ids.length);
      yield sampleOf(file, record, tensorsOf(encoded, width, tokenizer, options.dtype ?? "int64"), names);
    }
  };
  return datasetOf(file, walk, length);
}

function checkOptions(tokenizer: LoadedTokenizer, maxLength: number, { padding = "none", samples }: TextOptions): void {
  requireCount("maxLength", maxLength, 2 ** 24);
  if (samples !== undefined) requireCount("samples", samples);
  if (!["max", "longest", "none"].includes(padding)) {
    throw badOption("padding", `must be "max", "longest" or "none", not ${JSON.stringify(padding)}`, {
      received: padding,
    });
  }
  if (padding !== "none" && tokenizer.padding.id === undefined) {
    throw badTokenizer(
      tokenizer.file,
      'names no padding token, so samples can\'t be padded; use padding "none" and batches of 1',
    );
  }
}

/** Pairs of what is made and the name it is given. */
function inputNames(inputs: TextOptions["inputs"] = textInputs.slice(0, 3)): readonly (readonly [TextInput, string])[] {
  const pairs = isList(inputs) ? inputs.map((name) => [name, name] as const) : Object.entries(inputs);
  return pairs.map(([input, name]) => {
    const known = textInputs.find((candidate) => candidate === input);
    if (known !== undefined && typeof name === "string") return [known, name];
    const advice = `a text gives ${textInputs.join(", ")}; for other names say which stands for what, as in { input_ids: "${input}" }`;
    throw badOption("inputs", `names "${input}", but ${advice}`, { input, known: textInputs });
  });
}

function isList(inputs: NonNullable<TextOptions["inputs"]>): inputs is readonly string[] {
  return Array.isArray(inputs);
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

function tensorsOf(
  encoded: Encoded,
  width: number,
  tokenizer: LoadedTokenizer,
  dtype: "int64" | "int32",
): Record<TextInput, Tensor> {
  const { side, id = 0 } = tokenizer.padding;
  const pad = (values: readonly number[], filler: number) => {
    const missing = new Array<number>(Math.max(0, width - values.length)).fill(filler);
    return tensorFromNumbers(
      dtype,
      [1, values.length + missing.length],
      side === "left" ? [...missing, ...values] : [...values, ...missing],
    );
  };
  return {
    input_ids: pad(encoded.ids, id),
    attention_mask: pad(
      encoded.ids.map(() => 1),
      0,
    ),
    token_type_ids: pad(encoded.types, 0),
    position_ids: pad(
      encoded.ids.map((_, position) => position),
      0,
    ),
  };
}

function sampleOf(
  file: string,
  record: TextRecord,
  tensors: Record<TextInput, Tensor>,
  names: readonly (readonly [TextInput, string])[],
): Sample {
  const feeds = Object.fromEntries(names.map(([input, name]) => [name, tensors[input]]));
  const label: Label | undefined = record.label;
  return { feeds, id: `line ${record.line}`, ...(label === undefined ? {} : { label }) };
}
