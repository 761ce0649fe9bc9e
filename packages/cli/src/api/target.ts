// Which adapter writes an output, and in which of its formats: by name, or by the ending of the path.

import type { Adapter, WriteFormat } from "@tersor/core";
import { outputFormatUnknown } from "../errors.ts";
import type { OpenOptions } from "./model.ts";

/** What writes an output. */
export interface Target {
  readonly adapter: Adapter;
  readonly format: WriteFormat;
}

/** Whether a path is written as a folder: it ends with a slash, or with no ending at all. */
function looksLikeFolder(path: string): boolean {
  return /[/\\]$/.test(path) || !/\.[^./\\]+$/.test(path);
}

/**
 * The target of an output. Of several adapters that write a format, the one that read the source goes first.
 * @throws TERSOR_OUTPUT_FORMAT with all formats there are.
 */
export function targetOf(output: string, adapters: readonly Adapter[], source?: Adapter, format?: string): Target {
  const ordered = source === undefined ? adapters : [source, ...adapters.filter((adapter) => adapter !== source)];
  const all = ordered.flatMap((adapter) => (adapter.writes ?? []).map((one) => ({ adapter, format: one })));
  const path = output.toLowerCase();
  const fits = ({ ending }: WriteFormat): boolean => (ending === "/" ? looksLikeFolder(path) : path.endsWith(ending));
  const found = all.find((one) => (format === undefined ? fits(one.format) : one.format.name === format));
  if (found) return found;
  throw outputFormatUnknown(output, format, [...new Set(all.map((one) => nameOf(one.format)))]);
}

function nameOf({ name, ending }: WriteFormat): string {
  return ending === "/" ? `${name} (a folder)` : `${name} (${ending})`;
}

/** What has to be opened for a target: weights that are written back need the ones they replace. */
export function openOptionsFor({ adapter }: Target, read?: OpenOptions["read"]): OpenOptions {
  return { read, weightsBeside: adapter.name === "torchscript" };
}

/** Whether the output is a folder. */
export function isFolder({ format }: Target): boolean {
  return format.ending === "/";
}
