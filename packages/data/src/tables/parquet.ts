// Tables of Parquet files, through hyparquet: one row group of the chosen columns is in memory at a time.

import {
  parquetMetadataAsync,
  parquetReadObjects,
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
} from "hyparquet";
import { compressors as bundled } from "hyparquet-compressors";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { isTersorError } from "@tersor/core";
import { bytesFrom, type ByteInput, type Bytes } from "../bytes.ts";
import { badParquet, empty } from "../errors.ts";
import { checkFooter, checkGroup, groupRows, rowsIn } from "./parquet-check.ts";
import { columnNames, leafPaths } from "./parquet-schema.ts";
import type { Table, TableRow } from "./table.ts";

/**
 * Node's own where it has them: they are faster, and stop at the stated size. The bundled Zstandard is not handed what
 * does not begin as a frame does (RFC 8878, 3.1.1), over which it would not end.
 */
function compressorsFor(bytes: Bytes): Compressors {
  return {
    ...bundled,
    GZIP: (input, size) => gunzipSync(input, { maxOutputLength: Math.max(1, size) }),
    BROTLI: (input, size) => brotliDecompressSync(input, { maxOutputLength: Math.max(1, size) }),
    ZSTD: (input, size) => {
      const frame = input.length >= 4 && new DataView(input.buffer, input.byteOffset).getUint32(0, true) === ZSTD_MAGIC;
      if (!frame || bundled.ZSTD === undefined)
        throw badParquet(bytes.name, "is damaged: a page is no Zstandard frame");
      return bundled.ZSTD(input, size);
    },
  };
}

const ZSTD_MAGIC = 0xfd2fb528;

/**
 * A table of a Parquet file. Lists become arrays, records objects, int64 a number where it is one exactly.
 * @throws DATA_NOT_FOUND, DATA_EMPTY, DATA_PARQUET, DATA_TOO_LARGE; the last two on the walk too
 */
export async function parquetTable(input: ByteInput): Promise<Table> {
  const bytes = bytesFrom(input, "Parquet file");
  checkFooter(bytes);
  const file = asyncBuffer(bytes);
  const metadata = await read(bytes, () => parquetMetadataAsync(file, { geoparquet: false }));
  const length = rowsIn(bytes, metadata);
  if (length === 0) throw empty(bytes.name, "rows");
  const leaves = leafPaths(bytes, metadata);
  const columns = columnNames(bytes, metadata, leaves);
  const walk = async function* (asked: readonly string[] = columns): AsyncGenerator<TableRow> {
    let at = 0;
    for (const [index, group] of metadata.row_groups.entries()) {
      await read(bytes, () => checkGroup(bytes, group, asked, leaves));
      const rows = await readGroup(bytes, file, metadata, at, at + groupRows(bytes, group), asked);
      if (rows.length !== groupRows(bytes, group))
        throw badParquet(
          bytes.name,
          `is damaged: group ${index} has ${rows.length} rows and claims ${groupRows(bytes, group)}`,
        );
      for (const cells of rows) yield { at: ++at, file: bytes.name, cells };
    }
  };
  return { name: bytes.name, unit: "row", columns, length, rows: walk };
}

async function readGroup(
  bytes: Bytes,
  file: AsyncBuffer,
  metadata: FileMetaData,
  rowStart: number,
  rowEnd: number,
  columns: readonly string[],
): Promise<Record<string, unknown>[]> {
  const options = {
    file,
    metadata,
    rowStart,
    rowEnd,
    columns: [...columns],
    compressors: compressorsFor(bytes),
    utf8: false,
  };
  const rows = await read(bytes, () => parquetReadObjects(options));
  return rows.map((row) => plain(row) as Record<string, unknown>);
}

/** BigInts that are exact as numbers become numbers; dates their ISO text. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

/** Errors of the reader, which come from what is in the file. */
async function read<T>(bytes: Bytes, job: () => T | Promise<T>): Promise<T> {
  try {
    return await job();
  } catch (error) {
    if (isTersorError(error)) throw error;
    throw badParquet(bytes.name, `can't be read: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

function asyncBuffer(bytes: Bytes): AsyncBuffer {
  return {
    byteLength: bytes.size,
    slice: (start, end = bytes.size) => bytes.read(start, end - start).slice().buffer,
  };
}
