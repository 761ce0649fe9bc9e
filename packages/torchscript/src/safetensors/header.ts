// The header of a safetensors file: 8 bytes of length (little-endian), then JSON
//   { "name": { "dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end] }, "__metadata__": { text: text } }
// then the tensors' bytes, which the offsets count from. https://github.com/huggingface/safetensors#format
// A header is not trusted: every offset, size and name is checked before anything is read by it.

import { byteLengthOf, dataTypes, elementCount, type DataType } from "@tersor/core";
import { safetensorsInvalid } from "../errors.ts";
import type { ByteFile } from "../file/bytes.ts";
import { duplicateKeyOf } from "./duplicate-keys.ts";
import { typeOfName } from "./dtypes.ts";

/** One tensor of a header; `start` and `end` count from the start of the file. */
export interface HeaderEntry {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** A header as it was checked. */
export interface Header {
  readonly entries: readonly HeaderEntry[];
  readonly metadata: ReadonlyMap<string, string>;
}

const LENGTH_BYTES = 8;
/** The limit of the format's own library. */
const LARGEST_HEADER_BYTES = 100_000_000;
const OPENING_BRACE = 0x7b;

/**
 * Reads and checks the header of a safetensors file.
 * @throws TORCH_SAFETENSORS_INVALID
 */
export function readHeader(file: ByteFile): Header {
  const sizeBytes = headerSize(file);
  if (sizeBytes === undefined) throw invalid(file, "it does not begin with the length of a header that fits into it");
  const text = new TextDecoder().decode(file.read(LENGTH_BYTES, sizeBytes));
  const { __metadata__: metadata = {}, ...tensors } = parse(file, text);
  const dataStart = LENGTH_BYTES + sizeBytes;
  const entries = Object.entries(tensors).map(([name, entry]) => checkedEntry(file, name, entry, dataStart));
  checkLayout(file, entries, dataStart);
  return { entries, metadata: checkedMetadata(file, metadata) };
}

/** Whether a file begins as safetensors do. */
export function looksLikeSafetensors(file: ByteFile): boolean {
  return headerSize(file) !== undefined;
}

function headerSize(file: ByteFile): number | undefined {
  if (file.sizeBytes < LENGTH_BYTES + 2) return undefined;
  const head = file.read(0, LENGTH_BYTES + 1);
  const length = new DataView(head.buffer, head.byteOffset).getBigUint64(0, true);
  const most = BigInt(Math.min(LARGEST_HEADER_BYTES, file.sizeBytes - LENGTH_BYTES));
  return length >= 2n && length <= most && head[LENGTH_BYTES] === OPENING_BRACE ? Number(length) : undefined;
}

type JsonObject = Readonly<Record<string, unknown>>;

function parse(file: ByteFile, text: string): JsonObject {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (error) {
    throw invalid(file, "its header is not JSON", undefined, error);
  }
  if (!isObject(header)) throw invalid(file, "its header is not a JSON object");
  const twice = duplicateKeyOf(text);
  if (twice !== undefined) throw invalid(file, `its header has the name "${twice}" twice`, twice);
  return header;
}

function checkedEntry(file: ByteFile, name: string, entry: unknown, dataStart: number): HeaderEntry {
  const wrong = (why: string) => invalid(file, `the tensor "${name}" ${why}`, name);
  if (!isObject(entry)) throw wrong("is not described by an object");
  const { dtype: typeName, shape, data_offsets: offsets } = entry;
  const dtype = typeof typeName === "string" ? typeOfName(typeName) : undefined;
  if (dtype === undefined)
    throw wrong(`has the element type ${JSON.stringify(typeName) ?? "(none)"}, which is not known`);
  if (!isSizes(shape)) throw wrong("has a shape that is not a list of sizes");
  if (!isSizes(offsets) || offsets.length !== 2) throw wrong("has data_offsets that are not two places");
  const [begin, end] = offsets as readonly [number, number];
  const bits = elementCount(shape) * dataTypes[dtype].bits;
  if (!Number.isSafeInteger(bits) || end - begin !== byteLengthOf(dtype, elementCount(shape)))
    throw wrong(`has ${end - begin} bytes, which its shape [${shape.join(", ")}] of ${dtype} does not need`);
  if (dataStart + end > file.sizeBytes)
    throw wrong(`ends at byte ${dataStart + end}, but the file has ${file.sizeBytes}. Was its download interrupted?`);
  return { name, dtype, shape, start: dataStart + begin, end: dataStart + end };
}

/** The tensors follow one another without gaps or overlaps, and fill the file: nothing can hide between them. */
function checkLayout(file: ByteFile, entries: readonly HeaderEntry[], dataStart: number): void {
  let at = dataStart;
  for (const { name, start, end } of entries.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== at)
      throw invalid(file, `the tensor "${name}" ${start < at ? "overlaps another" : "follows a gap"}`, name);
    at = end;
  }
  if (at !== file.sizeBytes) throw invalid(file, `${file.sizeBytes - at} bytes at its end belong to no tensor`);
}

function checkedMetadata(file: ByteFile, metadata: unknown): ReadonlyMap<string, string> {
  const entries = isObject(metadata) ? Object.entries(metadata) : undefined;
  const isText = (entry: [string, unknown]): entry is [string, string] => typeof entry[1] === "string";
  if (!entries?.every(isText)) throw invalid(file, "its __metadata__ is not an object of texts");
  return new Map(entries);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0);
}

function invalid(file: ByteFile, why: string, tensor?: string, cause?: unknown) {
  return safetensorsInvalid({ file: file.path, why, ...(tensor !== undefined && { tensor }) }, cause);
}
