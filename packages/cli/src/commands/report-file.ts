// A report as a file; its ending says in which form.

import { accessSync, constants } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, extname, resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { renderRecipe, type Recipe, type Report } from "@tersor/core";
import { renderHtml, renderJson, renderMarkdown, renderTerminal } from "@tersor/evaluate";
import { outputNotWritable } from "../errors.ts";

const renderers: Readonly<Record<string, (report: Report) => string | Promise<string>>> = {
  ".html": pageOf,
  ".json": (report) => `${renderJson(report)}\n`,
  ".md": (report) => renderMarkdown(report),
  ".txt": (report) => renderTerminal(report),
};

/** Whether a report is a page, which shows what a diagnosis finds. */
export function isPage(path: string | undefined): boolean {
  return path !== undefined && extname(path).toLowerCase() === ".html";
}

async function pageOf(report: Report): Promise<string> {
  const { recipe } = report;
  return renderHtml(report, recipe === undefined ? {} : { recipe: await renderRecipe(recipe as Recipe) });
}

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
    await writeFile(path, await render(report));
  } catch (error) {
    throw outputNotWritable(path, error);
  }
}
