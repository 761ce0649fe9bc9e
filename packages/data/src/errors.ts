// What can be wrong with data, in alphabetical order of the codes.

import { TersorError } from "@tersor/core";

/** The literal codes of this package. */
export type DataErrorCode =
  | "DATA_ARCHIVE"
  | "DATA_ARRAY"
  | "DATA_COLUMN"
  | "DATA_EMPTY"
  | "DATA_IMAGE"
  | "DATA_KIND"
  | "DATA_LABELS"
  | "DATA_LENGTH"
  | "DATA_NO_SHARP"
  | "DATA_NOT_FOUND"
  | "DATA_OPTION"
  | "DATA_PROTO"
  | "DATA_ROW"
  | "DATA_TOKENIZER"
  | "DATA_TOO_LARGE";

/** An error of this package. */
export type DataError = TersorError<DataErrorCode>;

/** A zip archive that is damaged or dishonest. */
export function badArchive(file: string, problem: string): DataError {
  return new TersorError(
    "DATA_ARCHIVE",
    `The archive "${file}" ${problem}. Write it again, for example with numpy.savez.`,
    {
      file,
      problem,
    },
  );
}

/** A NumPy array that is damaged or of a kind that is not read. */
export function badArray(file: string, problem: string): DataError {
  return new TersorError("DATA_ARRAY", `The array "${file}" ${problem}.`, { file, problem });
}

/** A column that is not in the table. */
export function noColumn(facts: {
  readonly file: string;
  readonly column: string | number;
  readonly columns: readonly string[];
  readonly option: string;
  readonly suggestion?: string;
}): DataError {
  const { file, column, columns, option, suggestion } = facts;
  const list = columns.map((name) => JSON.stringify(name)).join(", ");
  const hint = suggestion === undefined ? "" : ` (did you mean "${suggestion}"?)`;
  return new TersorError(
    "DATA_COLUMN",
    `"${file}" has no column ${JSON.stringify(column)}${hint}; its columns are ${list}. Name one of them in the option "${option}".`,
    facts,
  );
}

/** Data without a single sample. */
export function empty(file: string, what: string): DataError {
  return new TersorError("DATA_EMPTY", `"${file}" holds no ${what}. Give data with at least one sample.`, {
    file,
    what,
  });
}

/** An image that can't be decoded or has another size than the others need. */
export function badImage(file: string, problem: string, cause?: unknown): DataError {
  return new TersorError("DATA_IMAGE", `The image "${file}" ${problem}.`, { file, problem }, cause);
}

/** A source of data whose kind can't be told. */
export function unknownKind(source: string, kinds: readonly string[]): DataError {
  return new TersorError(
    "DATA_KIND",
    `It is not clear what kind of data "${source}" is. Known are .npz, .npy, .tsv, .csv, .txt, .jsonl, folders of images, ` +
      `ONNX test-data folders and "random"; or name the kind, as in { ${kinds[0]}: "${source}" } (one of ${kinds.join(", ")}).`,
    { source, kinds },
  );
}

/** Labels that do not belong to the samples. */
export function badLabels(file: string, problem: string): DataError {
  return new TersorError("DATA_LABELS", `The labels "${file}" ${problem}.`, { file, problem });
}

/** Arrays that should have one entry per sample and do not agree how many. */
export function lengthsDiffer(file: string, lengths: Readonly<Record<string, number>>): DataError {
  const list = Object.entries(lengths).map(([name, length]) => `"${name}" has ${length}`);
  return new TersorError(
    "DATA_LENGTH",
    `The arrays of "${file}" differ in the number of samples on their first axis: ${list.join(", ")}. Give each array one entry per sample.`,
    { file, lengths },
  );
}

/** The optional package that decodes images is not installed. */
export function noSharp(cause: unknown): DataError {
  return new TersorError(
    "DATA_NO_SHARP",
    'Reading image files needs the package "sharp", which is not installed here. Run "npm install sharp", or give the images as .npz.',
    { install: "npm install sharp" },
    cause,
  );
}

/** A file or folder that is not there or can't be read. */
export function notFound(path: string, what: string, cause?: unknown): DataError {
  const reason = isSystemError(cause) && cause.code !== "ENOENT" ? `can't be read (${cause.code})` : "does not exist";
  return new TersorError("DATA_NOT_FOUND", `The ${what} "${path}" ${reason}. Check the path.`, { path, what }, cause);
}

/** An option with a value that makes no sense. */
export function badOption(option: string, problem: string, facts: Readonly<Record<string, unknown>> = {}): DataError {
  return new TersorError("DATA_OPTION", `The option "${option}" ${problem}.`, { option, ...facts });
}

/** A serialized tensor (TensorProto) that is damaged or of a kind that is not read. */
export function badProto(file: string, problem: string): DataError {
  return new TersorError("DATA_PROTO", `"${file}" is not a readable ONNX tensor: it ${problem}.`, { file, problem });
}

/** A line or row that can't be read; `line` counts from 1. */
export function badRow(file: string, line: number, problem: string, cause?: unknown): DataError {
  return new TersorError("DATA_ROW", `Line ${line} of "${file}" ${problem}.`, { file, line, problem }, cause);
}

/** A tokenizer file that can't be used. */
export function badTokenizer(file: string, problem: string, cause?: unknown): DataError {
  return new TersorError("DATA_TOKENIZER", `The tokenizer "${file}" ${problem}.`, { file, problem }, cause);
}

/** Something that would not fit in the memory set aside for one sample. */
export function tooLarge(file: string, sizeBytes: number, limitBytes: number): DataError {
  return new TersorError(
    "DATA_TOO_LARGE",
    `"${file}" needs ${sizeBytes} bytes at once, more than the limit of ${limitBytes}. Store smaller samples, or raise "maxBytes".`,
    { file, sizeBytes, limitBytes },
  );
}

function isSystemError(error: unknown): error is { code: string } {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string";
}

/** Checks that an option is a whole number from 1 up. @throws DATA_OPTION */
export function requireCount(option: string, received: number, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isSafeInteger(received) && received >= 1 && received <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? "from 1" : `from 1 to ${most}`;
  throw badOption(option, `must be a whole number ${range}, not ${received}`, { received, most });
}
