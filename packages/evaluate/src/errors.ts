// The errors of @tersor/evaluate, in alphabetical order.

import { TersorError, type DataType, type Shape } from "@tersor/core";

export function duplicateMetric(name: string): TersorError<"EVALUATE_DUPLICATE_METRIC"> {
  return new TersorError(
    "EVALUATE_DUPLICATE_METRIC",
    `There is more than one metric "${name}". Leave out one of the plugins, or give its metric a name of its own.`,
    { name },
  );
}

export function instanceFailed(facts: {
  instance: number;
  command: string;
  exitCode: number | null;
  stderr: string;
}): TersorError<"EVALUATE_INSTANCE_FAILED"> {
  const { instance, command, exitCode, stderr } = facts;
  const end = exitCode === null ? "was ended by a signal" : `ended with exit code ${exitCode}`;
  return new TersorError(
    "EVALUATE_INSTANCE_FAILED",
    `Process ${instance} of the benchmark (${command}) ${end} before it gave its times.${stderr ? `\n${stderr}` : ""}`,
    facts,
  );
}

export function instanceTimeout(facts: {
  instances: number;
  timeoutMs: number;
}): TersorError<"EVALUATE_INSTANCE_TIMEOUT"> {
  const { instances, timeoutMs } = facts;
  return new TersorError(
    "EVALUATE_INSTANCE_TIMEOUT",
    `The ${instances} processes of the benchmark did not finish within ${timeoutMs / 1000} s and were ended. Ask for fewer iterations or a longer time-out.`,
    facts,
  );
}

export function invalidOption(
  option: string,
  value: unknown,
  expected: string,
): TersorError<"EVALUATE_INVALID_OPTION"> {
  return new TersorError(
    "EVALUATE_INVALID_OPTION",
    `"${option}" must be ${expected}, but ${String(value)} was given.`,
    {
      option,
      value,
      expected,
    },
  );
}

/** Labels and outputs that don't belong together. */
export function labelMismatch(metric: string, reason: string, facts: object): TersorError<"EVALUATE_LABEL_MISMATCH"> {
  return new TersorError(
    "EVALUATE_LABEL_MISMATCH",
    `The metric "${metric}" can't use the labels: ${reason}. Check which column or folder the labels come from.`,
    { metric, ...facts },
  );
}

export function missingOutput(
  metric: string,
  output: string,
  outputs: readonly string[],
): TersorError<"EVALUATE_MISSING_OUTPUT"> {
  return new TersorError(
    "EVALUATE_MISSING_OUTPUT",
    `The metric "${metric}" needs the output "${output}", but the model has ${listed(outputs)}.`,
    { metric, output, outputs },
  );
}

/** A metric that can't judge what the model gives. */
export function metricMismatch(
  metric: string,
  facts: { output: string; dtype: DataType; shape: Shape; why: string },
): TersorError<"EVALUATE_METRIC_MISMATCH"> {
  const { output, dtype, shape, why } = facts;
  return new TersorError(
    "EVALUATE_METRIC_MISMATCH",
    `The metric "${metric}" does not fit the output "${output}" (${dtype} [${shape.join(", ")}]): ${why}. Choose another output or another metric.`,
    { metric, ...facts },
  );
}

/** A metric of the user's that gave no number. */
export function metricValue(metric: string, value: unknown): TersorError<"EVALUATE_METRIC_VALUE"> {
  return new TersorError(
    "EVALUATE_METRIC_VALUE",
    `The function of the metric "${metric}" gave ${typeof value === "object" ? "an object" : String(value)}, not a number. Let it return the mean over the samples of the batch.`,
    { metric, type: typeof value },
  );
}

export function noSamples(what: string): TersorError<"EVALUATE_NO_SAMPLES"> {
  return new TersorError("EVALUATE_NO_SAMPLES", `There are no samples to ${what} with: the data is empty.`, { what });
}

/** Two tensors that can't be held against each other: shape or element type differ. */
export function notComparable(reason: string): TersorError<"EVALUATE_NOT_COMPARABLE"> {
  return new TersorError("EVALUATE_NOT_COMPARABLE", `The tensors can't be compared: ${reason}.`, { reason });
}

/** Models that can't write texts, and what they have. */
export function notGenerative(why: string, names: readonly string[]): TersorError<"EVALUATE_NOT_GENERATIVE"> {
  const has = names.length === 0 ? "nothing" : names.map((name) => `"${name}"`).join(", ");
  return new TersorError(
    "EVALUATE_NOT_GENERATIVE",
    `The model can't generate texts: ${why} (there is ${has}). Export it with Optimum's names: input_ids, attention_mask, encoder_hidden_states, past_key_values in, logits and present out.`,
    { why, names },
  );
}

export function stopped(what: string): TersorError<"EVALUATE_STOPPED"> {
  return new TersorError("EVALUATE_STOPPED", `The ${what} was stopped before it was done.`, { what });
}

export function tooFewCores(facts: {
  instances: number;
  coresPerInstance: number;
  available: number;
}): TersorError<"EVALUATE_TOO_FEW_CORES"> {
  const { instances, coresPerInstance, available } = facts;
  return new TersorError(
    "EVALUATE_TOO_FEW_CORES",
    `${instances} instances of ${coresPerInstance} cores need ${instances * coresPerInstance} cores, but this process may use ${available}. Ask for fewer instances or fewer cores per instance.`,
    facts,
  );
}

export function unknownMetric(
  name: string,
  known: readonly string[],
  suggestion?: string,
): TersorError<"EVALUATE_UNKNOWN_METRIC"> {
  const hint = suggestion === undefined ? "" : ` Did you mean "${suggestion}"?`;
  return new TersorError(
    "EVALUATE_UNKNOWN_METRIC",
    `There is no metric "${name}".${hint} Known are ${listed(known)}.`,
    {
      name,
      known,
    },
  );
}

/** An option that a metric does not have. */
export function unknownMetricOption(
  metric: string,
  option: string,
  known: readonly string[],
  suggestion?: string,
): TersorError<"EVALUATE_UNKNOWN_METRIC_OPTION"> {
  const hint = suggestion === undefined ? "" : ` Did you mean "${suggestion}"?`;
  return new TersorError(
    "EVALUATE_UNKNOWN_METRIC_OPTION",
    `The metric "${metric}" has no option "${option}".${hint} It has ${listed(known)}.`,
    { metric, option, known },
  );
}

/** Two evaluations that did not judge the same samples. */
export function unpaired(reason: string): TersorError<"EVALUATE_UNPAIRED"> {
  return new TersorError("EVALUATE_UNPAIRED", `The evaluations can't be compared in pairs: ${reason}.`, { reason });
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.map((name) => `"${name}"`).join(", ");
}
