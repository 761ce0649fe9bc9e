// The page tells what was measured, more than 90 right of the first 100 test images as in the quickstart, and loads nothing.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { writePage } from "./report.ts";

const folder = mkdtempSync(join(tmpdir(), "tersor-report-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("writes one page that holds all it shows", async () => {
  const page = readFileSync(await writePage(folder, 100), "utf8");
  expect(page).toContain("resnet20");
  expect(page).toMatch(/9\d\.00%/);
  expect(page).toContain("conv1");
  expect(page).not.toMatch(/<(?:script|link|img)[^>]*(?:src|href)="(?:https?:)?\/\//);
});
