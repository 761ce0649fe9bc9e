// What a trial of a tuning tried, in words.

import type { ReportedTrial } from "@tersor/core";

/** Its settings, but those left to their defaults, and how many operators it left float. */
export function configText({ config: { settings, float } }: ReportedTrial): string {
  const said = Object.entries(settings).flatMap(([name, value]) =>
    value === null ? [] : [`${name} ${typeof value === "string" ? value : JSON.stringify(value)}`],
  );
  const kept = float.length > 0 ? [`${float.length} ${float.length === 1 ? "operator" : "operators"} float`] : [];
  return [...said, ...kept].join(", ") || "defaults";
}
