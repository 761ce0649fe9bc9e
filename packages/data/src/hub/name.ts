// Names of things on the Hugging Face Hub: hf:org/name@revision/path/of/file, and their parts checked. They become
// paths of the cache and of URLs, so nothing that climbs out of a folder gets through.

import { hubName } from "../errors.ts";

/** The kinds of repositories that are read. */
export type HubRepoType = "model" | "dataset";

/** A repository of the hub, at a revision. */
export interface HubRepo {
  readonly type: HubRepoType;
  /** "org/name", or "name" alone for the oldest models. */
  readonly id: string;
  /** Branch, tag or commit. Default "main". */
  readonly revision: string;
}

/** A name taken apart. */
export interface HubName extends HubRepo {
  /** Path of a file or folder in the repository. */
  readonly path?: string;
}

const part = /^[A-Za-z0-9][\w.-]{0,95}$/;
const pattern = /^hf:(?:(datasets|models)\/)?([^/@]+(?:\/[^/@]+)?)(?:@([^/]+))?(?:\/(.+))?$/;

/** Whether a text names something on the hub. */
export function isHubName(text: string): boolean {
  return text.startsWith("hf:");
}

/**
 * Takes apart `hf:org/name@revision/path`. A revision with slashes is written with %2F; `hf:datasets/org/name` and
 * `hf:models/org/name` say the kind of repository.
 * @throws DATA_HUB_NAME
 */
export function parseHubName(text: string, type: HubRepoType): HubName {
  const [, kind, id, revision, path] = pattern.exec(text) ?? [];
  if (id === undefined) throw hubName(text, "is not a name on the hub");
  const repo = hubRepo({
    id,
    type: kind === undefined ? type : kind === "datasets" ? "dataset" : "model",
    ...(revision === undefined ? {} : { revision: decoded(text, revision) }),
  });
  return path === undefined ? repo : { ...repo, path: hubPath(path) };
}

/** A repository with its parts checked. @throws DATA_HUB_NAME */
export function hubRepo(given: {
  readonly id: string;
  readonly type: HubRepoType;
  readonly revision?: string;
}): HubRepo {
  const { id, type, revision = "main" } = given;
  const parts = id.split("/");
  const plain = (text: string) => part.test(text) && !text.includes("--") && !text.includes("..");
  if (parts.length > 2 || !parts.every(plain)) throw hubName(id, "is not the name of a repository");
  if (!/^[\w][\w./-]{0,199}$/.test(revision) || revision.split("/").some(climbs))
    throw hubName(`${id}@${revision}`, "has a revision that can't be one");
  return { type, id, revision };
}

/** A path inside of a repository. @throws DATA_HUB_NAME */
export function hubPath(path: string): string {
  const bad = hasControls(path) || /^[A-Za-z]:/.test(path) || path.length > 1000;
  if (bad || path.split("/").some(climbs)) throw hubName(path, "is not a path inside of a repository");
  return path;
}

/** What messages call a repository or a file of it. */
export function hubLabel({ type, id, revision }: HubRepo, path?: string): string {
  const prefix = type === "dataset" ? "hf:datasets/" : "hf:";
  return `${prefix}${id}${revision === "main" ? "" : `@${encodeURIComponent(revision)}`}${path === undefined ? "" : `/${path}`}`;
}

function climbs(part: string): boolean {
  return part === "" || part === "." || part === "..";
}

function decoded(text: string, revision: string): string {
  try {
    return decodeURIComponent(revision);
  } catch {
    throw hubName(text, "has a revision that can't be decoded");
  }
}

/** Control characters and backslashes, which some file systems take for separators. */
function hasControls(path: string): boolean {
  return [...path].some((character) => character < " " || character === "\\");
}
