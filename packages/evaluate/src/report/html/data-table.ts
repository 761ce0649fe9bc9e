// Tables of the page: with a caption for readers of screens, sorted by a click on a column, filtered by a field above.
// Without script they are plain tables.

import { empty, html, type Content, type Html } from "./markup.ts";

/** A column; numbers stand right. */
export interface TableColumn {
  readonly title: string;
  readonly numeric?: boolean;
}

/** A cell; `sort` is the number it stands for where its text is no plain number. */
export type TableCell = Content | { readonly content: Content; readonly sort: number };

/** A table with its head. */
export interface DataTable {
  /** Unique in the page. */
  readonly id: string;
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly TableCell[])[];
  /** Names the field that filters the rows; without it there is none. */
  readonly filter?: string;
}

/** Fewer rows are seen at a glance. */
const FILTERED = 10;

/** The table as markup; nothing where there are no rows. */
export function dataTable({ id, caption, columns, rows, filter }: DataTable): Html {
  if (rows.length === 0) return empty;
  return html`${filter !== undefined && rows.length >= FILTERED && filterField(id, filter)}
    <div class="scroll" tabindex="0" role="region" aria-label="${caption}">
      <table id="${id}" class="data">
        <caption>
          ${caption}
        </caption>
        <thead>
          <tr>
            ${columns.map(({ title, numeric }) => html`<th scope="col" class="${numeric && "n"}">${title}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) =>
              html`<tr>
                ${row.map((cell, i) => cellMarkup(cell, columns[i]))}
              </tr> `,
          )}
        </tbody>
      </table>
    </div>`;
}

/** Shown by the script, as it does nothing without. */
function filterField(id: string, label: string): Html {
  return html`<p class="filter" hidden>
    <label>${label} <input type="search" data-filters="${id}" autocomplete="off" spellcheck="false" /></label>
    <output aria-live="polite"></output>
  </p>`;
}

function cellMarkup(cell: TableCell, column: TableColumn | undefined): Html {
  const kind = column?.numeric && html` class="n"`;
  if (typeof cell === "object" && "sort" in cell)
    return html`<td${kind} data-sort="${String(cell.sort)}">${cell.content}</td>`;
  return html`<td${kind}>${cell}</td>`;
}

/** The first rows, and all (or most) of them behind a line that opens. */
export function withMore(table: DataTable, first: number, most: number): Html {
  if (table.rows.length <= first) return dataTable(table);
  const { filter: _, ...plain } = table;
  const shown = table.rows.slice(0, most);
  const title =
    shown.length === table.rows.length
      ? `All ${shown.length}`
      : `The first ${most} of ${table.rows.length}; the JSON report has all`;
  return html`${dataTable({ ...plain, rows: table.rows.slice(0, first) })}
    <details>
      <summary>${title}</summary>
      ${dataTable({ ...table, id: `${table.id}-all`, rows: shown })}
    </details>`;
}
