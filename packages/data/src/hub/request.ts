// HTTP as a hub needs it: redirects followed by hand, so that the token goes to the endpoint alone; a silent server
// ends in an error; what may pass (lost connections, 408, 429, 5xx) is tried again, with growing pauses.

import { hubAccess, hubNetwork, hubNotFound, hubResponse } from "../errors.ts";
import type { HubSettings } from "./settings.ts";

/** What to ask for. */
export interface HubRequest {
  /** What messages call it. */
  readonly what: string;
  readonly url: string;
  readonly method?: "GET" | "HEAD";
  readonly headers?: Readonly<Record<string, string>>;
  /** "elsewhere" stops at a redirect that leaves the endpoint, and gives it. Default: all are followed. */
  readonly stopAt?: "elsewhere";
}

const MOST_REDIRECTS = 10;
const passing = [408, 425, 429, 500, 502, 503, 504];

/** A failure that may pass. */
class Passing extends Error {
  readonly afterMs: number | undefined;
  constructor(message: string, options: { readonly cause?: unknown; readonly afterMs?: number } = {}) {
    super(message, { cause: options.cause });
    this.afterMs = options.afterMs;
  }
}

/** Whether an error may pass when the same is tried again. */
export function mayPass(error: unknown): error is Error {
  return error instanceof Passing;
}

/**
 * Sends a request, again where that may help, and gives a good answer (2xx, or 416 where a range was asked for).
 * @throws DATA_HUB_NOT_FOUND, DATA_HUB_ACCESS, DATA_HUB_RESPONSE, DATA_HUB_NETWORK
 */
export function send(request: HubRequest, settings: HubSettings): Promise<Response> {
  return again(request.what, settings, () => sendOnce(request, settings));
}

/** Like `send`, with the body read to its end, so that what breaks or stalls there is tried again too. */
export function sendWhole(request: HubRequest, settings: HubSettings, mostBytes: number): Promise<Response> {
  return again(request.what, settings, async () => {
    const response = await sendOnce(request, settings);
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of chunksOfBody(response, settings)) {
      parts.push(chunk);
      if ((size += chunk.length) > mostBytes) throw hubResponse(request.what, `it is longer than ${mostBytes} bytes`);
    }
    return new Response(Buffer.concat(parts), { status: response.status, headers: response.headers });
  });
}

async function again<T>(what: string, settings: HubSettings, job: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await job();
    } catch (error) {
      if (!mayPass(error)) throw error;
      if (attempt >= settings.attempts) throw hubNetwork(what, error.message, attempt, error.cause);
      await pause(attempt, error, settings);
    }
  }
}

/** Waits before the next try: as long as the server asks for (a minute at most), else twice as long each time. */
export async function pause(attempt: number, error: Error, settings: HubSettings): Promise<void> {
  const asked = error instanceof Passing ? error.afterMs : undefined;
  const delay = Math.min(asked ?? settings.retryDelayMs * 2 ** (attempt - 1), 60_000);
  const { signal } = settings;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(done, delay);
    signal?.addEventListener("abort", stop, { once: true });
    function done() {
      signal?.removeEventListener("abort", stop);
      resolve();
    }
    function stop() {
      clearTimeout(timer);
      reject(signal?.reason);
    }
  });
}

/** One try. @throws Passing, and what `send` throws */
export async function sendOnce(request: HubRequest, settings: HubSettings): Promise<Response> {
  let url = new URL(request.url);
  const home = new URL(settings.endpoint).origin;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    const response = await fetchOnce(url, request, url.origin === home ? settings.token : undefined, settings);
    const next = redirectOf(response, url, request.what);
    if (next === undefined) return checked(response, request, settings);
    if (request.stopAt === "elsewhere" && next.origin !== home) return response;
    await response.body?.cancel();
    url = next;
  }
  throw hubResponse(request.what, `more than ${MOST_REDIRECTS} redirects`);
}

