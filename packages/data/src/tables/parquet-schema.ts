// The schema of a Parquet file as paths of its leaves. hyparquet reads columns side by side, and where the schema and the
// columns disagree a failing one would be left behind: so they have to agree before it begins.

import type { FileMetaData, RowGroup } from "hyparquet";
import type { Bytes } from "../bytes.ts";
import { badParquet } from "../errors.ts";

const MOST_ELEMENTS = 100_000;
const MOST_DEPTH = 64;

/** Paths of the leaves in the order of the columns; each begins with a name that no other field has. @throws DATA_PARQUET */
export function leafPaths(bytes: Bytes, { schema }: FileMetaData): readonly (readonly string[])[] {
  if (schema.length < 2 || schema.length > MOST_ELEMENTS)
    throw damaged(bytes, "its schema has no columns, or too many");
  const leaves: (readonly string[])[] = [];
  /** Groups that are open, with how many fields each still has to come. */
  const open: { readonly path: readonly string[]; left: number }[] = [{ path: [], left: fieldsOf(schema[0]!) }];
  for (const element of schema.slice(1)) {
    while (open.length > 0 && open.at(-1)!.left === 0) open.pop();
    const parent = open.at(-1);
    if (parent === undefined || open.length > MOST_DEPTH) throw damaged(bytes, "its schema is no tree");
    parent.left--;
    const path = [...parent.path, element.name];
    if (fieldsOf(element) > 0) open.push({ path, left: fieldsOf(element) });
    else leaves.push(path);
  }
  if (open.some(({ left }) => left > 0)) throw damaged(bytes, "its schema ends too early");
  return leaves;
}

function fieldsOf({ num_children: fields = 0 }: FileMetaData["schema"][number]): number {
  return Number.isSafeInteger(fields) && fields >= 0 ? fields : Infinity;
}

/** Names on the first level. @throws DATA_PARQUET when two are equal */
export function columnNames(
  bytes: Bytes,
  { schema }: FileMetaData,
  leaves: readonly (readonly string[])[],
): readonly string[] {
  const names = [...new Set(leaves.map(([name]) => name!))];
  if (names.length !== fieldsOf(schema[0]!)) throw damaged(bytes, "two of its columns have the same name");
  return names;
}

/** Checks that the columns of a group are the leaves of the schema. @throws DATA_PARQUET */
export function checkColumns(bytes: Bytes, group: RowGroup, leaves: readonly (readonly string[])[]): void {
  const same = (one: readonly string[] | undefined, other: readonly string[]) =>
    one?.length === other.length && other.every((name, index) => name === one[index]);
  const agree = group.columns.every(({ meta_data: chunk }, index) => same(leaves[index], chunk?.path_in_schema ?? []));
  if (!agree || group.columns.length !== leaves.length)
    throw damaged(bytes, "the columns of a group are not those of the schema");
}

function damaged(bytes: Bytes, problem: string): Error {
  return badParquet(bytes.name, `is damaged: ${problem}`);
}
