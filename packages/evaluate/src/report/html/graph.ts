// The operators coloured by precision. Small graphs are drawn with their edges, columns by depth; large ones as a strip:
// one cell per operator in order, a line per block. Shape says what colour says, for those who see no colour.

import type { GraphPicture, PicturedNode, PrecisionKind } from "@tersor/core";
import { blocksOf, type Block } from "./blocks.ts";
import { withMore } from "./data-table.ts";
import { drawnGraph, fitsDrawing } from "./graph-drawing.ts";
import { html, type Html } from "./markup.ts";
import type { Section } from "./section.ts";

/** Rows of the table of operators that are shown at once, and at all. */
const FIRST = 0;
const MOST = 4000;

const kinds: readonly (readonly [PrecisionKind, string])[] = [
  ["integer", "integers"],
  ["weight-only", "integer weights, float arithmetic"],
  ["narrow-float", "float of 16 bits or less"],
  ["float", "float"],
  ["conversion", "conversions"],
  ["other", "shapes and indices"],
];

/** The picture, its legend, and the operators as a table to look names up in. */
export function graphSection({ nodes }: GraphPicture): Section {
  const picture = fitsDrawing(nodes) ? drawnGraph(nodes, titleOf) : strip(nodes);
  const columns = [{ title: "Operator" }, { title: "Type" }, { title: "Precision" }, { title: "Remark" }];
  const rows = nodes
    .slice(0, MOST)
    .map(({ node, op, precision, kind, reason }) => [
      html`<code>${node}</code>`,
      op,
      html`<i class="${kind}"></i> ${precision}`,
      reason ?? "",
    ]);
  const table = { id: "operators", caption: "Operators", columns, rows, filter: "Find operators" };
  const body = html`${legend(nodes)}${picture}${withMore(table, FIRST, MOST)}`;
  return { id: "graph", title: "Operators by precision", body };
}

function legend(nodes: readonly PicturedNode[]): Html {
  const counts = new Map<PrecisionKind, number>();
  for (const { kind } of nodes) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const present = kinds.filter(([kind]) => counts.has(kind));
  return html`<ul class="legend">
    ${present.map(([kind, words]) => html`<li><i class="${kind}"></i> ${counts.get(kind)!} ${words}</li>`)}
  </ul>`;
}

function titleOf({ node, op, precision, reason }: PicturedNode): string {
  return [node, `${op}, ${precision}`, ...(reason === undefined ? [] : [reason])].join(" · ");
}

function strip(nodes: readonly PicturedNode[]): Html {
  return html`<div class="strip">${blocksOf(nodes).map(blockLine)}</div>`;
}

function blockLine({ name, nodes }: Block): Html {
  return html`<div>
    <span class="block" title="${name}">${name}</span>
    <span class="cells" role="img" aria-label="${`${name}: ${summaryOf(nodes)}`}"
      >${nodes.map((node) => html`<i class="${node.kind}" title="${titleOf(node)}"></i>`)}</span
    >
  </div>`;
}

function summaryOf(nodes: readonly PicturedNode[]): string {
  return kinds
    .map(([kind, words]) => [nodes.filter((node) => node.kind === kind).length, words] as const)
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${count} ${words}`)
    .join(", ");
}
