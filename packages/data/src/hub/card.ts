// The front matter of a dataset's README.md says which files are which configuration and split
// (https://huggingface.co/docs/hub/datasets-manual-configuration).

import { parse } from "yaml";
import { isObject } from "../rows.ts";

/** Patterns of files by split; the split "" where the card names none. */
export interface CardConfig {
  readonly name: string;
  readonly isDefault: boolean;
  readonly files: ReadonlyMap<string, readonly string[]>;
}

/** The configurations of a card; none where it has no front matter that can be read. */
export function cardConfigs(readme: string): readonly CardConfig[] {
  const front = /^---\r?\n(.*?)\r?\n---/s.exec(readme)?.[1];
  const value = front === undefined ? undefined : parsed(front);
  const configs = isObject(value) && Array.isArray(value["configs"]) ? value["configs"] : [];
  return configs.filter(isObject).flatMap(configOf);
}

function parsed(yaml: string): unknown {
  try {
    return parse(yaml, { maxAliasCount: 50, logLevel: "silent" });
  } catch {
    return undefined;
  }
}

function configOf(config: Readonly<Record<string, unknown>>): readonly CardConfig[] {
  const { config_name: name, data_files: given, data_dir: folder } = config;
  const files = new Map<string, readonly string[]>();
  const below = (path: string) => (typeof folder === "string" ? `${folder.replace(/\/$/, "")}/${path}` : path);
  if (given === undefined && typeof folder === "string") files.set("", [below("**")]);
  for (const entry of Array.isArray(given) ? (given as readonly unknown[]) : [given]) {
    const [split, paths] = isObject(entry) ? [entry["split"] ?? "", entry["path"]] : ["", entry];
    const texts = textsOf(paths).map(below);
    if (typeof split === "string" && texts.length > 0) files.set(split, [...(files.get(split) ?? []), ...texts]);
  }
  if (files.size === 0) return [];
  return [{ name: typeof name === "string" ? name : "default", isDefault: config["default"] === true, files }];
}

function textsOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((item) => typeof item === "string").map((path) => path.replace(/^\.\//, ""));
}
