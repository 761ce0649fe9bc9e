// Errors of the command line and its API, in alphabetical order.

import { TersorError } from "@tersor/core";

export function checkFailed(facts: {
  readonly output: string;
  readonly failing: readonly { readonly name: string; readonly reason: string }[];
  readonly suspects: readonly { readonly node: string; readonly op: string }[];
}): TersorError<"TERSOR_CHECK_FAILED"> {
  const { output, failing, suspects } = facts;
  const list = failing.map(({ name, reason }) => `  ${name}: ${reason}`).join("\n");
  const names = suspects.slice(0, 5).map(({ node }) => `--exclude "${node}"`);
  const advice =
    names.length > 0
      ? `The operators that add most of the error can stay float:\n  ${names.join(" ")}`
      : "Leave operators float with --exclude, or give other calibration data.";
  return new TersorError(
    "TERSOR_CHECK_FAILED",
    `The quantized model does not hold against its source, so "${output}" was not written:\n${list}\n${advice}\nTo write it all the same: --check none.`,
    facts,
  );
}

/** The source itself does not run on made-up inputs, or they can't be made. */
export function checkNeedsData(cause: unknown): TersorError<"TERSOR_CHECK_NEEDS_DATA"> {
  return new TersorError(
    "TERSOR_CHECK_NEEDS_DATA",
    `The result can't be checked on made-up inputs, so it was not written: ${reasonOf(cause)}\nGive typical inputs with --calibration <data>, or write it unchecked with --check none.`,
    {},
    cause,
  );
}

export function dataSpecInvalid(path: string, why: string, cause?: unknown): TersorError<"TERSOR_DATA_SPEC"> {
  return new TersorError(
    "TERSOR_DATA_SPEC",
    `"${path}" does not describe data: ${why}. A description is an object such as { text: train.tsv, tokenizer: tokenizer.json }, in YAML or JSON.`,
    { path, why },
    cause,
  );
}

/** A model that nobody publishes as a file: it has to be exported first. */
export function exportMissing(
  row: string,
  path: string,
  facts: { readonly source: string; readonly how: string },
): TersorError<"TERSOR_EXPORT_MISSING"> {
  return new TersorError(
    "TERSOR_EXPORT_MISSING",
    `The model of "${row}" is published without an ONNX file. Export it from ${facts.source} to "${path}": ${facts.how}`,
    { row, path, ...facts },
  );
}

export function fileUnreadable(path: string, what: string, cause: unknown): TersorError<"TERSOR_FILE_UNREADABLE"> {
  return new TersorError(
    "TERSOR_FILE_UNREADABLE",
    `The ${what} "${path}" can't be read: ${reasonOf(cause)}`,
    { path },
    cause,
  );
}

/** A metric whose labels can't be made from the float model's answers. */
export function metricWithoutStandIn(metric: string): TersorError<"TERSOR_STAND_IN_METRIC"> {
  return new TersorError(
    "TERSOR_STAND_IN_METRIC",
    `The metric "${metric}" has no stand-in: nobody says how the float model's answers become its labels.`,
    { metric },
  );
}

export function modelFormatUnknown(path: string, formats: readonly string[]): TersorError<"TERSOR_MODEL_FORMAT"> {
  return new TersorError(
    "TERSOR_MODEL_FORMAT",
    `"${path}" is no model of a known format. Known: ${formats.join(", ")}.`,
    { path, formats },
  );
}

export function modelNotFound(path: string): TersorError<"TERSOR_MODEL_NOT_FOUND"> {
  return new TersorError("TERSOR_MODEL_NOT_FOUND", `There is no model at "${path}". Check the path.`, { path });
}

/** A call that needs something it was not given. */
export function optionMissing(option: string, why: string): TersorError<"TERSOR_OPTION_MISSING"> {
  return new TersorError("TERSOR_OPTION_MISSING", `"${option}" is missing: ${why}.`, { option, why });
}

export function outputExists(path: string): TersorError<"TERSOR_OUTPUT_EXISTS"> {
  return new TersorError(
    "TERSOR_OUTPUT_EXISTS",
    `"${path}" is there already. Choose another name with --output, or pass --force to replace it.`,
    { path },
  );
}

export function outputFormatUnknown(
  path: string,
  format: string | undefined,
  known: readonly string[],
): TersorError<"TERSOR_OUTPUT_FORMAT"> {
  const what =
    format === undefined ? `"${path}" does not say a format that can be written` : `There is no format "${format}"`;
  return new TersorError("TERSOR_OUTPUT_FORMAT", `${what}. Known: ${known.join(", ")}.`, { path, format, known });
}

export function outputIsInput(path: string): TersorError<"TERSOR_OUTPUT_IS_INPUT"> {
  return new TersorError(
    "TERSOR_OUTPUT_IS_INPUT",
    `The output "${path}" is a file of the model itself, which is never written over. Choose another name with --output.`,
    { path },
  );
}

export function outputNotWritable(path: string, cause: unknown): TersorError<"TERSOR_OUTPUT_NOT_WRITABLE"> {
  return new TersorError(
    "TERSOR_OUTPUT_NOT_WRITABLE",
    `"${path}" can't be written: ${reasonOf(cause)}`,
    { path },
    cause,
  );
}

export function pluginInvalid(name: string, why: string, cause?: unknown): TersorError<"TERSOR_PLUGIN_INVALID"> {
  return new TersorError("TERSOR_PLUGIN_INVALID", `The plugin "${name}" can't be used: ${why}`, { name, why }, cause);
}

