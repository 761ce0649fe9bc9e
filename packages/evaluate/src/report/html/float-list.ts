// What was quantized by operator type, and what stays float, grouped by the reason.

import type { QuantizationReport } from "@tersor/core";
import { none } from "../format.ts";
import { dataTable } from "./data-table.ts";
import { html, type Html } from "./markup.ts";
import type { Section } from "./section.ts";

/** Names that are listed for a reason at once; the rest opens. */
const FIRST = 6;
/** Most names that are listed at all: a page is read, not searched. */
const MOST = 400;

/** Counts by type, and the reasons. */
export function floatSection({ byOp, float, quantized }: QuantizationReport): Section {
  const rows = [...byOp]
    .sort((a, b) => b.quantized + b.float - a.quantized - a.float)
    .map(({ op, quantized, float }) => [op, numberOrNone(quantized), numberOrNone(float)]);
  const columns = [{ title: "Operator" }, { title: "Quantized", numeric: true }, { title: "Float", numeric: true }];
  const body = html`<div class="${float.length > 0 ? "two" : "one"}">
    <div>${reasons(float, quantized)}</div>
    <div>${dataTable({ id: "by-op", caption: "Operators by type", columns, rows })}</div>
  </div>`;
  return { id: "float", title: "What stays float, and why", body };
}

function reasons(float: QuantizationReport["float"], quantized: number): Html {
  if (float.length === 0)
    return html`<p>
      Nothing with weights: all ${quantized} operators that count are quantized. Operators without weights are counted
      where they change; the picture above has all.
    </p>`;
  const byReason = new Map<string, QuantizationReport["float"][number][]>();
  for (const node of float) byReason.set(node.reason, [...(byReason.get(node.reason) ?? []), node]);
  const sorted = [...byReason].sort((a, b) => b[1].length - a[1].length);
  return html`<dl class="reasons">
    ${sorted.map(
      ([reason, nodes]) =>
        html`<div>
          <dt>${nodes.length} × ${reason}</dt>
          <dd>${nameList(nodes)}</dd>
        </div>`,
    )}
  </dl>`;
}

function nameList(nodes: QuantizationReport["float"]): Html {
  const name = ({ node, op }: { node: string; op: string }) => html`<code title="${op}">${node}</code> `;
  const more = nodes.slice(FIRST, MOST);
  if (more.length === 0) return html`${nodes.map(name)}`;
  const beyond = nodes.length > MOST ? ` (${nodes.length - MOST} more are in the JSON report)` : "";
  return html`${nodes.slice(0, FIRST).map(name)}
    <details>
      <summary>${nodes.length - FIRST} more</summary>
      ${more.map(name)}${beyond}
    </details>`;
}

function numberOrNone(count: number): string {
  return count === 0 ? none : String(count);
}
