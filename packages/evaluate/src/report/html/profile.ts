// Where the time goes, before and after: by operator type, then the slowest operators as the runtime runs them.

import type { OpProfile, ProfileReport } from "@tersor/core";
import { formatMs, formatPercent, none } from "../format.ts";
import { percentOf } from "./bars.ts";
import { dataTable, withMore, type TableCell } from "./data-table.ts";
import { html, type Html } from "./markup.ts";
import type { Section } from "./section.ts";

const FIRST = 10;
const MOST = 500;

/** Both tables. */
export function profileSection({ fp32, int8 }: ProfileReport): Section {
  const after = int8 ?? fp32;
  const body = html`<p>
      Time inside operators, as the runtime measures it, mean of ${after.iterations} runs in one thread:
      ${formatMs(fp32.totalMs)}${int8 && ` in FP32, ${formatMs(int8.totalMs)} in INT8`}. Operators are those that the
      runtime makes of the model when it loads it: it fuses some and adds others.
    </p>
    ${int8 ? pairTable(fp32, int8) : singleTable(fp32)}
    ${withMore({ id: "slowest", caption: `Slowest operators${int8 ? " of the INT8 model" : ""}`, columns: nodeColumns, rows: nodeRows(after), filter: "Find operators" }, FIRST, MOST)}`;
  return { id: "profile", title: "Time by operator", body };
}

function pairTable(fp32: OpProfile, int8: OpProfile): Html {
  const before = new Map(fp32.byOp.map((row) => [row.op, row]));
  const after = new Map(int8.byOp.map((row) => [row.op, row]));
  const ops = [...new Set([...before.keys(), ...after.keys()])];
  const longest = Math.max(...ops.map((op) => Math.max(before.get(op)?.meanMs ?? 0, after.get(op)?.meanMs ?? 0)));
  const most = (op: string) => Math.max(before.get(op)?.meanMs ?? 0, after.get(op)?.meanMs ?? 0);
  const columns = [
    { title: "Operator" },
    { title: "FP32", numeric: true },
    { title: "INT8", numeric: true },
    { title: "FP32 above, INT8 below" },
  ];
  const rows = ops
    .sort((a, b) => most(b) - most(a))
    .map((op): readonly TableCell[] => {
      const [first, second] = [before.get(op), after.get(op)];
      return [
        op,
        timeCell(first),
        timeCell(second),
        { content: twoBars(first?.meanMs ?? 0, second?.meanMs ?? 0, longest), sort: most(op) },
      ];
    });
  return withMore({ id: "op-times", caption: "By operator type", columns, rows }, FIRST, MOST);
}

function singleTable({ byOp, totalMs }: OpProfile): Html {
  const columns = [{ title: "Operator" }, { title: "Time", numeric: true }, { title: "Share", numeric: true }];
  const rows = byOp.map((row) => [row.op, timeCell(row), formatPercent(row.meanMs / totalMs)]);
  return dataTable({ id: "op-times", caption: "By operator type", columns, rows });
}

function timeCell(row: OpProfile["byOp"][number] | undefined): TableCell {
  if (!row) return { content: none, sort: 0 };
  return { content: `${formatMs(row.meanMs)} in ${row.count}`, sort: row.meanMs };
}

function twoBars(fp32: number, int8: number, longest: number): Html {
  return html`<span class="track thin"><span class="bar fp32" style="width:${percentOf(fp32, longest)}%"></span></span
    ><span class="track thin"><span class="bar int8" style="width:${percentOf(int8, longest)}%"></span></span>`;
}

const nodeColumns = [
  { title: "Operator" },
  { title: "Type" },
  { title: "Time", numeric: true },
  { title: "Share", numeric: true },
];

function nodeRows({ nodes, totalMs }: OpProfile): readonly (readonly TableCell[])[] {
  return nodes.map(({ node, op, meanMs }) => [
    html`<code>${node}</code>`,
    op,
    { content: formatMs(meanMs), sort: meanMs },
    { content: formatPercent(meanMs / totalMs), sort: meanMs },
  ]);
}