export function pluginNotAllowed(name: string, where: string): TersorError<"TERSOR_PLUGIN_NOT_ALLOWED"> {
  return new TersorError(
    "TERSOR_PLUGIN_NOT_ALLOWED",
    `${where} names the plugin "${name}", which nobody allowed. A plugin runs code of its own: if you trust it, pass --plugin ${name}, or list it in package.json under "tersor": { "plugins": ["${name}"] }.`,
    { name, where },
  );
}

export function recipeSteps(where: string, count: number): TersorError<"TERSOR_RECIPE_STEPS"> {
  return new TersorError(
    "TERSOR_RECIPE_STEPS",
    `${where} has ${count} quantize steps. After the first one only a floating mode (fp16, bf16) can follow: put what differs between operators into the rules of one step.`,
    { where, count },
  );
}

export function rowsUnknown(suite: string, rows: readonly string[]): TersorError<"TERSOR_SUITE_ROWS"> {
  return new TersorError(
    "TERSOR_SUITE_ROWS",
    `The suite "${suite}" has no row ${rows.map((row) => `"${row}"`).join(", ")}. Ids look like "validated-onnx/1".`,
    { suite, rows },
  );
}

/** A file that holds no model without weights. */
export function skeletonInvalid(path: string, why: string, cause?: unknown): TersorError<"TERSOR_SKELETON"> {
  return new TersorError("TERSOR_SKELETON", `"${path}" is no skeleton of a model: ${why}.`, { path, why }, cause);
}

/** Data that nothing stands for. */
export function standInUnknown(row: string, keys: readonly string[]): TersorError<"TERSOR_STAND_IN_DATA"> {
  return new TersorError(
    "TERSOR_STAND_IN_DATA",
    `The data of "${row}", { ${keys.join(", ")} }, is of a kind that has no stand-in.`,
    { row, keys },
  );
}

/** A format that is only run, without what runs it. */
export function runnerMissing(path: string): TersorError<"TERSOR_RUNNER_MISSING"> {
  return new TersorError(
    "TERSOR_RUNNER_MISSING",
    `Nothing that is installed here can run "${path}". "tersor doctor" says which optional packages are missing.`,
    { path },
  );
}

/** The reason of a signal: work was given up on request. */
export function stopped(signal: string): TersorError<"TERSOR_STOPPED"> {
  return new TersorError("TERSOR_STOPPED", `Stopped by ${signal}. Nothing half-done is left behind.`, { signal });
}

export function suiteInvalid(path: string, why: string, cause?: unknown): TersorError<"TERSOR_SUITE"> {
  return new TersorError("TERSOR_SUITE", `"${path}" is no suite that can be run: ${why}.`, { path, why }, cause);
}

/** A process of a trial that ended without an answer. */
export function trialEnded(
  exitCode: number | null,
  signal: string | null,
  stderr: string,
): TersorError<"TERSOR_TRIAL_ENDED"> {
  const how = signal === null ? `with exit code ${exitCode}` : `by ${signal}`;
  const said = stderr === "" ? "" : ` It said:\n${stderr}`;
  return new TersorError("TERSOR_TRIAL_ENDED", `The process of the trial was ended ${how}, without an answer.${said}`, {
    exitCode,
    signal,
    stderr,
  });
}

/** A search in which no trial came to an end. */
export function tuneNothing(
  failures: readonly { readonly code: string; readonly message: string }[],
): TersorError<"TERSOR_TUNE_NOTHING"> {
  const first = failures[0];
  const why =
    first === undefined ? "there was no time for one" : `the first failed with ${first.code}: ${first.message}`;
  return new TersorError(
    "TERSOR_TUNE_NOTHING",
    `None of ${failures.length} trials gave a model; ${why}\nThe journal has all of them. Quantize once with "tersor quantize" to see what is wrong, or give more time.`,
    { failures },
  );
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

export function setUnknown(set: string, known: readonly string[]): TersorError<"TERSOR_SET_UNKNOWN"> {
  return new TersorError("TERSOR_SET_UNKNOWN", `There is no set "${set}". Known: ${known.join(", ")}.`, { set, known });
}

export function variantUnknown(
  variant: string,
  set: string,
  known: readonly string[],
): TersorError<"TERSOR_SET_VARIANT"> {
  return new TersorError(
    "TERSOR_SET_VARIANT",
    `The set "${set}" has no variant "${variant}". It has: ${known.join(", ")}.`,
    { variant, set, known },
  );
}

export function noModelsInFolder(folder: string): TersorError<"TERSOR_SET_NO_MODEL"> {
  return new TersorError(
    "TERSOR_SET_NO_MODEL",
    `The folder "${folder}" holds no .onnx model to start from, neither itself nor in its folder "onnx".`,
    { folder },
  );
}

export function setFailed(folder: string, reasons: readonly string[]): TersorError<"TERSOR_SET_FAILED"> {
  return new TersorError(
    "TERSOR_SET_FAILED",
    `No variant of the models in "${folder}" holds against its source, so none was written:\n${reasons.join("\n")}`,
    { folder, reasons },
  );
}

export function optionNotOfSet(option: string, set: string): TersorError<"TERSOR_SET_OPTION"> {
  return new TersorError(
    "TERSOR_SET_OPTION",
    `"${option}" can't go with the set "${set}", which has a method of its own for each variant. Leave it out, or choose variants with --variants.`,
    { option, set },
  );
}
