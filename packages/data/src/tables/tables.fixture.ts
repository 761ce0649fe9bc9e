// What the tests of tables share: the fixtures with what other programs say of them, and walks.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Dataset, Sample } from "@tersor/core";
import type { Table, TableRow } from "./table.ts";

export const fixtures = fileURLToPath(new URL("../../fixtures/", import.meta.url));
export const tables = join(fixtures, "tables");

interface Encoding {
  readonly ids: number[];
  readonly offsets: ([number, number] | null)[];
}

interface TokenizerOracle {
  readonly whole: Encoding[];
  readonly windows: Encoding[][];
  readonly words: { readonly ids: number[]; readonly words: (number | null)[] }[];
  readonly blocks: number[][];
}

/** Stored outputs of pyarrow, Python's csv and tokenizers; see make_tables.py. */
export const expected = JSON.parse(readFileSync(join(tables, "expected.json"), "utf8")) as {
  readonly parquet: Record<string, unknown>[];
  readonly images: number[][];
  readonly csv: Record<string, string>[];
  readonly pairs: [question: string, context: string][];
  readonly words: string[][];
  readonly wordpiece: TokenizerOracle;
  readonly "byte-level": TokenizerOracle;
};

/** All rows of a table. */
export async function rowsOf(table: Table, columns?: readonly string[]): Promise<TableRow[]> {
  return walked(table.rows(columns));
}

/** All samples of a dataset. */
export async function samplesOf(dataset: Dataset): Promise<Sample[]> {
  return walked(dataset);
}

async function walked<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
