// What a call gives back: plain data that also prints itself. Text and extras are not enumerable, so JSON and equality
// see the data alone.

import type { Report } from "@tersor/core";
import { renderTerminal } from "@tersor/evaluate";

/** Data with a text for the terminal. */
export type Printable<T> = T & { toString(): string };

/** Gives `data` a text, made when it is asked for. */
export function printable<T extends object>(data: T, render: (data: T) => string): Printable<T> {
  return Object.defineProperty(data, "toString", { value: () => render(data) });
}

/** A report that prints itself as `tersor` does. */
export function printableReport(report: Report): Printable<Report> {
  return printable(report, (data) => renderTerminal(data));
}
