// What is checked of a Parquet file before hyparquet reads it, which believes what a file says of itself: that numbers
// of rows, sizes and offsets fit the file and the memory.
// https://parquet.apache.org/docs/file-format/

import type { ColumnMetaData, FileMetaData, PageHeader, RowGroup } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import type { Bytes } from "../bytes.ts";
import { badParquet, tooLarge } from "../errors.ts";
import { checkColumns } from "./parquet-schema.ts";
import { endOfStruct, UnsoundThrift } from "./thrift.ts";

const MAGIC = "PAR1";
const MOST_FOOTER_BYTES = 1 << 28;
/** Writers make groups of a thousand to a few million rows. */
const MOST_GROUP_ROWS = 1 << 24;
const MOST_GROUP_VALUES = 1 << 26;
/** Most bytes of the chosen columns of one row group, decompressed. */
const MOST_GROUP_BYTES = 2 ** 31;
const MOST_PAGE_HEADER_BYTES = 1 << 20;

/** Looks at both ends of the file and at the metadata's form. @throws DATA_PARQUET */
export function checkFooter(bytes: Bytes): void {
  const text = (offset: number) => String.fromCharCode(...bytes.read(offset, 4));
  if (bytes.size < 12 || text(0) !== MAGIC)
    throw badParquet(bytes.name, 'does not begin with "PAR1": it is none, or encrypted');
  if (text(bytes.size - 4) !== MAGIC) throw badParquet(bytes.name, 'does not end with "PAR1": it is cut off');
  const tail = bytes.read(bytes.size - 8, 4);
  const length = new DataView(tail.buffer, tail.byteOffset).getUint32(0, true);
  if (length + 12 > bytes.size) throw badParquet(bytes.name, `claims ${length} bytes of metadata, more than it has`);
  if (length > MOST_FOOTER_BYTES) throw tooLarge(bytes.name, length, MOST_FOOTER_BYTES);
  sound(bytes, "metadata", () => endOfStruct(bytes.read(bytes.size - 8 - length, length), 0));
}

function sound<T>(bytes: Bytes, part: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnsoundThrift) throw badParquet(bytes.name, `is damaged: its ${part} ${error.message}`, error);
    throw error;
  }
}

/** Number of rows of a file, which must be those of its groups. @throws DATA_PARQUET, DATA_TOO_LARGE */
export function rowsIn(bytes: Bytes, { num_rows: stated, row_groups: groups }: FileMetaData): number {
  const total = groups.reduce((sum, group) => sum + groupRows(bytes, group), 0);
  if (total !== Number(stated)) throw badParquet(bytes.name, `claims ${stated} rows and has groups of ${total}`);
  return total;
}

/** Number of rows of a group. @throws DATA_PARQUET, DATA_TOO_LARGE */
export function groupRows(bytes: Bytes, group: RowGroup): number {
  const rows = Number(group.num_rows);
  if (!Number.isSafeInteger(rows) || rows < 0)
    throw badParquet(bytes.name, "has a group with an impossible number of rows");
  if (rows > MOST_GROUP_ROWS) throw tooLarge(bytes.name, rows, MOST_GROUP_ROWS);
  return rows;
}

/** Checks the chunks of some columns of a row group, page by page. @throws DATA_PARQUET, DATA_TOO_LARGE */
export function checkGroup(
  bytes: Bytes,
  group: RowGroup,
  columns: readonly string[],
  leaves: readonly (readonly string[])[],
): void {
  const rows = groupRows(bytes, group);
  let size = 0;
  const encrypted = group.columns.some(({ meta_data: chunk }) => chunk === undefined);
  if (encrypted) throw badParquet(bytes.name, "has an encrypted column, which is not read");
  checkColumns(bytes, group, leaves);
  for (const { meta_data: chunk, file_path: elsewhere } of group.columns) {
    if (elsewhere) throw badParquet(bytes.name, "keeps columns in other files, which is not read");
    if (chunk === undefined || !columns.includes(chunk.path_in_schema[0] ?? "")) continue;
    size += checkChunk(bytes, chunk, rows);
    if (size > MOST_GROUP_BYTES) throw tooLarge(bytes.name, size, MOST_GROUP_BYTES);
  }
}

/** The bytes of a column chunk, decompressed. */
function checkChunk(bytes: Bytes, chunk: ColumnMetaData, rows: number): number {
  const column = chunk.path_in_schema.join(".");
  const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
  const [length, values] = [Number(chunk.total_compressed_size), Number(chunk.num_values)];
  const known = [start, length, values].every((number) => Number.isSafeInteger(number) && number >= 0);
  if (!known || start < 4 || start + length > bytes.size)
    throw badParquet(bytes.name, `is damaged: its column "${column}" lies outside of the file`);
  if (values > MOST_GROUP_VALUES) throw tooLarge(bytes.name, values, MOST_GROUP_VALUES);
  if (chunk.path_in_schema.length === 1 && values !== rows)
    throw badParquet(bytes.name, `is damaged: its column "${column}" has ${values} values in a group of ${rows} rows`);
  return checkPages(bytes, column, start, length, values);
}

function checkPages(bytes: Bytes, column: string, start: number, length: number, values: number): number {
  let [at, seen, size] = [start, 0, 0];
  while (at < start + length - 1) {
    const head = bytes.read(at, Math.min(MOST_PAGE_HEADER_BYTES, start + length - at));
    const end = sound(bytes, `column "${column}"`, () => endOfStruct(head, 0));
    const page = pageOf(head.subarray(0, end));
    at += end + page.compressed;
    seen += page.dictionary ? 0 : page.values;
    size += page.size;
    if (!page.possible || at > start + length || seen > values || page.values > MOST_GROUP_VALUES)
      throw badParquet(bytes.name, `is damaged: a page of its column "${column}" is larger than the column`);
    if (size > MOST_GROUP_BYTES) throw tooLarge(bytes.name, size, MOST_GROUP_BYTES);
  }
  return size;
}

interface Page {
  readonly compressed: number;
  readonly size: number;
  readonly values: number;
  readonly dictionary: boolean;
  /** Whether the numbers of its header can be true together. */
  readonly possible: boolean;
}

function pageOf(head: Uint8Array): Page {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const page = parquetHeader({ view, offset: 0 });
  const { compressed_page_size: compressed, uncompressed_page_size: size, data_page_header_v2: second } = page;
  const values = (page.data_page_header ?? second ?? page.dictionary_page_header)?.num_values ?? 0;
  const possible =
    [compressed, size, values].every(isCount) && (second === undefined || isPossible(second, compressed, size));
  return { compressed, size, values, dictionary: page.type === "DICTIONARY_PAGE", possible };
}

/** In pages of the second kind the levels stand before the compressed part, and both sizes count them. */
function isPossible(page: NonNullable<PageHeader["data_page_header_v2"]>, compressed: number, size: number): boolean {
  const [definition, repetition] = [page.definition_levels_byte_length, page.repetition_levels_byte_length ?? 0];
  const counts = [page.num_nulls, page.num_rows, definition, repetition];
  const levels = definition + repetition;
  return (
    counts.every(isCount) &&
    Math.max(page.num_nulls, page.num_rows) <= page.num_values &&
    levels <= Math.min(compressed, size)
  );
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
