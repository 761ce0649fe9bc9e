// The check: every output held against the source.

import type { CheckedTensor, CheckResult, PerplexityComparison } from "@tersor/core";
import { formatDb, formatNumber, formatPercent, none } from "../format.ts";
import { withMore, type TableCell } from "./data-table.ts";
import { html, type Html } from "./markup.ts";
import type { Section } from "./section.ts";

const FIRST = 10;
const MOST = 300;

const columns = [
  { title: "Output" },
  { title: "SQNR", numeric: true },
  { title: "Cosine", numeric: true },
  { title: "Max error", numeric: true },
  { title: "Top-1 agreement", numeric: true },
  { title: "Remark" },
];

/** Outputs with their errors, and why one fails. */
export function checkSection(check: CheckResult): Section {
  const { ok, samples, minSqnrDb, failing, outputs } = check;
  const feeds = `${samples} ${samples === 1 ? "feed" : "feeds"}`;
  const body = html`<p>
      ${ok ? "Every output holds" : "Not every output holds"} against the source on ${feeds}; at least
      ${formatDb(minSqnrDb)} of signal over error was asked for.
    </p>
    ${check.perplexity && html`<p>${perplexityText(check.perplexity)}</p>`} ${failing.length > 0 && failures(failing)}
    ${withMore({ id: "outputs", caption: "Outputs", columns, rows: outputs.map((output) => cells(output, minSqnrDb)) }, FIRST, MOST)}`;
  return { id: "check", title: "Check", body };
}

function perplexityText({ reference, candidate, count, cached }: PerplexityComparison): string {
  const how = cached ? "token by token through the cache" : "at once";
  return `Perplexity is ${formatNumber(candidate)}, the source's ${formatNumber(reference)}, on ${count} tokens read ${how}.`;
}

function failures(failing: CheckResult["failing"]): Html {
  return html`<ul class="failures">
    ${failing.map(({ name, reason }) => html`<li><b aria-hidden="true">✗</b> <code>${name}</code>: ${reason}</li>`)}
  </ul>`;
}

function cells(tensor: CheckedTensor, minSqnrDb: number): readonly TableCell[] {
  const name = html`<code>${tensor.name}</code>`;
  if (tensor.kind === "not-comparable") return [name, none, none, none, none, `not comparable: ${tensor.reason}`];
  if (tensor.kind === "exact") return [name, none, none, none, none, `${formatPercent(tensor.matchRate)} equal`];
  const { sqnrDb, cosine, maxAbsError, top1Agreement, nonFinite } = tensor;
  const verdict =
    sqnrDb >= minSqnrDb
      ? html`<span class="good">${formatDb(sqnrDb)}</span>`
      : html`<span class="bad">✗ ${formatDb(sqnrDb)}</span>`;
  return [
    name,
    { content: verdict, sort: sqnrDb },
    Number.isFinite(cosine) ? cosine.toFixed(5) : none,
    { content: formatNumber(maxAbsError), sort: maxAbsError },
    top1Agreement === undefined ? none : formatPercent(top1Agreement),
    nonFinite > 0 && html`<span class="bad">${nonFinite} NaN or infinite</span>`,
  ];
}
