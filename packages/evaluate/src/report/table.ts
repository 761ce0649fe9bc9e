// The one renderer of text tables: aligned by display width, cut to the width of the terminal, safe against hostile names.

import type { Meaning, Paint } from "./paint.ts";
import { printable, shorten, textWidth } from "./text-width.ts";

/** The head of a column. */
export interface Column {
  readonly title: string;
  /** Default "left"; numbers belong right. */
  readonly align?: "left" | "right";
}

/** The text of a cell, with a meaning where it has one. */
export type Cell = string | { readonly text: string; readonly meaning: Meaning };

/** How a table is drawn. */
export interface TableOptions {
  readonly paint: Paint;
  /** Most columns a line may take. Default no limit. */
  readonly width?: number;
  /** Spaces before each line. Default 2. */
  readonly indent?: number;
}

const gap = 2;
/** A column is never cut below this. */
const leastWidth = 8;

/** Lines of a table: titles, a rule, and one line per row. Left-aligned columns give way when the width is short. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  { paint, width = Infinity, indent = 2 }: TableOptions,
): readonly string[] {
  const texts = rows.map((row) => columns.map((_, i) => printable(textOf(row[i]))));
  const widths = fitWidths(columns, texts, width - indent);
  const line = (cells: readonly string[], meaningOf: (i: number) => Meaning | undefined) =>
    " ".repeat(indent) + joinCells(columns, cells, widths, meaningOf, paint);
  return [
    line(
      columns.map((column) => column.title),
      () => "strong",
    ),
    " ".repeat(indent) + paint("dim", "─".repeat(totalWidth(widths))),
    ...texts.map((cells, r) => line(cells, (i) => meaningOf(rows[r]![i]))),
  ];
}

function joinCells(
  columns: readonly Column[],
  cells: readonly string[],
  widths: readonly number[],
  meaningOf: (i: number) => Meaning | undefined,
  paint: Paint,
): string {
  const padded = cells.map((cell, i) => {
    const text = shorten(cell, widths[i]!);
    const meaning = meaningOf(i);
    const space = " ".repeat(widths[i]! - textWidth(text));
    const painted = meaning && text !== "" ? paint(meaning, text) : text;
    return columns[i]!.align === "right" ? space + painted : painted + space;
  });
  return padded.join(" ".repeat(gap)).trimEnd();
}

function fitWidths(
  columns: readonly Column[],
  texts: readonly (readonly string[])[],
  limit: number,
): readonly number[] {
  const widths = columns.map(({ title }, i) =>
    texts.reduce((most, cells) => Math.max(most, textWidth(cells[i]!)), textWidth(title)),
  );
  while (totalWidth(widths) > limit) {
    const widest = widestLeft(columns, widths);
    if (widest === -1) break;
    widths[widest] = Math.max(leastWidth, widths[widest]! - (totalWidth(widths) - limit));
  }
  return widths;
}

/** The widest left-aligned column that can still be cut, or -1. */
function widestLeft(columns: readonly Column[], widths: readonly number[]): number {
  let widest = -1;
  for (const [i, width] of widths.entries()) {
    const can = columns[i]!.align !== "right" && width > leastWidth;
    if (can && (widest === -1 || width > widths[widest]!)) widest = i;
  }
  return widest;
}

function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, gap * (widths.length - 1));
}

function textOf(cell: Cell | undefined): string {
  return typeof cell === "object" ? cell.text : (cell ?? "");
}

function meaningOf(cell: Cell | undefined): Meaning | undefined {
  return typeof cell === "object" ? cell.meaning : undefined;
}
