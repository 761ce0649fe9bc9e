// Which files of a dataset's repository are meant: named ones, those of a configuration and split of its card, or those
// whose names say it, as in data/train-00000-of-00002.parquet, en/test.csv, dev.tsv.

import { hubFiles } from "../errors.ts";
import { tableFormatOf } from "../tables/open.ts";
import type { CardConfig } from "./card.ts";
import { matchesAny } from "./glob.ts";

/** What is wanted of a dataset. */
export interface DatasetChoice {
  /** Configuration (subset). Default: the card's default or only one. */
  readonly config?: string;
  /** Split, such as "train" or "validation". Needed where there are several. */
  readonly split?: string;
  /** Path or pattern of the files, instead of both. */
  readonly file?: string | readonly string[];
}

const formats = ["parquet", "jsonl", "csv", "tsv"] as const;
const spellings: Readonly<Record<string, string>> = {
  train: "train|training",
  validation: "validation|valid|val|dev",
  test: "test|testing|eval|evaluation",
};

/** The files of a choice, in order. @throws DATA_HUB_FILES, which lists what there is */
export function chooseFiles(
  repo: string,
  files: readonly string[],
  cards: readonly CardConfig[],
  choice: DatasetChoice,
): readonly string[] {
  const tables = files.filter((file) => tableFormatOf(file) !== undefined);
  if (choice.file !== undefined) return namedFiles(repo, files, [choice.file].flat());
  if (tables.length === 0) throw hubFiles(repo, "has no Parquet, CSV, TSV or JSON-lines files", files);
  const config = cardOf(repo, cards, choice.config);
  const found = config === undefined ? conventional(repo, tables, choice) : ofCard(repo, tables, config, choice);
  const format = formats.find((one) => found.some((file) => tableFormatOf(file) === one));
  return found.filter((file) => tableFormatOf(file) === format);
}

function namedFiles(repo: string, files: readonly string[], patterns: readonly string[]): readonly string[] {
  const found = files.filter((file) => files.includes(file) && matchesAny(file, patterns));
  if (found.length > 0) return found;
  throw hubFiles(repo, `has no file like ${patterns.join(", ")}`, files);
}

function cardOf(repo: string, cards: readonly CardConfig[], wanted: string | undefined): CardConfig | undefined {
  if (cards.length === 0) return undefined;
  const found =
    wanted === undefined
      ? (cards.find(({ isDefault }) => isDefault) ??
        cards.find(({ name }) => name === "default") ??
        (cards.length === 1 ? cards[0] : undefined))
      : cards.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  const names = cards.map(({ name }) => name);
  const problem =
    wanted === undefined ? "has several configurations; name one as config" : `has no configuration "${wanted}"`;
  throw hubFiles(repo, problem, names);
}

function ofCard(
  repo: string,
  tables: readonly string[],
  config: CardConfig,
  { split }: DatasetChoice,
): readonly string[] {
  const splits = [...config.files.keys()];
  const wanted = split ?? (splits.length === 1 ? splits[0] : undefined);
  const patterns = wanted === undefined ? undefined : config.files.get(wanted);
  if (patterns !== undefined) return namedFiles(repo, tables, patterns);
  if (split !== undefined && config.files.has(""))
    return bySplit(repo, namedFiles(repo, tables, config.files.get("")!), split);
  throw hubFiles(
    repo,
    split === undefined ? "has several splits; name one as split" : `has no split "${split}"`,
    splits,
  );
}

function conventional(repo: string, tables: readonly string[], { config, split }: DatasetChoice): readonly string[] {
  return bySplit(repo, config === undefined ? withoutConfig(repo, tables) : byConfig(repo, tables, config), split);
}

/** A configuration is a folder, or the beginning of the names of its files. */
function byConfig(repo: string, tables: readonly string[], config: string): readonly string[] {
  const found = tables.filter((file) => {
    const parts = file.split("/");
    return parts.slice(0, -1).includes(config) || /^[-_.]/.test(suffixOf(parts.at(-1)!, config));
  });
  if (found.length > 0) return found;
  throw hubFiles(repo, `has no configuration "${config}"`, configsOf(tables));
}

function suffixOf(name: string, prefix: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : "";
}

function withoutConfig(repo: string, tables: readonly string[]): readonly string[] {
  const plain = tables.filter((file) => folderOf(file) === undefined);
  if (plain.length > 0) return plain;
  const configs = configsOf(tables);
  if (configs.length === 1) return tables;
  throw hubFiles(repo, "has several configurations; name one as config", configs);
}

/** The folder that a configuration would be; "data" and folders named after a split are none. */
function folderOf(file: string): string | undefined {
  const isSplit = (part: string) => Object.values(spellings).some((words) => words.split("|").includes(part));
  return file
    .split("/")
    .slice(0, -1)
    .find((part) => part !== "data" && !isSplit(part));
}

function configsOf(tables: readonly string[]): readonly string[] {
  return [...new Set(tables.map(folderOf).filter((folder) => folder !== undefined))];
}

function bySplit(repo: string, tables: readonly string[], split: string | undefined): readonly string[] {
  const known = Object.keys(spellings).filter((name) => tables.some((file) => isOfSplit(file, name)));
  if (split === undefined) {
    if (known.length <= 1) return tables;
    throw hubFiles(repo, "has several splits; name one as split", known);
  }
  const found = tables.filter((file) => isOfSplit(file, split));
  if (found.length > 0) return found;
  throw hubFiles(repo, `has no split "${split}"`, known.length > 0 ? known : tables);
}

/** Whether one of the words of a path, or the beginning of a word before digits, is the split. */
function isOfSplit(file: string, split: string): boolean {
  const words = (Object.hasOwn(spellings, split) ? spellings[split]! : split).split("|");
  const parts = file.toLowerCase().split(/[/._\s-]+/);
  return parts.some((part) => words.includes(part.replace(/\d+$/, "")) || words.includes(part));
}
