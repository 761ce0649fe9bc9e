// Markup that can't be injected into: the tag `html` escapes every text it is given, and only what it made itself (or a
// constant of this folder, marked as trusted) goes in as it is. Names out of models end here.

import { printable } from "../text-width.ts";

/** A piece of markup that is safe to put into a page. */
export interface Html {
  readonly markup: string;
}

/** What can stand in a template; text is escaped, what is absent or false leaves nothing. */
export type Content = Html | string | number | undefined | false | readonly Content[];

/** A template: `html\`<b>${name}</b>\``. Attribute values must stand in double quotes. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  let markup = parts[0]!;
  for (const [i, value] of values.entries()) markup += markupOf(value) + parts[i + 1]!;
  return { markup };
}

/** Constants of this folder: style and script. Never anything out of a report. */
export function trusted(markup: string): Html {
  return { markup };
}

/** Text with its line breaks, for `<pre>`. */
export function preformatted(text: string): Html {
  return { markup: text.split(/\r?\n/).map(escaped).join("\n") };
}

/** Nothing. */
export const empty: Html = { markup: "" };

function markupOf(value: Content): string {
  if (value === undefined || value === false) return "";
  if (typeof value === "string") return escaped(value);
  if (typeof value === "number") return String(value);
  if ("markup" in value) return value.markup;
  return value.map(markupOf).join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => entities[character]!);
}
