// Data on the command line: a path, a word or a description, and the flags that describe a path further.

import { InvalidArgumentError, Option, type Command } from "commander";
import { dataSpecInvalid } from "../errors.ts";
import { isDescriptionFile, readDescription } from "../api/data.ts";

/** Flags that say how to read the data. */
export interface DataFlags {
  readonly samples?: number;
  readonly tokenizer?: string;
  readonly column?: string;
  readonly textPair?: string;
  readonly label?: string;
  readonly labels?: string;
  readonly classes?: readonly string[];
  readonly maxLength?: number;
  readonly padding?: string;
  readonly preprocessing?: string;
  readonly task?: string;
  readonly config?: string;
  readonly split?: string;
  readonly dim?: readonly string[];
}

/** What data can be, for the help of an option that takes it. */
export const dataHelp =
  "a path (.npz .npy .csv .tsv .parquet .txt .jsonl, a folder of images or of ONNX test data), hf:org/name, " +
  'a .yaml or .json file that describes data, such a description itself, or "random"';

/** Adds the flags that describe data. */
export function withData(command: Command): Command {
  return command
    .optionsGroup("About the data:")
    .option("--samples <n>", "use at most this many samples", wholeNumber)
    .option("--tokenizer <path>", "tokenizer.json of a text model, or hf:org/name (default: the one beside the data)")
    .option("--column <name>", "column of the text, by name or by index from 0")
    .option("--text-pair <name>", "column of the second text, for models that judge pairs")
    .option("--label <name>", "column, array or key of the label")
    .option("--labels <file>", 'labels of images: a file, "folders" or "none"')
    .option("--classes <names>", "names of the classes in the order of the model's outputs, with commas", list)
    .option("--max-length <n>", "most tokens of a text", wholeNumber)
    .addOption(new Option("--padding <how>", "padding of texts").choices(["none", "max", "longest"]))
    .option("--preprocessing <name>", "preprocessing of images: a name such as imagenet, or a JSON description")
    .option(
      "--task <name>",
      "what texts are for: classification (default), question-answering, token-classification, …",
    )
    .option("--config <name>", "configuration of a dataset on the hub")
    .option("--split <name>", "split of a dataset on the hub, such as validation")
    .option(
      "--dim <name=size>",
      "size of a named dimension, for random data and for formats of fixed sizes (repeatable)",
      dimension,
    );
}

/** A whole number from 1 up. */
export function wholeNumber(text: string): number {
  return numberFrom(text, 1);
}

/** A whole number from 0 up. */
export function wholeNumberOrZero(text: string): number {
  return numberFrom(text, 0);
}

function numberFrom(text: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new InvalidArgumentError(`It must be a whole number from ${least} up.`);
}

function list(text: string): readonly string[] {
  return text.split(",");
}

/** Collects values of `--dim`. */
export function dimension(text: string, earlier: readonly string[] = []): readonly string[] {
  if (/^.+=[1-9]\d*$/.test(text)) return [...earlier, text];
  throw new InvalidArgumentError("It must be a name and a size, such as sequence=128.");
}

/** What the data is: as it was given, or a description where flags add to it. */
export async function dataSource(
  source: string,
  flags: DataFlags,
): Promise<string | Readonly<Record<string, unknown>>> {
  const options = descriptionOf(flags);
  if (source.trimStart().startsWith("{")) return { ...parsedJson(source), ...options };
  if (Object.keys(options).length === 0) return source;
  if (isDescriptionFile(source)) return { ...(await readDescription(source)), ...options };
  const { dataKindOf } = await import("@tersor/data");
  const kind = dataKindOf(source);
  return { [kind]: kind === "random" ? true : source, ...options };
}

/** @throws TERSOR_DATA_SPEC */
function parsedJson(text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch (error) {
    throw dataSpecInvalid(text, (error as Error).message, error);
  }
}

function descriptionOf(flags: DataFlags): Readonly<Record<string, unknown>> {
  const {
    samples: _,
    dim,
    column,
    textPair,
    label,
    preprocessing,
    tokenizer,
    labels,
    classes,
    maxLength,
    padding,
    task,
    config,
    split,
  } = flags;
  const said = {
    task,
    config,
    split,
    tokenizer,
    labels,
    classes,
    maxLength,
    padding,
    column: column === undefined ? undefined : nameOrIndex(column),
    textPair: textPair === undefined ? undefined : nameOrIndex(textPair),
    label: label === undefined ? undefined : nameOrIndex(label),
    preprocessing: preprocessing?.trimStart().startsWith("{") ? parsedJson(preprocessing) : preprocessing,
    dims: dim && dimensionsOf(dim),
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

function nameOrIndex(text: string): string | number {
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** Sizes by name, from values of `--dim`. */
export function dimensionsOf(pairs: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    pairs.map((text) => {
      const at = text.lastIndexOf("=");
      return [text.slice(0, at), Number(text.slice(at + 1))];
    }),
  );
}
