// Files and folders of the hub as paths on this machine: from the cache where they are there, else downloaded.

import { existsSync } from "node:fs";
import { isTersorError } from "@tersor/core";
import { hubFiles, hubOffline, hubResponse } from "../errors.ts";
import {
  cachedCommit,
  cachedFiles,
  isCommit,
  linkBlob,
  rememberCommit,
  repoFolder,
  snapshotFile,
  snapshotFolder,
} from "./cache.ts";
import { downloadBlob, type RemoteFile } from "./download.ts";
import { matchesAny } from "./glob.ts";
import { listRemote } from "./list.ts";
import { hubLabel, hubPath, hubRepo, parseHubName, type HubRepo, type HubRepoType } from "./name.ts";
import { send } from "./request.ts";
import { hubSettings, type HubOptions, type HubSettings } from "./settings.ts";

/** A repository in words: its name as `hf:org/name@revision`, or its parts. */
export type HubSource =
  string | { readonly hub: string; readonly revision?: string | undefined; readonly type?: HubRepoType | undefined };

/** Files of a repository at one commit, and what is needed to get them. */
export interface HubListing {
  readonly repo: HubRepo;
  readonly commit: string;
  /** Paths in the repository, in alphabetical order. */
  readonly files: readonly string[];
}

/** The repository that a source names. @throws DATA_HUB_NAME */
export function repoOf(source: HubSource, type: HubRepoType): HubRepo & { readonly path?: string } {
  if (typeof source === "string") return parseHubName(source.startsWith("hf:") ? source : `hf:${source}`, type);
  const named = parseHubName(source.hub.startsWith("hf:") ? source.hub : `hf:${source.hub}`, source.type ?? type);
  return { ...named, ...hubRepo({ id: named.id, type: named.type, revision: source.revision ?? named.revision }) };
}

/**
 * A file of the hub as a path on this machine. A file of a pinned commit that is in the cache needs no network; for
 * other revisions the hub is asked whether they moved, and where it can't be reached the cached one is used.
 * @param name `hf:org/name@revision/path/of/file`, of a model unless it says `hf:datasets/…`
 * @throws DATA_HUB_NAME, DATA_HUB_NOT_FOUND, DATA_HUB_ACCESS, DATA_HUB_OFFLINE, DATA_HUB_NETWORK, DATA_HUB_TRUNCATED,
 * DATA_HUB_CHECKSUM, DATA_HUB_DISK_FULL, DATA_HUB_RESPONSE, DATA_HUB_FILES when the name has no path
 */
export async function resolveHubFile(
  name: HubSource,
  options: HubOptions & { readonly file?: string } = {},
): Promise<string> {
  const repo = repoOf(name, "model");
  const path = options.file ?? repo.path;
  if (path === undefined) throw hubFiles(hubLabel(repo), "is a repository where a file is needed", []);
  return fetchFile(repo, hubPath(path), hubSettings(options));
}

/**
 * Files of a repository as a folder on this machine, which looks like the repository.
 * @param patterns Which files: paths where `*` stands for anything but a slash and `**` for anything. Default: all.
 * @throws DATA_HUB_FILES when none matches, and what `resolveHubFile` throws
 */
export async function resolveHubFolder(
  name: HubSource,
  patterns: readonly string[] = ["**"],
  options: HubOptions = {},
): Promise<string> {
  const repo = repoOf(name, "model");
  const settings = hubSettings(options);
  const listing = await listHub(repo, options);
  const wanted = listing.files.filter((file) => matchesAny(file, patterns));
  if (wanted.length === 0) throw hubFiles(hubLabel(repo), `has no file like ${patterns.join(", ")}`, listing.files);
  const pinned = { ...repo, revision: listing.commit };
  for (const file of wanted) await fetchFile(pinned, file, settings);
  return snapshotFolder(repoFolder(repo, settings), listing.commit);
}

/** What a repository holds; offline, what the cache holds of it. @throws as `resolveHubFile` */
export async function listHub(repo: HubRepo, options: HubOptions = {}): Promise<HubListing> {
  const settings = hubSettings(options);
  const folder = repoFolder(repo, settings);
  const cached = () => {
    const commit = cachedCommit(folder, repo.revision);
    return commit === undefined ? undefined : { repo, commit, files: cachedFiles(folder, commit) };
  };
  if (settings.offline) return cached() ?? offline(repo, undefined, settings);
  return orCached(async () => {
    const listing = await listRemote(repo, settings);
    rememberCommit(folder, repo.revision, listing.commit);
    return { repo, ...listing };
  }, cached);
}

/** One file of a repository. @throws as `resolveHubFile` */
export async function fetchFile(repo: HubRepo, path: string, settings: HubSettings): Promise<string> {
  const folder = repoFolder(repo, settings);
  const cached = () => {
    const commit = cachedCommit(folder, repo.revision);
    const file = commit === undefined ? undefined : snapshotFile(folder, commit, path);
    return file !== undefined && existsSync(file) ? file : undefined;
  };
  if (isCommit(repo.revision) || settings.offline) {
    const file = cached();
    if (file !== undefined) return file;
    if (settings.offline) return offline(repo, path, settings);
  }
  return orCached(() => fetchRemote(repo, path, folder, settings), cached);
}

async function fetchRemote(repo: HubRepo, path: string, folder: string, settings: HubSettings): Promise<string> {
  const { commit, ...remote } = await describe(repo, path, settings);
  await downloadBlob(remote, folder, settings);
  rememberCommit(folder, repo.revision, commit);
  return linkBlob(folder, remote.etag, commit, path);
}

/** What the hub says of a file in the head of its answer, before it sends to where the bytes are. */
async function describe(repo: HubRepo, path: string, settings: HubSettings): Promise<RemoteFile & { commit: string }> {
  const what = hubLabel(repo, path);
  const url = fileUrl(repo, path, settings);
  const { headers } = await send({ what, url, method: "HEAD", stopAt: "elsewhere" }, settings);
  const commit = headers.get("x-repo-commit") ?? (isCommit(repo.revision) ? repo.revision : "");
  if (!isCommit(commit)) throw hubResponse(what, "it does not name a commit");
  const etag = (headers.get("x-linked-etag") ?? headers.get("etag") ?? "").replace(/^W\//, "").replaceAll('"', "");
  if (!/^[\w-]{1,200}$/.test(etag)) throw hubResponse(what, "it has no usable ETag");
  const redirected = headers.get("location") !== null;
  const size = Number(headers.get("x-linked-size") ?? (redirected ? NaN : (headers.get("content-length") ?? NaN)));
  return { what, url, etag, commit, size: Number.isSafeInteger(size) && size >= 0 ? size : undefined };
}

function fileUrl({ type, id, revision }: HubRepo, path: string, { endpoint }: HubSettings): string {
  const prefix = type === "dataset" ? "datasets/" : "";
  return `${endpoint}/${prefix}${id}/resolve/${encodeURIComponent(revision)}/${path.split("/").map(encodeURIComponent).join("/")}`;
}

/** Where the hub can't be reached, what is there has to do. */
async function orCached<T>(fetched: () => Promise<T>, cached: () => T | undefined): Promise<T> {
  try {
    return await fetched();
  } catch (error) {
    const fallback = isTersorError(error) && error.code === "DATA_HUB_NETWORK" ? cached() : undefined;
    if (fallback === undefined) throw error;
    return fallback;
  }
}

function offline(repo: HubRepo, path: string | undefined, settings: HubSettings): never {
  throw hubOffline(hubLabel(repo, path), settings.cacheFolder);
}
