// A headless Chromium driven over its debugging pipe (https://chromedevtools.github.io/devtools-protocol): messages are
// JSON that ends with a NUL, written to file descriptor 3 and read from 4. No package is needed for that.

import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

/** Where a Chromium may be: named by TERSOR_CHROMIUM, or installed from a package. */
const places = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The browser to test with, if there is one. */
export function findBrowser(): string | undefined {
  const named = process.env["TERSOR_CHROMIUM"];
  return (named ? [named, ...places] : places).find((path) => existsSync(path));
}

type Message = Readonly<Record<string, unknown>>;

/** A page under test. */
export interface Page {
  /** Errors, warnings and other output of the page, and requests it made. */
  readonly output: readonly string[];
  readonly requests: readonly string[];
  open(url: string): Promise<void>;
  /** The value of an expression in the page. */
  evaluate<T>(expression: string): Promise<T>;
  /** Bytes of a PNG of the whole page. */
  screenshot(): Promise<Buffer>;
  look(looks: { readonly width: number; readonly scheme: "light" | "dark" }): Promise<void>;
}

/** A running browser. */
export interface Browser {
  page(): Promise<Page>;
  close(): Promise<void>;
}

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--hide-scrollbars",
  "--remote-debugging-pipe",
];

/** Starts a browser with a profile of its own. */
export function startBrowser(path: string): Browser {
  const profile = mkdtempSync(join(tmpdir(), "tersor-browser-"));
  const child = spawn(path, [...flags, `--user-data-dir=${profile}`], {
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
  });
  const wire = wireOf(child);
  return {
    page: () => openPage(wire),
    close: async () => {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      await wire.send("Browser.close", {});
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

interface Wire {
  send(method: string, params: Message, sessionId?: string): Promise<Message>;
  on(listener: (method: string, params: Message, sessionId: string | undefined) => void): void;
}

function wireOf(child: ChildProcess): Wire {
  const [to, from] = [child.stdio[3] as Writable, child.stdio[4] as Readable];
  const waiting = new Map<number, { resolve: (result: Message) => void; reject: (error: Error) => void }>();
  const listeners: Parameters<Wire["on"]>[0][] = [];
  let next = 0;
  let rest = "";
  from.setEncoding("utf8");
  from.on("data", (text: string) => {
    const pieces = (rest + text).split("\0");
    rest = pieces.pop()!;
    for (const piece of pieces) receive(JSON.parse(piece) as Message);
  });
  child.once("exit", () => {
    for (const { reject } of waiting.values()) reject(new Error("the browser ended"));
  });
  const receive = (message: Message): void => {
    const { id, method, params, result, error, sessionId } = message;
    if (typeof method === "string") {
      for (const listener of listeners) listener(method, (params ?? {}) as Message, sessionId as string | undefined);
      return;
    }
    const call = waiting.get(id as number);
    waiting.delete(id as number);
    if (error) call?.reject(new Error(JSON.stringify(error)));
    else call?.resolve((result ?? {}) as Message);
  };
  return {
    on: (listener) => listeners.push(listener),
    send: (method, params, sessionId) =>
      new Promise((resolve, reject) => {
        const id = ++next;
        waiting.set(id, { resolve, reject });
        to.write(`${JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) })}\0`);
      }),
  };
}

async function openPage(wire: Wire): Promise<Page> {
  const { targetId } = await wire.send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = (await wire.send("Target.attachToTarget", { targetId, flatten: true })) as {
    sessionId: string;
  };
  const call = (method: string, params: Message = {}) => wire.send(method, params, sessionId);
  const output: string[] = [];
  const requests: string[] = [];
  let loaded = (): void => {};
  wire.on((method, params, session) => {
    if (session !== sessionId) return;
    if (method === "Page.loadEventFired") loaded();
    if (method === "Network.requestWillBeSent") requests.push((params["request"] as { url: string }).url);
    if (method === "Log.entryAdded" || method === "Runtime.consoleAPICalled" || method === "Runtime.exceptionThrown")
      output.push(JSON.stringify(params));
  });
  for (const domain of ["Page", "Runtime", "Log", "Network"]) await call(`${domain}.enable`);
  return {
    output,
    requests,
    open: async (url) => {
      const done = new Promise<void>((resolve) => (loaded = resolve));
      await call("Page.navigate", { url });
      await done;
    },
    evaluate: async <T>(expression: string) => {
      const { result, exceptionDetails } = await call("Runtime.evaluate", {
        expression,
        returnByValue: true,
        awaitPromise: true,
      });
      if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
      return (result as { value: T }).value;
    },
    screenshot: async () => {
      const { data } = await call("Page.captureScreenshot", { format: "png", captureBeyondViewport: true });
      return Buffer.from(data as string, "base64");
    },
    look: async ({ width, scheme }) => {
      await call("Emulation.setDeviceMetricsOverride", {
        width,
        height: 900,
        deviceScaleFactor: 1,
        mobile: width < 600,
      });
      await call("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
    },
  };
}
