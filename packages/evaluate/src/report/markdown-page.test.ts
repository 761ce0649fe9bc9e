import { expect, test } from "vitest";
import { diagnosedReport } from "./diagnosed.fixture.ts";
import { renderMarkdown } from "./markdown-page.ts";
import { renderMarkdownTable } from "./markdown.ts";
import { bareReport } from "./report.fixture.ts";
import { renderTerminal } from "./terminal.ts";

test("Markdown begins with the published row and has every part", () => {
  const text = renderMarkdown(diagnosedReport);
  expect(text.startsWith(renderMarkdownTable([diagnosedReport]))).toBe(true);
  const titles = Array.from(text.matchAll(/^## (.*)$/gm), ([, title]) => title);
  expect(titles).toEqual([
    "Warnings",
    "What stays float: 4 of 24 operators",
    "Check failed, on 40 feeds",
    "Error by layer, on 8 feeds",
    "Rounding of weights",
    "Chosen ranges",
    "16-bit saturation, emulated",
    'Tuning: 6 trials by "auto"',
    "In the way of the goal",
    "Time by operator",
    "Notes",
    "Recipe",
  ]);
  expect(text).toContain("| as written | saturating (x86 without VNNI) | 21.9 dB | accuracy 0.912 on 1000 |");
  expect(text).toMatch(/^\| 2 \| 0\.9102 \|.*met.*calibrator mse, 1 operator float \|$/m);
});

test("Markdown of a report of which little ran", () => {
  expect(renderMarkdown({ ...bareReport, notes: [], warnings: [] }).match(/^## /gm)).toBeNull();
});

test("names keep to their cells, and a recipe to its fence", () => {
  const hostile = "a|b\n## taken\n```";
  const { sensitivity } = diagnosedReport;
  const text = renderMarkdown({
    ...diagnosedReport,
    sensitivity: { ...sensitivity!, tensors: [{ ...sensitivity!.tensors[0]!, node: hostile }] },
    recipe: { model: "```" },
  });
  expect(text).not.toMatch(/^## taken/m);
  expect(text).toContain("````json");
});

test("the terminal has the first rows of the findings, and leaves the rest to the page", () => {
  const text = renderTerminal(diagnosedReport);
  expect(text).toContain("Error by layer, on 8 feeds");
  expect(text).toContain("… and 25 more (see --report page.html, or --json)");
  expect(text).toContain("Here it happens in 1 of 2 layers");
  expect(text).not.toContain("Chosen ranges");
});
