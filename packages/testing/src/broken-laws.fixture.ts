// Runs checks and tells which laws are broken, for the tests of the suites themselves.

import { isTersorError } from "@tersor/core";
import type { Check } from "./check.ts";

/** The message of each broken law, by the law. */
export async function brokenLaws(checks: readonly Check[]): Promise<ReadonlyMap<string, string>> {
  const broken = new Map<string, string>();
  for (const { name, run } of checks) {
    await run().catch((error: unknown) => {
      if (!isTersorError(error, "TESTING_LAW_BROKEN")) throw error;
      broken.set(name, error.message);
    });
  }
  return broken;
}
