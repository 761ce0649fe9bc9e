// Rows of a suite, for tersor run.

import { InvalidArgumentError, type Command } from "commander";
import { createPaint, type TerminalOptions } from "@tersor/evaluate";
import type { CommonOptions } from "../api/session.ts";
import { optionMissing } from "../errors.ts";
import { exitCodes } from "../terminal/exit-code.ts";
import type { RowResult } from "../suite/row-result.ts";
import { collect, type Answer, type OutputFlags } from "./answer.ts";

/** Options that choose rows. */
export interface RowFlags {
  readonly all?: true;
  readonly row?: readonly string[];
  readonly filter?: string;
  readonly standIn?: true;
  readonly jobs?: number;
  readonly dataFolder?: string;
  readonly work?: string;
}

/** Adds the options of suites. */
export function withRows(command: Command): Command {
  return command
    .optionsGroup("Rows of a suite:")
    .option("--row <ids>", "rows to run, by id, with commas between (repeatable)", rowIds)
    .option("--filter <text>", "rows whose id, model or example has this text")
    .option("--all", "every row")
    .option(
      "--stand-in",
      "run on the architecture with made-up weights, and on made-up data: no network, no figures of the real model",
    )
    .option("--jobs <n>", "rows at the same time (default 1)", count)
    .option(
      "--data-folder <folder>",
      "where models and data sets are that can't be fetched (default: the current folder)",
    )
    .option("--work <folder>", "keep models and results here (default: a temporary folder)");
}

function rowIds(value: string, earlier: readonly string[] = []): readonly string[] {
  return value.split(",").reduce((ids, id) => collect(id.trim(), ids), earlier);
}

function count(value: string): number {
  if (/^[1-9]\d{0,2}$/.test(value)) return Number(value);
  throw new InvalidArgumentError("It takes a whole number from 1 on.");
}

/** Runs rows; a row that does not hold gives the exit code of a result that does not. */
export async function runRows(path: string, flags: RowFlags & OutputFlags, common: CommonOptions): Promise<Answer> {
  const { all, row, filter, standIn = false, jobs = 1, dataFolder, work } = flags;
  if (all === undefined && row === undefined && filter === undefined)
    throw optionMissing("--row", "a suite has many rows; name some, or say --all");
  const { openSuite } = await import("../suite/suite.ts");
  const { runSuite } = await import("../suite/run-suite.ts");
  const results = await runSuite(await openSuite(path), {
    ...common,
    standIn,
    jobs,
    ...(row && { rows: row }),
    ...(filter !== undefined && { filter }),
    ...(dataFolder !== undefined && { dataFolder }),
    ...(work !== undefined && { folder: work }),
  });
  return {
    data: { rows: results },
    json: results.map((result) => `${JSON.stringify(result)}\n`).join(""),
    text: (looks) => results.map((result) => rowText(result, looks)).join("") + summary(results),
    exitCode: results.every(({ ok }) => ok) ? exitCodes.ok : exitCodes.failed,
  };
}

/** A row in the terminal: what was replaced, the figures under names of their own, what did not hold. */
function rowText(result: RowResult, { color = false }: TerminalOptions): string {
  const paint = createPaint(color);
  const { id, ok, model, example, figures, replaced, conditions } = result;
  const lines = [`${paint(ok ? "good" : "bad", ok ? "ok  " : "FAIL")} ${paint("strong", id)}  ${model}, ${example}`];
  if (replaced) lines.push(`     replaced: ${replacedText(replaced)}`);
  if (figures) lines.push(`     ${figuresText(result)}`);
  for (const { name, ok: held, detail } of conditions) if (!held) lines.push(`     ${name}: ${detail}`);
  return `${lines.join("\n")}\n`;
}

function replacedText({ model, calibration, evaluation, labels }: NonNullable<RowResult["replaced"]>): string {
  const parts = new Set(
    [...Object.entries(calibration), ...Object.entries(evaluation)].map(([key, what]) => `${key} by ${String(what)}`),
  );
  return [`model by ${model}`, ...parts, `labels by ${labels}`].join("; ");
}

function figuresText({ kind, figures }: RowResult): string {
  const { metric, int8, fp32, samples, macShare, sqnrDb } = figures!;
  const judged = `${metric} INT8 ${number(int8)}, FP32 ${number(fp32)} on ${samples}`;
  const what = kind === "stand-in" ? `agreement with the float model, no accuracy: ${judged}` : judged;
  const error = sqnrDb === undefined ? "" : `; ${sqnrDb} dB`;
  return `${what}; ${(100 * macShare).toFixed(1)} % of the multiply-accumulates are integer${error}`;
}

function number(value: number): string {
  return Math.abs(value) < 1000 ? value.toFixed(4) : value.toPrecision(5);
}

function summary(results: readonly RowResult[]): string {
  const held = results.filter(({ ok }) => ok).length;
  return `${held} of ${results.length} rows hold\n`;
}
