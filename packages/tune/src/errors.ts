// Errors of the tuner, in alphabetical order.

import { TersorError } from "@tersor/core";

/** A line of a journal that is no record. */
export function journalDamaged(line: number, why: string, cause?: unknown): TersorError<"TUNE_JOURNAL_DAMAGED"> {
  return new TersorError(
    "TUNE_JOURNAL_DAMAGED",
    `Line ${line} of the journal is not what a search writes: ${why}. Take the journal of another place, or remove it to search anew.`,
    { line, why },
    cause,
  );
}

/** A journal that was begun for something else. */
export function journalOther(differs: readonly string[]): TersorError<"TUNE_JOURNAL_OTHER"> {
  return new TersorError(
    "TUNE_JOURNAL_OTHER",
    `The journal belongs to another search, which differs in: ${differs.join(", ")}. Give this one a journal of its own, or remove the file to search anew.`,
    { differs },
  );
}

/** A metric that is no number. */
export function metricNotFinite(metric: number): TersorError<"TUNE_METRIC_NOT_FINITE"> {
  return new TersorError(
    "TUNE_METRIC_NOT_FINITE",
    `The metric is ${metric}, which can't be compared with a goal. Check the outputs of the model for NaN and infinity.`,
    { metric: String(metric) },
  );
}

/** A budget, a number of trials at once, a goal that makes no sense. */
export function optionInvalid(option: string, received: number, expected: string): TersorError<"TUNE_OPTION_INVALID"> {
  return new TersorError("TUNE_OPTION_INVALID", `"${option}" must be ${expected}, not ${received}.`, {
    option,
    received,
    expected,
  });
}

/** A trial that took too long. */
export function trialTimeout(trial: number, timeoutMs: number): TersorError<"TUNE_TRIAL_TIMEOUT"> {
  return new TersorError(
    "TUNE_TRIAL_TIMEOUT",
    `Trial ${trial} was ended after ${timeoutMs / 1000} seconds. Allow more time for a trial, or judge on fewer samples.`,
    { trial, timeoutMs },
  );
}
