// `npm run bench -- <suite> [--json] [--only <part of a name>]…`: runs a suite and prints one row per comparison.
// Exits with 1 when a row is not ok, so that a script can ask.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { conversionSuite } from "./conversion/suite.ts";
import { converting, openPython, quantizing, type Environment } from "./python.ts";
import { quantizeSuite } from "./quantize.ts";
import { failedRow, rowOf, type Benchmark, type Context, type Row } from "./row.ts";

/** The suites by name; each is made for the folder of models it measures on. */
const suites: Readonly<Record<string, (bank: string) => readonly Benchmark[]>> = {
  quantize: quantizeSuite,
  conversion: conversionSuite,
};

/** What the incumbent of a suite runs in. */
const environments: Readonly<Record<string, Environment>> = { quantize: quantizing, conversion: converting };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean", default: false }, only: { type: "string", multiple: true, default: [] } },
});

process.exitCode = await main(positionals[0]);

async function main(name: string | undefined): Promise<number> {
  const suite = name === undefined ? undefined : suites[name];
  if (!suite)
    return complain(`Name one suite: npm run bench -- ${Object.keys(suites).join("|")} [--json] [--only <name>]`);
  const bank = process.env["TERSOR_BANK"];
  if (bank === undefined) return complain("Set TERSOR_BANK to the folder with the models to measure on.");
  const wanted = suite(bank).filter((benchmark) => isWanted(benchmark.name));
  if (wanted.length === 0)
    return complain(`No benchmark of "${name}" has "${values.only.join('" or "')}" in its name.`);
  const rows = await runAll(wanted, bank, environments[name!] ?? quantizing);
  return rows.every(({ ok }) => ok) ? 0 : 1;
}

function isWanted(name: string): boolean {
  return values.only.length === 0 || values.only.some((part) => name.includes(part));
}

async function runAll(benchmarks: readonly Benchmark[], bank: string, environment: Environment): Promise<Row[]> {
  const python = openPython(environment);
  const rows: Row[] = [];
  const add = (row: Row): void => {
    rows.push(row);
    print(row);
  };
  if ("missing" in python) {
    for (const { name } of benchmarks) add(failedRow(name, python.missing));
    return rows;
  }
  const scratch = mkdtempSync(join(tmpdir(), "tersor-bench-"));
  try {
    for (const benchmark of benchmarks) (await run(benchmark, { python, bank, scratch }, rows)).forEach(add);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return rows;
}

/** The rows of one benchmark; one that throws gives a row that says why, and the next ones run. */
async function run(benchmark: Benchmark, context: Context, before: readonly Row[]): Promise<Row[]> {
  try {
    return (await benchmark.run(context, before)).map(rowOf);
  } catch (error) {
    return [failedRow(benchmark.name, error instanceof Error ? error.message : String(error))];
  }
}

function print(row: Row): void {
  console.log(values.json ? JSON.stringify(row) : lineOf(row));
}

function lineOf({ name, ours, theirs, unit, ratio, goal, ok, note }: Row): string {
  const number = (value: number | null): string => (value === null ? "-" : value.toPrecision(4));
  const figures = `ours ${number(ours)} theirs ${number(theirs)} ${unit}, ratio ${number(ratio)} of ${number(goal)}`;
  return `${ok ? "ok    " : "NOT OK"} ${name.padEnd(44)} ${figures}${note === undefined ? "" : ` (${note})`}`;
}

function complain(text: string): number {
  process.stderr.write(`${text}\n`);
  return 2;
}
