// A report as a file; its ending says in which form.

import { writeFile } from "node:fs/promises";
import { extname } from "node:path";
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

/** Writes a report. @throws TERSOR_OUTPUT_NOT_WRITABLE */
export async function writeReport(path: string, report: Report): Promise<void> {
  const render = renderers[extname(path).toLowerCase()] ?? renderTerminal;
  try {
    await writeFile(path, render(report));
  } catch (error) {
    throw outputNotWritable(path, error);
  }
}
