// A hub on the loopback for tests: it serves repositories from memory as huggingface.co does (heads with X-Repo-Commit
// and ETags, large files by a redirect to another origin, listings in pages), and fails on request.

import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a test makes the next answers do, by the path of the file. */
export interface Faults {
  /** Status codes of the next requests for bytes; 200 passes. */
  statuses?: number[];
  /** The next answers end after so many bytes, the connection broken. */
  breakAfter?: number[];
  /** The next answers say the right length, and stop sending after so many bytes. */
  stallAfter?: number[];
  /** Bytes other than the promised ones. */
  wrong?: boolean;
  /** No answer to ranges but the whole. */
  noRanges?: boolean;
  /** The head says another size. */
  size?: number;
}

export interface HubServer {
  readonly endpoint: string;
  /** "METHOD path range" of each request, and whether it came with a token. */
  readonly log: { readonly request: string; readonly range: string | undefined; readonly token: string | undefined }[];
  readonly faults: Record<string, Faults>;
  close(): Promise<void>;
}

export interface ServedRepo {
  readonly type?: "dataset" | "model";
  readonly id: string;
  readonly commit: string;
  readonly files: Readonly<Record<string, Uint8Array | string>>;
  /** Only with this token. */
  readonly token?: string;
}

const lfsBytes = 1000;
const bytesOf = (content: Uint8Array | string) =>
  typeof content === "string" ? new TextEncoder().encode(content) : content;
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const gitSha1 = (bytes: Uint8Array) => createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");

/** Starts a hub and, on another port, the store of its large files. */
export async function serveHub(repos: readonly ServedRepo[]): Promise<HubServer> {
  const log: HubServer["log"] = [];
  const faults: HubServer["faults"] = {};
  const store = await listen((request, response) => {
    note(log, request);
    const [, name = ""] = (request.url ?? "").split("/store/");
    const [id = "", path = ""] = decodeURIComponent(name).split("|");
    const repo = repos.find((candidate) => candidate.id === id)!;
    sendBytes(request, response, bytesOf(repo.files[path]!), faults[path] ?? {});
  });
  const hub = await listen((request, response) => {
    note(log, request);
    answer(request, response, repos, faults, addressOf(store));
  });
  const close = async () => {
    for (const server of [hub, store]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  };
  return { endpoint: addressOf(hub), log, faults, close };
}

function note(log: HubServer["log"], { method, url, headers }: IncomingMessage): void {
  log.push({ request: `${method} ${url}`, range: headers.range, token: headers.authorization });
}

async function listen(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<Server> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  repos: readonly ServedRepo[],
  faults: Record<string, Faults>,
  store: string,
): void {
  const url = new URL(request.url ?? "", "http://hub");
  const [, api, kind, org, name, rest = ""] =
    /^\/(api\/)?(datasets\/|models\/)?([^/]+)\/([^/]+)(?:\/(.*))?$/.exec(url.pathname) ?? [];
  const type = kind === "datasets/" ? "dataset" : "model";
  const repo = repos.find((one) => one.id === `${org}/${name}` && (one.type ?? "model") === type);
  if (repo === undefined) return refuse(response, 404, "RepoNotFound");
  if (repo.token !== undefined && request.headers.authorization !== `Bearer ${repo.token}`)
    return refuse(response, 401, "GatedRepo");
  if (api !== undefined) return answerApi(response, repo, rest, url, faults);
  const [, revision = "", path = ""] = /^resolve\/([^/]+)\/(.*)$/.exec(decodeURI(rest)) ?? [];
  if (![repo.commit, "main", "v1"].includes(revision)) return refuse(response, 404, "RevisionNotFound");
  const content = repo.files[path];
  if (content === undefined) return refuse(response, 404, "EntryNotFound");
  answerFile(request, response, repo, path, faults[path] ?? {}, store);
}

function answerFile(
  request: IncomingMessage,
  response: ServerResponse,
  repo: ServedRepo,
  path: string,
  fault: Faults,
  store: string,
): void {
  const bytes = bytesOf(repo.files[path]!);
  response.setHeader("x-repo-commit", repo.commit);
  if (bytes.length < lfsBytes) {
    response.setHeader("etag", `"${gitSha1(bytes)}"`);
    return sendBytes(request, response, bytes, fault);
  }
  response.setHeader("x-linked-etag", `"${sha256(bytes)}"`);
  response.setHeader("x-linked-size", String(fault.size ?? bytes.length));
  response.setHeader("etag", '"pointer"');
  const location = `${store}/store/${encodeURIComponent(`${repo.id}|${path}`)}`;
  response.writeHead(302, { location, "content-length": 3 }).end(request.method === "HEAD" ? undefined : "see");
}

function answerApi(
  response: ServerResponse,
  repo: ServedRepo,
  rest: string,
  url: URL,
  faults: Record<string, Faults>,
): void {
  const status = faults["api"]?.statuses?.shift() ?? 200;
  if (status !== 200) return refuse(response, status);
  const json = (value: unknown) => response.setHeader("content-type", "application/json").end(JSON.stringify(value));
  if (!rest.startsWith("tree/")) return void json({ _id: "1", id: repo.id, sha: repo.commit, private: false });
  const entries = Object.entries(repo.files).map(([path, content]) => ({ type: "file", path, size: content.length }));
  const page = Number(url.searchParams.get("page") ?? 0);
  if (page === 0 && entries.length > 2) {
    response.setHeader("link", `<http://${response.req.headers.host}${url.pathname}?page=1>; rel="next"`);
  }
  json(page === 0 ? entries.slice(0, 2) : entries.slice(2));
}

function sendBytes(request: IncomingMessage, response: ServerResponse, right: Uint8Array, fault: Faults): void {
  if (request.method === "HEAD") return void response.setHeader("content-length", right.length).end();
  const status = fault.statuses?.shift() ?? 200;
  if (status !== 200) return refuse(response, status);
  const bytes = fault.wrong === true ? right.map((byte) => byte ^ 1) : right;
  const from = fault.noRanges === true ? 0 : Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  if (from > 0 && from >= bytes.length) return refuse(response, 416);
  const part = bytes.subarray(from);
  if (from > 0) response.setHeader("content-range", `bytes ${from}-${bytes.length - 1}/${bytes.length}`);
  response.writeHead(from > 0 ? 206 : 200, { "content-length": part.length });
  const broken = fault.breakAfter?.shift();
  const stalled = broken === undefined ? fault.stallAfter?.shift() : undefined;
  if (broken !== undefined)
    return void response.write(part.subarray(0, broken), () => setTimeout(() => response.destroy(), 20));
  if (stalled !== undefined) return void response.write(part.subarray(0, stalled));
  response.end(part);
}

function refuse(response: ServerResponse, status: number, code?: string): void {
  if (code !== undefined) response.setHeader("x-error-code", code);
  response.writeHead(status).end();
}
