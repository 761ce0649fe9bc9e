// What a kind of data is to `openDataset`, and what several kinds take from the model.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Dataset, ModelInput } from "@tersor/core";
import type { Check } from "./checks.ts";
import { badOption } from "./errors.ts";
import type { HubOptions } from "./hub/settings.ts";
import { textInputs, type EncodingOptions } from "./text-tasks/encoder.ts";

/** Options of a description that were checked; their types are those that the checks let through. */
export type Options = Readonly<Record<string, unknown>>;

/** What data is opened for, and with. */
export interface KindContext {
  readonly inputs: readonly ModelInput[];
  readonly hub: HubOptions;
}

/** A kind of data. */
export interface Kind {
  /** Options with what they may be. */
  readonly options: Readonly<Record<string, Check>>;
  /** Options that are paths. */
  readonly paths: readonly string[];
  open(source: string, options: Options, context: KindContext): Dataset | Promise<Dataset>;
}

/** The option "input", or the name of the model's only input. @throws DATA_OPTION */
export function onlyInput(kind: string, inputs: readonly ModelInput[], options: Options): string {
  const named = options["input"];
  if (typeof named === "string") return named;
  const [first, ...others] = inputs;
  if (first !== undefined && others.length === 0) return first.name;
  throw badOption("input", `is needed for "${kind}": name the input of the model that the data is for`, {
    inputs: inputs.map(({ name }) => name),
  });
}

/** The tokenizer that is named, or the one beside the data. @throws DATA_OPTION */
export function tokenizerFor(source: string, options: Options): string {
  const named = options["tokenizer"];
  if (typeof named === "string") return named;
  const beside = tokenizerBeside(source);
  if (beside !== undefined) return beside;
  throw badOption("tokenizer", `is needed to read "${source}": give the path of the model's tokenizer.json`, {
    source,
  });
}

/** The tokenizer.json in the folder of a file. */
export function tokenizerBeside(source: string): string | undefined {
  const beside = join(dirname(source), "tokenizer.json");
  return existsSync(beside) ? beside : undefined;
}

/** Which inputs a text gives, how long and in which type, as far as the model says so. */
export function textDefaults(inputs: readonly ModelInput[]): Partial<EncodingOptions> {
  const names = textInputs.filter((name) => inputs.some((input) => input.name === name));
  const ids = inputs.find(({ name }) => name === "input_ids")?.type;
  if (names.length === 0 || ids?.kind !== "tensor") return {};
  const width = ids.shape?.[1];
  return {
    inputs: names,
    ...(ids.dtype === "int32" ? { dtype: "int32" } : {}),
    ...(typeof width === "number" && width > 0 ? { maxLength: width, padding: "max" } : {}),
  };
}
