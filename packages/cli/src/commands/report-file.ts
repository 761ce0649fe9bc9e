// A report as a file; its ending says in which form.

import { accessSync, constants } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, extname, resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import type { Report } from "@tersor/core";
import { renderJson, renderMarkdownTable, renderTerminal } from "@tersor/evaluate";
import { outputNotWritable } from "../errors.ts";

const renderers: Readonly<Record<string, (report: Report) => string>> = {
  ".json": (report) => `${renderJson(report)}\n`,
  ".md": (report) => `${renderMarkdownTable([report])}\n`,
  ".txt": (report) => renderTerminal(report),
};

/** Checks the ending of a report's name while the command line is read. */
export function reportName(path: string): string {
  if (Object.hasOwn(renderers, extname(path).toLowerCase())) return path;
  throw new InvalidArgumentError(`A report ends with ${Object.keys(renderers).join(", ")}.`);
}

/** Refuses a place before any work is done for it. @throws TERSOR_OUTPUT_NOT_WRITABLE */
export function assertReportPlace(path: string): void {
  try {
    accessSync(dirname(resolve(path)), constants.W_OK);
  } catch (error) {
    throw outputNotWritable(path, error);
  }
}

/** Writes a report. @throws TERSOR_OUTPUT_NOT_WRITABLE */
export async function writeReport(path: string, report: Report): Promise<void> {
  const render = renderers[extname(path).toLowerCase()] ?? renderTerminal;
  try {
    await writeFile(path, render(report));
  } catch (error) {
    throw outputNotWritable(path, error);
  }
}
