// Downloads one file of the hub into the blobs of the cache: resumed where an earlier one stopped, checked against the
// hub's checksum, and renamed into place when it is whole. @huggingface/hub lists and names files, but its downloads
// are neither resumed nor checked, hence this one.

import { createHash } from "node:crypto";
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { open, statfs, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { isTersorError } from "@tersor/core";
import { hubCacheProblem, hubChecksum, hubDiskFull, hubNetwork, hubResponse, hubTruncated } from "../errors.ts";
import { blobFile } from "./cache.ts";
import { chunksOfBody, mayPass, pause, sendOnce } from "./request.ts";
import type { HubSettings } from "./settings.ts";

/** A file of a repository, as the hub describes it. */
export interface RemoteFile {
  /** What messages call it. */
  readonly what: string;
  readonly url: string;
  /** SHA-256 of large files, git's SHA-1 of a blob for small ones, or any other name of the contents. */
  readonly etag: string;
  readonly size: number | undefined;
}

const running = new Map<string, Promise<void>>();
const PROGRESS_MS = 100;

/** Fetches a file into the blobs of a repository's folder. @throws DATA_HUB_*; see the errors of each kind */
export async function downloadBlob(remote: RemoteFile, folder: string, settings: HubSettings): Promise<void> {
  const blob = blobFile(folder, remote.etag);
  if (existsSync(blob)) return;
  const job = running.get(blob) ?? download(remote, blob, settings).finally(() => running.delete(blob));
  running.set(blob, job);
  await job;
}

async function download(remote: RemoteFile, blob: string, settings: HubSettings): Promise<void> {
  const partial = await claim(remote, blob);
  try {
    await fetchAll(remote, partial.file, settings);
    await verify(remote, partial.file, settings);
    renameSync(partial.file, blob);
  } catch (error) {
    throw hubCacheProblem(remote.what, dirname(blob), error) ?? error;
  } finally {
    partial.release();
  }
}

/**
 * The file that an unfinished download grows in. Where another process is at it already, a private one is used: two
 * writers would spoil the file, and who comes second only replaces a blob by the same blob.
 */
async function claim(remote: RemoteFile, blob: string): Promise<{ file: string; release: () => void }> {
  const [file, lock] = [`${blob}.incomplete`, `${blob}.lock`];
  try {
    mkdirSync(dirname(blob), { recursive: true });
    await requireSpace(remote, blob, existsSync(file) ? statSync(file).size : 0);
    if (existsSync(lock) && isAlive(Number(readFileSync(lock, "utf8")))) {
      const own = `${blob}.${process.pid}.incomplete`;
      return { file: own, release: () => rmSync(own, { force: true }) };
    }
    writeFileSync(lock, String(process.pid));
  } catch (error) {
    throw hubCacheProblem(remote.what, dirname(blob), error) ?? error;
  }
  return { file, release: () => rmSync(lock, { force: true }) };
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function requireSpace({ what, size }: RemoteFile, blob: string, have: number): Promise<void> {
  if (size === undefined) return;
  const { bavail, bsize } = await statfs(dirname(blob));
  if (size - have > bavail * bsize) throw hubDiskFull(what, dirname(blob), size);
}

/** Tries as long as each few tries bring new bytes. */
async function fetchAll(remote: RemoteFile, file: string, settings: HubSettings): Promise<void> {
  let most = sizeOf(file);
  for (let attempt = 1; ; attempt++) {
    try {
      return await fetchRest(remote, file, settings);
    } catch (error) {
      const lost = mayPass(error);
      if (!lost && !isTruncated(error)) throw error;
      const have = sizeOf(file);
      if (have > most) attempt = 1;
      most = Math.max(most, have);
      if (attempt >= settings.attempts)
        throw lost ? hubNetwork(remote.what, error.message, attempt, error.cause) : error;
      await pause(attempt, error as Error, settings);
    }
  }
}

function isTruncated(error: unknown): boolean {
  return isTersorError(error) && error.code === "DATA_HUB_TRUNCATED";
}

async function fetchRest(remote: RemoteFile, file: string, settings: HubSettings): Promise<void> {
  const { what, url, size } = remote;
  if (size !== undefined && sizeOf(file) > size) rmSync(file);
  const from = sizeOf(file);
  if (from > 0 && from === size) return;
  const response = await sendOnce({ what, url, headers: from > 0 ? { range: `bytes=${from}-` } : {} }, settings);
  const start = await startOf(response, from, remote, file);
  const received = await receive(response, remote, file, start, settings);
  if (size !== undefined && received < size) throw hubTruncated(what, received, size);
}

/** Where the bytes of an answer belong. A server without ranges sends all of them; 416 says that ours are no good. */
async function startOf(response: Response, from: number, { what }: RemoteFile, file: string): Promise<number> {
  if (response.status === 206) {
    const start = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1];
    if (Number(start) === from) return from;
    await response.body?.cancel();
    throw hubResponse(what, "it holds another range than the one asked for");
  }
  rmSync(file, { force: true });
  if (response.status !== 416) return 0;
  await response.body?.cancel();
  throw hubTruncated(what, 0, from);
}

/** Writes what arrives behind the first `start` bytes of the file; gives its size then. */
async function receive(
  response: Response,
  remote: RemoteFile,
  file: string,
  start: number,
  settings: HubSettings,
): Promise<number> {
  const { what, size } = remote;
  const handle = await open(file, start > 0 ? "r+" : "w");
  let at = start;
  let told = 0;
  const tell = (now: number) => {
    settings.onProgress({ name: what, receivedBytes: at, totalBytes: size });
    told = now;
  };
  try {
    tell(Date.now());
    for await (const chunk of chunksOfBody(response, settings)) {
      if (size !== undefined && at + chunk.length > size)
        throw hubResponse(what, `more than the ${size} bytes it should have`);
      await writeAll(handle, chunk, at);
      at += chunk.length;
      if (Date.now() - told >= PROGRESS_MS) tell(Date.now());
    }
    await handle.sync();
    tell(Date.now());
  } finally {
    await handle.close();
  }
  return at;
}

async function writeAll(handle: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < chunk.length;) {
    const { bytesWritten } = await handle.write(chunk, done, chunk.length - done, position + done);
    done += bytesWritten;
  }
}

/** Compares with the hub's checksum; a resumed download that fails is made once more from its beginning. */
async function verify(remote: RemoteFile, file: string, settings: HubSettings): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const received = await checksumOf(remote.etag, file);
    if (received === undefined || received === remote.etag) return;
    rmSync(file);
    if (attempt > 1) throw hubChecksum(remote.what, remote.etag, received);
    await fetchAll(remote, file, settings);
  }
}

/** In the kind of the etag: SHA-256, or git's SHA-1 over "blob <size>\0" and the bytes; undefined for other etags. */
async function checksumOf(etag: string, file: string): Promise<string | undefined> {
  const sha256 = /^[0-9a-f]{64}$/.test(etag);
  if (!sha256 && !/^[0-9a-f]{40}$/.test(etag)) return undefined;
  const hash = createHash(sha256 ? "sha256" : "sha1");
  if (!sha256) hash.update(`blob ${sizeOf(file)}\0`);
  for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}
