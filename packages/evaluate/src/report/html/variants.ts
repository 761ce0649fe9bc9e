// The files of a set, such as those that transformers.js asks for, each held against the model it was made from.

import type { CheckResult, VariantFile } from "@tersor/core";
import { formatBytes, formatDb, formatNumber, formatPercent, none } from "../format.ts";
import { percentOf } from "./bars.ts";
import { dataTable, type TableCell } from "./data-table.ts";
import { html } from "./markup.ts";
import type { Section } from "./section.ts";

const columns = [
  { title: "File" },
  { title: "Format" },
  { title: "Size" },
  { title: "Bytes", numeric: true },
  { title: "Of its source", numeric: true },
  { title: "SQNR", numeric: true },
  { title: "Perplexity", numeric: true },
];

/** A row per file; the bars share one scale. */
export function variantSection(variants: readonly VariantFile[]): Section {
  const largest = Math.max(...variants.map(({ sizeBytes }) => sizeBytes));
  const rows = variants.map((variant) => cells(variant, largest));
  const body = dataTable({ id: "files", caption: "Each file, checked against its source", columns, rows });
  return { id: "variants", title: `${variants.length} variants`, body };
}

function cells(
  { path, format, sizeBytes, sourceSizeBytes, check }: VariantFile,
  largest: number,
): readonly TableCell[] {
  const sqnrDb = check && leastSqnr(check);
  const perplexity = check?.perplexity?.candidate;
  const width = percentOf(sizeBytes, largest);
  const bar = html`<span class="track"><span class="bar int8" style="width:${width}%"></span></span>`;
  return [
    html`<code title="${path}">${path.split(/[\\/]/).at(-1)}</code>`,
    format,
    { content: bar, sort: sizeBytes },
    { content: formatBytes(sizeBytes), sort: sizeBytes },
    { content: formatPercent(sizeBytes / sourceSizeBytes), sort: sizeBytes / sourceSizeBytes },
    { content: sqnrDb === undefined ? none : formatDb(sqnrDb), sort: sqnrDb ?? NaN },
    { content: perplexity === undefined ? none : formatNumber(perplexity), sort: perplexity ?? NaN },
  ];
}

function leastSqnr({ outputs }: CheckResult): number {
  return Math.min(...outputs.map((output) => (output.kind === "float" ? output.sqnrDb : Infinity)));
}
