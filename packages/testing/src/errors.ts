// Errors of the suites.

import { TersorError } from "@tersor/core";

/** A plugin that does not keep a law of its kind. */
export function lawBroken(
  facts: { readonly subject: string; readonly law: string; readonly reason: string },
  cause?: unknown,
): TersorError<"TESTING_LAW_BROKEN"> {
  const { subject, law, reason } = facts;
  return new TersorError("TESTING_LAW_BROKEN", `${subject} breaks the law "${law}": ${reason}.`, facts, cause);
}
