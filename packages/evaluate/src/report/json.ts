// A report as JSON. JSON has no infinity and no NaN, so they are spelled as the strings "Infinity", "-Infinity", "NaN".

import type { Report } from "@tersor/core";

/** JSON of a report (or of any other plain data); one line when `indent` is 0. */
export function renderJson(report: Report | object, indent = 2): string {
  return JSON.stringify(report, spelled, indent);
}

function spelled(_: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return typeof value === "bigint" ? String(value) : value;
}
