// ONNX models of the hub as paths on this machine, with the files of external data that they name beside them.

import { copyFileSync, existsSync, linkSync, mkdirSync, realpathSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { bytesFrom, chunksOf } from "../bytes.ts";
import { hubCacheProblem, hubFiles } from "../errors.ts";
import { repoFolder } from "./cache.ts";
import { fetchFile, listHub, repoOf, type HubListing, type HubSource } from "./files.ts";
import { hubLabel, type HubRepo } from "./name.ts";
import { hubSettings, type HubOptions, type HubSettings } from "./settings.ts";

/** Where a repository's float model usually is, first choice first. */
const usualPaths = ["onnx/model.onnx", "model.onnx"];

/**
 * The ONNX file that a name means, with its external data: `hf:org/name/path/of/model.onnx`, or `hf:org/name` for
 * onnx/model.onnx, model.onnx or the repository's only .onnx file.
 * @throws DATA_HUB_FILES with the candidates where there is no single choice, and what `resolveHubFile` throws
 */
export async function resolveHubModel(name: HubSource, options: HubOptions = {}): Promise<string> {
  const repo = repoOf(name, "model");
  const settings = hubSettings(options);
  const listing = await listHub(repo, options);
  const pinned = { ...repo, revision: listing.commit };
  const path = modelPath(listing, repo.path);
  const model = await fetchFile(pinned, path, settings);
  const data = dataFiles(model, path, listing.files);
  if (data.length === 0) return model;
  const files: [path: string, file: string][] = [[path, model]];
  for (const file of data) files.push([file, await fetchFile(pinned, file, settings)]);
  return plainFiles(pinned, files, settings);
}

function modelPath({ repo, files }: HubListing, wanted: string | undefined): string {
  const models = files.filter((file) => file.endsWith(".onnx"));
  const inside = wanted === undefined ? models : models.filter((file) => file.startsWith(`${wanted}/`));
  if (wanted !== undefined && files.includes(wanted)) return wanted;
  const choices = usualPaths.map((usual) => (wanted === undefined ? usual : `${wanted}/${usual}`));
  const found = choices.find((choice) => inside.includes(choice)) ?? (inside.length === 1 ? inside[0] : undefined);
  if (found !== undefined) return found;
  const problem = models.length === 0 ? "has no ONNX model" : "has no single model to choose; name one by its path";
  throw hubFiles(hubLabel(repo, wanted), problem, models.length === 0 ? files : models);
}

/** Files beside the model that it names as its data, by the bytes of `external_data { key: "location" value: … }`. */
function dataFiles(model: string, path: string, files: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const location of locations(model)) {
    const file = posix.join(posix.dirname(path), location);
    if (!location.includes("..") && files.includes(file)) found.add(file);
  }
  return [...found];
}

/** StringStringEntryProto { key: 1, value: 2 } with the key "location", as it stands in the file. */
const marker = Buffer.from("\n\x08location\x12", "latin1");
const MOST_LOCATION_BYTES = 127;

function* locations(model: string): Generator<string> {
  const bytes = bytesFrom(model, "model");
  let rest: Uint8Array = new Uint8Array(0);
  for (const chunk of chunksOf(bytes, 0, bytes.size, 1 << 22)) {
    const text = Buffer.concat([rest, chunk]);
    for (let at = text.indexOf(marker); at >= 0; at = text.indexOf(marker, at + 1)) {
      const length = text[at + marker.length] ?? 0;
      const start = at + marker.length + 1;
      if (length <= MOST_LOCATION_BYTES && start + length <= text.length)
        yield text.toString("utf8", start, start + length);
    }
    rest = text.subarray(-(marker.length + 1 + MOST_LOCATION_BYTES));
  }
}

/**
 * The same files as real ones: a runtime refuses external data that a link leads out of the model's folder. Hard links
 * take no room; other file systems get copies.
 */
function plainFiles(
  repo: HubRepo,
  files: readonly (readonly [path: string, file: string])[],
  settings: HubSettings,
): string {
  const folder = join(repoFolder(repo, settings), "plain", repo.revision);
  const placed = files.map(([path, file]) => {
    const target = join(folder, ...path.split("/"));
    if (!existsSync(target)) placeFile(realpathSync(file), target, folder);
    return target;
  });
  return placed[0]!;
}

function placeFile(from: string, target: string, folder: string): void {
  try {
    mkdirSync(dirname(target), { recursive: true });
    try {
      linkSync(from, target);
    } catch {
      copyFileSync(from, target);
    }
  } catch (error) {
    throw hubCacheProblem("A model", folder, error) ?? error;
  }
}
