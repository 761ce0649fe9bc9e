// The cache folder, laid out as Python's huggingface_hub does, so that both find each other's downloads
// (https://huggingface.co/docs/huggingface_hub/guides/manage-cache):
//   models--org--name/blobs/<etag>              the contents, once
//   models--org--name/snapshots/<commit>/<path> links to them, named as in the repository
//   models--org--name/refs/<revision>           the commit that a branch or tag stood at

import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { hubCacheProblem } from "../errors.ts";
import { hubPath, type HubRepo } from "./name.ts";
import type { HubSettings } from "./settings.ts";

const commitName = /^[0-9a-f]{40}$/;
const MOST_DEPTH = 32;

/** Whether a revision is a commit, which never changes. */
export function isCommit(revision: string): boolean {
  return commitName.test(revision);
}

/** The folder of a repository in the cache. */
export function repoFolder({ type, id }: HubRepo, { cacheFolder }: HubSettings): string {
  return join(cacheFolder, [`${type}s`, ...id.split("/")].join("--"));
}

/** Where the contents with an etag are kept. */
export function blobFile(folder: string, etag: string): string {
  return join(folder, "blobs", etag);
}

/** The folder that looks like the repository at a commit. */
export function snapshotFolder(folder: string, commit: string): string {
  return join(folder, "snapshots", commit);
}

/** Where a file of a repository is seen. */
export function snapshotFile(folder: string, commit: string, path: string): string {
  return join(snapshotFolder(folder, commit), ...hubPath(path).split("/"));
}

/** The commit that a revision stood at when it was last seen; undefined when it never was. */
export function cachedCommit(folder: string, revision: string): string | undefined {
  if (isCommit(revision)) return existsSync(snapshotFolder(folder, revision)) ? revision : undefined;
  const file = join(folder, "refs", ...revision.split("/"));
  if (!existsSync(file)) return undefined;
  const commit = readFileSync(file, "utf8").trim();
  return isCommit(commit) ? commit : undefined;
}

/** Files of a commit that are in the cache, as paths of the repository. */
export function cachedFiles(folder: string, commit: string): readonly string[] {
  const root = snapshotFolder(folder, commit);
  return existsSync(root) ? filesBelow(root, root, 0) : [];
}

function filesBelow(root: string, inside: string, depth: number): string[] {
  const entries = readdirSync(inside, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(inside, entry.name);
    if (entry.isDirectory()) return depth < MOST_DEPTH ? filesBelow(root, path, depth + 1) : [];
    return existsSync(path) ? [relative(root, path).split(sep).join("/")] : [];
  });
}

/** Notes the commit that a revision stands at now. */
export function rememberCommit(folder: string, revision: string, commit: string): void {
  if (isCommit(revision) || cachedCommit(folder, revision) === commit) return;
  const file = join(folder, "refs", ...revision.split("/"));
  written(folder, () => {
    mkdirSync(dirname(file), { recursive: true });
    replace(file, (temporary) => writeFileSync(temporary, commit));
  });
}

/** Makes a blob visible under its name in a snapshot. */
export function linkBlob(folder: string, etag: string, commit: string, path: string): string {
  const file = snapshotFile(folder, commit, path);
  const blob = blobFile(folder, etag);
  written(folder, () => {
    mkdirSync(dirname(file), { recursive: true });
    replace(file, (temporary) => linkOrCopy(blob, file, temporary));
  });
  return file;
}

/** File systems without links get a copy. */
function linkOrCopy(blob: string, file: string, temporary: string): void {
  try {
    symlinkSync(relative(dirname(file), blob), temporary);
  } catch {
    copyFileSync(blob, temporary);
  }
}

/** Writes under another name and renames, so that no half-written file is ever seen. */
function replace(file: string, write: (temporary: string) => void): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    rmSync(temporary, { force: true });
    write(temporary);
    renameSync(temporary, file);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function written(folder: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw hubCacheProblem("An entry", folder, error) ?? error;
  }
}
