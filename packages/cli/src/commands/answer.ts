// What all commands share: the options of output, and how a result gets to the terminal, to a machine or to a file.

import { Option, type Command } from "commander";
import type { Report } from "@tersor/core";
import { renderJson, type TerminalOptions } from "@tersor/evaluate";
import type { CommonOptions } from "../api/session.ts";
import { looks, type Io } from "../terminal/io.ts";
import { progressLine } from "../terminal/progress.ts";
import { loadPlugins } from "./plugins.ts";
import { assertReportPlace, reportName, writeReport } from "./report-file.ts";

/** What a command gives back. */
export interface Answer {
  /** For `--json`. */
  readonly data: object;
  /** What `--json` prints where it is not one object. Default: `data`. */
  readonly json?: string;
  /** For `--report`; default `data`. */
  readonly report?: Report;
  readonly text: (looks: TerminalOptions) => string;
  /** Default 0. */
  readonly exitCode?: number;
}

/** Options that every command has. */
export interface OutputFlags {
  readonly json?: true;
  readonly quiet?: true;
  readonly report?: string;
  readonly plugin?: readonly string[];
}

/** The surroundings of a command, and the exit code it ends with. */
export interface Context {
  readonly io: Io;
  exitCode: number;
  /** Whether errors are wanted as JSON too. */
  json: boolean;
}

/** Adds `--json` and `--quiet`. */
export function withOutput(command: Command): Command {
  return command
    .optionsGroup("About the output:")
    .option("--json", "print the result as one JSON object on stdout, and nothing else")
    .option("-q, --quiet", "print errors only");
}

/** Adds `--report` too, for commands whose result is a report. */
export function withReport(command: Command): Command {
  return withOutput(command).option(
    "--report <file>",
    "write the report to a file too: .html (a page to read), .json, .md (starts with a table row) or .txt",
    reportName,
  );
}

/** Adds `--plugin`. */
export function withPlugins(command: Command): Command {
  return command.addOption(
    new Option(
      "--plugin <package>",
      "allow and load a plugin: a package, or a path of a module (repeatable)",
    ).argParser(collect),
  );
}

/** Collects the values of an option that may be given several times. */
export function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

/** The work of a command: gets its options and what every call takes. */
export type Work<Flags> = (flags: Flags, common: CommonOptions) => Promise<Answer>;

/** Runs the work of a command and gives its answer out as the flags ask. */
export async function answer<Flags extends OutputFlags>(
  context: Context,
  flags: Flags,
  work: Work<Flags>,
): Promise<void> {
  const { io } = context;
  const { json = false, quiet = false } = flags;
  context.json = json;
  const progress = progressLine(io.stderr, io.stderr.isTTY === true && !quiet);
  if (flags.report !== undefined) assertReportPlace(flags.report);
  try {
    const plugins = await loadPlugins(flags.plugin ?? [], process.cwd());
    const result = await work(flags, { signal: io.signal, onProgress: progress.show, plugins });
    progress.clear();
    if (flags.report !== undefined) await writeReport(flags.report, result.report ?? (result.data as Report));
    if (json) io.stdout.write(result.json ?? `${renderJson(result.data)}\n`);
    else if (!quiet) io.stdout.write(result.text(looks(io.stdout, io.env)));
    context.exitCode = result.exitCode ?? 0;
  } finally {
    progress.clear();
  }
}