async function fetchOnce(
  url: URL,
  { method = "GET", headers = {} }: HubRequest,
  token: string | undefined,
  settings: HubSettings,
): Promise<Response> {
  const { signal, cleared } = stallSignal(settings);
  try {
    return await fetch(url, {
      method,
      redirect: "manual",
      signal,
      headers: {
        "accept-encoding": "identity",
        "user-agent": "tersor",
        ...headers,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
    });
  } catch (error) {
    settings.signal?.throwIfAborted();
    throw new Passing(reasonOf(error, settings), { cause: error });
  } finally {
    cleared();
  }
}

/** A signal for the time until the head of an answer is there; the body is watched chunk by chunk. */
function stallSignal(settings: HubSettings): { signal: AbortSignal; cleared: () => void } {
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(new Error("stalled")), settings.stallMs);
  const signal = settings.signal === undefined ? stalled.signal : AbortSignal.any([stalled.signal, settings.signal]);
  return { signal, cleared: () => clearTimeout(timer) };
}

/** What a failure of `fetch` or of reading its body comes from, without addresses or headers. */
function reasonOf(error: unknown, settings: HubSettings): string {
  if (error instanceof Error && error.message === "stalled") return silence(settings);
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (typeof code === "string") return `the connection failed (${code})`;
  return `the connection failed (${cause instanceof Error ? cause.message : String(cause)})`;
}

function silence({ stallMs }: HubSettings): string {
  return `the server was silent for ${stallMs / 1000} s`;
}

function redirectOf(response: Response, from: URL, what: string): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(response.status)) return undefined;
  const location = response.headers.get("location");
  if (location === null || !URL.canParse(location, from.href)) throw hubResponse(what, "a redirect to nowhere");
  const next = new URL(location, from);
  const downgrade = from.protocol === "https:" && next.protocol !== "https:";
  if (downgrade || !/^https?:$/.test(next.protocol)) throw hubResponse(what, `a redirect to ${next.protocol}//`);
  return next;
}

async function checked(response: Response, request: HubRequest, settings: HubSettings): Promise<Response> {
  const { status, headers } = response;
  if (response.ok || (status === 416 && request.headers?.["range"] !== undefined)) return response;
  await response.body?.cancel();
  const code = headers.get("x-error-code") ?? "";
  if (status === 401 || status === 403) throw hubAccess(request.what, status, settings.token !== undefined);
  if (status === 404) throw hubNotFound(request.what, missing(code), status);
  if (passing.includes(status)) throw new Passing(`HTTP ${status}`, afterOf(headers.get("retry-after")));
  throw hubResponse(request.what, `HTTP ${status}`);
}

function missing(code: string): "file" | "repository" | "revision" {
  if (code === "RepoNotFound") return "repository";
  return code === "RevisionNotFound" ? "revision" : "file";
}

function afterOf(value: string | null): { readonly afterMs?: number } {
  const seconds = Number(value);
  return value === null || !(seconds >= 0) ? {} : { afterMs: seconds * 1000 };
}

/** The chunks of an answer. @throws Passing when the connection breaks or the server goes silent */
export async function* chunksOfBody(response: Response, settings: HubSettings): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await nextChunk(reader, settings);
      if (done) return;
      yield value;
    }
  } finally {
    // Frees the connection where the walk ended early; an error of it has been told already.
    void reader.cancel().catch(() => undefined);
  }
}

type Chunk = { readonly done: true; readonly value?: undefined } | { readonly done: false; readonly value: Uint8Array };

async function nextChunk(reader: ReadableStreamDefaultReader<Uint8Array>, settings: HubSettings): Promise<Chunk> {
  const { signal, cleared } = stallSignal(settings);
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
  try {
    const { done, value } = await Promise.race([reader.read(), stopped]);
    return done || value === undefined ? { done: true } : { done: false, value };
  } catch (error) {
    settings.signal?.throwIfAborted();
    throw new Passing(reasonOf(error, settings), { cause: error });
  } finally {
    cleared();
  }
}
