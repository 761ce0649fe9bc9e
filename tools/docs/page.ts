// Pages of the documentation that are made from the code: their texts, and the parts of Markdown they are written with.

/** A page that the code says; `text` is the whole file. */
export interface Page {
  /** Name of the file in `docs/`. */
  readonly file: string;
  readonly text: string;
}

/** The line under the title of a page that nobody edits by hand. */
export const generatedNote =
  "_Made from the code by `tools/support-tables.ts`. Do not edit: change the code, then run_ " +
  "`npx tsx --conditions=@tersor/source tools/support-tables.ts`.";

/** A Markdown table; its cells hold Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " ");
}

/** Text in Markdown's code quotes. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** Entries by a key of theirs, keys in order of their first entry. */
export function groupBy<T>(entries: readonly T[], keyOf: (entry: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const group = groups.get(key);
    if (group) group.push(entry);
    else groups.set(key, [entry]);
  }
  return groups;
}
