// What can be wrong with data, in alphabetical order of the codes.

import { TersorError } from "@tersor/core";

/** The literal codes of this package. */
export type DataErrorCode =
  | "DATA_ARCHIVE"
  | "DATA_ARRAY"
  | "DATA_COLUMN"
  | "DATA_EMPTY"
  | "DATA_HUB_ACCESS"
  | "DATA_HUB_CACHE"
  | "DATA_HUB_CHECKSUM"
  | "DATA_HUB_DISK_FULL"
  | "DATA_HUB_FILES"
  | "DATA_HUB_NAME"
  | "DATA_HUB_NETWORK"
  | "DATA_HUB_NOT_FOUND"
  | "DATA_HUB_OFFLINE"
  | "DATA_HUB_RESPONSE"
  | "DATA_HUB_TRUNCATED"
  | "DATA_IMAGE"
  | "DATA_KIND"
  | "DATA_LABELS"
  | "DATA_LENGTH"
  | "DATA_NO_SHARP"
  | "DATA_NOT_FOUND"
  | "DATA_OPTION"
  | "DATA_PARQUET"
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

/** A repository of the hub that is private or gated, seen without the right to it. */
export function hubAccess(what: string, status: number, withToken: boolean): DataError {
  const advice = withToken
    ? "The token in HF_TOKEN does not give access to it: ask for access on its page, or use the token of another account"
    : "If it exists, it is private or gated: ask for access on its page and set HF_TOKEN";
  return new TersorError("DATA_HUB_ACCESS", `The hub refused ${what} (HTTP ${status}). ${advice}.`, { what, status });
}

/** A cache folder that can't be written to, or a disk that is full (DATA_HUB_DISK_FULL); undefined for other errors. */
export function hubCacheProblem(what: string, folder: string, cause: unknown): DataError | undefined {
  const code = isSystemError(cause) ? cause.code : "";
  if (code === "ENOSPC" || code === "EDQUOT") return hubDiskFull(what, folder, undefined, cause);
  if (!["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "EISDIR"].includes(code)) return undefined;
  return new TersorError(
    "DATA_HUB_CACHE",
    `${what} can't be written to the cache "${folder}" (${code}). Check its permissions, or set HF_HUB_CACHE to another folder.`,
    { what, folder, code },
    cause,
  );
}

/** A download whose bytes are not those that the hub promised. */
export function hubChecksum(what: string, expected: string, received: string): DataError {
  return new TersorError(
    "DATA_HUB_CHECKSUM",
    `The download of ${what} has the checksum ${received} where the hub says ${expected}; nothing of it was kept. Try again, and if it stays so, ask who runs the server or proxy.`,
    { what, expected, received },
  );
}

/** A download that does not fit on the disk. */
export function hubDiskFull(what: string, folder: string, sizeBytes: number | undefined, cause?: unknown): DataError {
  const size = sizeBytes === undefined ? "" : ` of ${sizeBytes} bytes`;
  return new TersorError(
    "DATA_HUB_DISK_FULL",
    `${what}${size} does not fit on the disk of the cache "${folder}". Free some space, or set HF_HUB_CACHE to a folder on another disk.`,
    { what, folder, ...(sizeBytes === undefined ? {} : { sizeBytes }) },
    cause,
  );
}

/** A repository in which no file, or no single choice of files, is what was asked for. */
export function hubFiles(repo: string, problem: string, candidates: readonly string[]): DataError {
  const shown = candidates.slice(0, 20).join(", ");
  const more = candidates.length > 20 ? ` and ${candidates.length - 20} more` : "";
  const list = candidates.length === 0 ? "" : ` There are ${shown}${more}.`;
  return new TersorError("DATA_HUB_FILES", `${repo} ${problem}.${list}`, { repo, problem, candidates });
}

/** A name of something on the hub that is not one. */
export function hubName(name: string, problem: string): DataError {
  return new TersorError(
    "DATA_HUB_NAME",
    `"${name}" ${problem}. Names on the hub look like hf:org/name, hf:org/name@revision or hf:org/name@revision/path/of/file.`,
    { name, problem },
  );
}

/** A hub that can't be reached, or answers with errors, after all retries. */
export function hubNetwork(what: string, problem: string, attempts: number, cause?: unknown): DataError {
  return new TersorError(
    "DATA_HUB_NETWORK",
    `${what} could not be fetched: ${problem} (${attempts} ${attempts === 1 ? "attempt" : "attempts"}). Check the network and HF_ENDPOINT, and run it again: a download goes on where it stopped.`,
    { what, problem, attempts },
    cause,
  );
}

/** A repository, revision or file that the hub does not have. */
export function hubNotFound(what: string, missing: "file" | "repository" | "revision", status: number): DataError {
  return new TersorError(
    "DATA_HUB_NOT_FOUND",
    `The hub has no ${what} (the ${missing} was not found). Check the spelling; a private repository needs HF_TOKEN.`,
    { what, missing, status },
  );
}

/** Something that is not in the cache, in offline mode. */
export function hubOffline(what: string, folder: string): DataError {
  return new TersorError(
    "DATA_HUB_OFFLINE",
    `${what} is not in the cache "${folder}", and offline mode is on. Unset HF_HUB_OFFLINE, or fetch it once where there is a network.`,
    { what, folder },
  );
}

/** An answer of a server that is not what a hub answers. */
export function hubResponse(what: string, problem: string, cause?: unknown): DataError {
  return new TersorError(
    "DATA_HUB_RESPONSE",
    `The answer for ${what} is not that of a hub: ${problem}. Check HF_ENDPOINT.`,
    { what, problem },
    cause,
  );
}

/** A download that ends before its end, after all retries. */
export function hubTruncated(what: string, receivedBytes: number, sizeBytes: number): DataError {
  return new TersorError(
    "DATA_HUB_TRUNCATED",
    `The download of ${what} ends after ${receivedBytes} of ${sizeBytes} bytes, again and again. Run it again: it goes on where it stopped.`,
    { what, receivedBytes, sizeBytes },
  );
}

/** An image that can't be decoded or has another size than the others need. */
export function badImage(file: string, problem: string, cause?: unknown): DataError {
  return new TersorError("DATA_IMAGE", `The image "${file}" ${problem}.`, { file, problem }, cause);
}

/** A source of data whose kind can't be told. */
export function unknownKind(source: string, kinds: readonly string[]): DataError {
  return new TersorError(
    "DATA_KIND",
    `It is not clear what kind of data "${source}" is. Known are .npz, .npy, .csv, .tsv, .parquet, .txt, .jsonl, hf:org/name, folders of images, ` +
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

/** A Parquet file that is damaged, dishonest or of a kind that is not read. */
export function badParquet(file: string, problem: string, cause?: unknown): DataError {
  return new TersorError("DATA_PARQUET", `The Parquet file "${file}" ${problem}.`, { file, problem }, cause);
}

/** A serialized tensor (TensorProto) that is damaged or of a kind that is not read. */
export function badProto(file: string, problem: string): DataError {
  return new TersorError("DATA_PROTO", `"${file}" is not a readable ONNX tensor: it ${problem}.`, { file, problem });
}

/** A line or row that can't be read; `line` counts from 1. */
export function badRow(
  file: string,
  line: number,
  problem: string,
  cause?: unknown,
  unit: "line" | "row" = "line",
): DataError {
  const place = unit === "line" ? "Line" : "Row";
  return new TersorError("DATA_ROW", `${place} ${line} of "${file}" ${problem}.`, { file, line, problem }, cause);
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
