// Runs rows of a suite, several at a time; each worker has an executor of its own, and all share what is made of float
// models.

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createExecutor } from "@tersor/onnx";
import { doorExecutor } from "../api/door-executor.ts";
import { compose, type CommonOptions } from "../api/session.ts";
import { rowsUnknown } from "../errors.ts";
import { runPublished } from "./published.ts";
import type { RowResult } from "./row-result.ts";
import { runStandIn } from "./stand-in.ts";
import { rowsOf, type Suite, type SuiteRow } from "./suite.ts";

/** Which rows to run, and on what. */
export interface SuiteOptions extends Omit<CommonOptions, "executor"> {
  /** Ids of rows; default all. */
  readonly rows?: readonly string[];
  /** Rows whose id, model or example has this text. */
  readonly filter?: string;
  /** Run on architectures without weights and made-up data. */
  readonly standIn?: boolean;
  /** Rows that run at the same time. Default 1. */
  readonly jobs?: number;
  /** Folder for models, data and results. Default: a temporary one, which is deleted. */
  readonly folder?: string;
  /** Folder of data sets that can't be fetched. Default the current one. */
  readonly dataFolder?: string;
  /** Told of each row when it is done. */
  readonly onRow?: (result: RowResult) => void;
}

/**
 * Runs rows of a suite; results come in the order of the rows.
 * @throws TERSOR_SUITE_ROWS when no row has an id; what goes wrong in a row is part of its result
 */
export async function runSuite(suite: Suite, options: SuiteOptions = {}): Promise<readonly RowResult[]> {
  const rows = chosenRows(suite, options);
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "tersor-suite-"));
  mkdirSync(folder, { recursive: true });
  try {
    return await runRows(rows, suite, folder, options);
  } finally {
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** The rows that options choose. */
export function chosenRows(suite: Suite, { rows, filter }: SuiteOptions): readonly SuiteRow[] {
  const all = rowsOf(suite);
  const unknown = (rows ?? []).filter((id) => !all.some((row) => row.id === id));
  if (unknown.length > 0) throw rowsUnknown(suite.name, unknown);
  const wanted = (row: SuiteRow) =>
    (rows === undefined || rows.includes(row.id)) &&
    (filter === undefined ||
      `${row.id} ${row.model.title} ${row.example}`.toLowerCase().includes(filter.toLowerCase()));
  return all.filter(wanted);
}

async function runRows(rows: readonly SuiteRow[], suite: Suite, folder: string, options: SuiteOptions) {
  const { jobs = 1, standIn = false, onRow, onProgress, ...common } = options;
  const results = new Array<RowResult>(rows.length);
  const shared = new Map<string, Promise<unknown>>();
  let next = 0;
  let done = 0;
  const work = async () => {
    const own = createExecutor();
    const executor = doorExecutor(own, compose(common).adapters.list());
    try {
      while (next < rows.length) {
        const at = next++;
        const row = rows[at]!;
        results[at] = standIn
          ? await runStandIn(row, { suite, folder, executor, shared, common })
          : await runPublished(row, { folder, executor, common, dataFolder: options.dataFolder ?? "." });
        onRow?.(results[at]);
        onProgress?.({ stage: "rows", done: ++done, total: rows.length });
      }
    } finally {
      await executor.dispose();
      await own.dispose();
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, rows.length) }, work));
  return results;
}
