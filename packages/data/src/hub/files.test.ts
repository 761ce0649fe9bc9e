import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { resolveHubFile, resolveHubFolder } from "./files.ts";
import { serveHub, type HubServer } from "./hub-server.fixture.ts";
import { hubSettings, type HubOptions, type HubProgress } from "./settings.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";
const large = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) >> 3);
const digest = createHash("sha256").update(large).digest("hex");
const files = {
  "config.json": '{"a":1}',
  "onnx/model.onnx": large,
  "onnx/model.onnx_data": "weights",
  "README.md": "# hi",
};

let hub: HubServer;
let cacheFolder: string;
const options = (more: HubOptions = {}): HubOptions => ({
  endpoint: hub.endpoint,
  cacheFolder,
  offline: false,
  retryDelayMs: 1,
  stallMs: 2000,
  attempts: 3,
  ...more,
});
const repoFolder = () => join(cacheFolder, "models--org--name");
const blobs = () => readdirSync(join(repoFolder(), "blobs")).sort();
const ranges = () => hub.log.filter(({ request }) => request.startsWith("GET /store/")).map(({ range }) => range);
const model = "hf:org/name/onnx/model.onnx";

beforeEach(async () => {
  hub = await serveHub([
    { id: "org/name", commit, files },
    { id: "org/gated", commit, files, token: "hf_secret" },
    { id: "org/table", type: "dataset", commit, files: { "train.csv": "a,b\n1,2\n" } },
  ]);
  cacheFolder = mkdtempSync(join(tmpdir(), "tersor-hub-"));
});
afterEach(() => hub.close());

describe("resolveHubFile", () => {
  it("lays the cache out as huggingface_hub does, and fetches each file once", async () => {
    const seen: HubProgress[] = [];
    const file = await resolveHubFile(model, options({ onProgress: (progress) => seen.push(progress) }));
    expect(file).toBe(join(repoFolder(), "snapshots", commit, "onnx", "model.onnx"));
    expect(readFileSync(file)).toEqual(Buffer.from(large));
    expect(readlinkSync(file)).toBe(`../../../blobs/${digest}`);
    expect(readFileSync(join(repoFolder(), "refs/main"), "utf8")).toBe(commit);
    expect(blobs()).toEqual([digest]);
    expect(seen[0]).toEqual({ name: model, receivedBytes: 0, totalBytes: large.length });
    expect(seen.at(-1)!.receivedBytes).toBe(large.length);
    await resolveHubFile(model, options());
    expect(ranges()).toHaveLength(1);
  });

  it("checks small files by git's checksum, under the name git gives them", async () => {
    const file = await resolveHubFile("hf:org/name@v1/config.json", options());
    expect(readFileSync(file, "utf8")).toBe(files["config.json"]);
    // printf '{"a":1}' | git hash-object --stdin
    expect(blobs()).toEqual(["daa5053ecf5f9a37b2de733d0751cc1ab53ac010"]);
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(repoFolder(), "refs/v1"), "utf8")).toBe(commit);
  });

  it("needs no network for a pinned commit, in offline mode, and where the hub is down", async () => {
    const file = await resolveHubFile(model, options());
    const before = hub.log.length;
    expect(await resolveHubFile(`hf:org/name@${commit}/onnx/model.onnx`, options())).toBe(file);
    expect(await resolveHubFile(model, options({ offline: true }))).toBe(file);
    expect(hub.log).toHaveLength(before);
    const down = options({ endpoint: "http://127.0.0.1:9", attempts: 1 });
    expect(await resolveHubFile(model, down)).toBe(file);
    await expect(resolveHubFile("hf:org/name/config.json", down)).rejects.toMatchObject({ code: "DATA_HUB_NETWORK" });
    await expect(resolveHubFile("hf:org/name/config.json", options({ offline: true }))).rejects.toMatchObject({
      code: "DATA_HUB_OFFLINE",
    });
  });

  it("goes on where an earlier download stopped", async () => {
    mkdirSync(join(repoFolder(), "blobs"), { recursive: true });
    writeFileSync(join(repoFolder(), "blobs", `${digest}.incomplete`), large.subarray(0, 100_000));
    await resolveHubFile(model, options());
    expect(ranges()).toEqual(["bytes=100000-"]);
    expect(blobs()).toEqual([digest]);
  });

  it("goes on after a broken connection, a stall and errors of the server", async () => {
    hub.faults["onnx/model.onnx"] = { statuses: [500, 429, 200], breakAfter: [100_000], stallAfter: [50_000] };
    const file = await resolveHubFile(model, options({ stallMs: 300, attempts: 3 }));
    expect(readFileSync(file)).toEqual(Buffer.from(large));
    expect(ranges()).toEqual([undefined, undefined, undefined, "bytes=100000-", "bytes=150000-"]);
  });

  it("begins anew where the server knows no ranges, or where what was there is wrong", async () => {
    mkdirSync(join(repoFolder(), "blobs"), { recursive: true });
    const partial = join(repoFolder(), "blobs", `${digest}.incomplete`);
    writeFileSync(partial, new Uint8Array(200_000));
    expect(readFileSync(await resolveHubFile(model, options()))).toEqual(Buffer.from(large));
    expect(ranges()).toEqual(["bytes=200000-", undefined]);
    cacheFolder = mkdtempSync(join(tmpdir(), "tersor-hub-"));
    hub.faults["onnx/model.onnx"] = { noRanges: true, breakAfter: [100_000] };
    expect(readFileSync(await resolveHubFile(model, options()))).toEqual(Buffer.from(large));
    expect(ranges().slice(2)).toEqual([undefined, "bytes=100000-"]);
  });

  it("keeps nothing of a download with a wrong checksum", async () => {
    hub.faults["onnx/model.onnx"] = { wrong: true };
    await expect(resolveHubFile(model, options())).rejects.toMatchObject({
      code: "DATA_HUB_CHECKSUM",
      data: { expected: digest },
    });
    expect(blobs()).toEqual([]);
    hub.faults["config.json"] = { wrong: true };
    await expect(resolveHubFile("hf:org/name/config.json", options())).rejects.toMatchObject({
      code: "DATA_HUB_CHECKSUM",
    });
  });

  it("says that a download ends too early, and keeps what came for the next time", async () => {
    hub.faults["onnx/model.onnx"] = { size: large.length + 10 };
    await expect(resolveHubFile(model, options())).rejects.toMatchObject({
      code: "DATA_HUB_TRUNCATED",
      data: { sizeBytes: large.length + 10 },
    });
    expect(blobs()).toEqual([`${digest}.incomplete`]);
    cacheFolder = mkdtempSync(join(tmpdir(), "tersor-hub-"));
    hub.faults["onnx/model.onnx"] = { stallAfter: Array.from({ length: 9 }, () => 1) };
    await expect(resolveHubFile(model, options({ stallMs: 100, attempts: 1 }))).rejects.toMatchObject({
      code: "DATA_HUB_NETWORK",
      message: expect.stringMatching(/silent for 0\.1 s/),
    });
  });

  it("refuses more bytes than were promised, and more than the disk holds, before it writes them", async () => {
    hub.faults["onnx/model.onnx"] = { size: 1000 };
    await expect(resolveHubFile(model, options())).rejects.toMatchObject({ code: "DATA_HUB_RESPONSE" });
    hub.faults["onnx/model.onnx"] = { size: 2 ** 52 };
    await expect(resolveHubFile(model, options())).rejects.toMatchObject({ code: "DATA_HUB_DISK_FULL" });
  });

  it("sends the token to the endpoint alone, and names it nowhere", async () => {
    const gated = "hf:org/gated/onnx/model.onnx";
    await expect(resolveHubFile(gated, options())).rejects.toMatchObject({ code: "DATA_HUB_ACCESS" });
    const wrong = await resolveHubFile(gated, options({ token: "hf_other" })).catch((error: unknown) => error);
    expect(JSON.stringify(wrong) + String(wrong)).not.toContain("hf_other");
    await resolveHubFile(gated, options({ token: "hf_secret" }));
    const stored = hub.log.filter(({ request }) => request.includes("/store/"));
    expect(stored.map(({ token }) => token)).toEqual([undefined]);
    expect(hub.log.some(({ token }) => token === "Bearer hf_secret")).toBe(true);
  });

  it("fetches a file once when it is asked for twice at the same time", async () => {
    await Promise.all([resolveHubFile(model, options()), resolveHubFile(model, options())]);
    expect(ranges()).toHaveLength(1);
  });

  it("stops when it is told to, and goes on later", async () => {
    hub.faults["onnx/model.onnx"] = { stallAfter: [50_000] };
    const stop = new AbortController();
    const stopped = resolveHubFile(
      model,
      options({
        signal: stop.signal,
        onProgress: ({ receivedBytes }) => receivedBytes === 0 && setTimeout(() => stop.abort(), 100),
      }),
    );
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
    await resolveHubFile(model, options());
    expect(ranges()).toEqual([undefined, "bytes=50000-"]);
  });

  it.each([
    ["hf:org/nothing/a.txt", "DATA_HUB_NOT_FOUND", /repository/],
    ["hf:org/name/a.txt", "DATA_HUB_NOT_FOUND", /file was not found/],
    ["hf:org/name@v9/config.json", "DATA_HUB_NOT_FOUND", /revision/],
    ["hf:org/name", "DATA_HUB_FILES", /file is needed/],
    ["hf:org/name/../../etc/passwd", "DATA_HUB_NAME", /inside/],
    ["hf:../name/a", "DATA_HUB_NAME", /name of a repository/],
    ["hf:org/name@..%2F..%2Fx/a", "DATA_HUB_NAME", /revision/],
    ["hf:org/name@%E0%A4%A/a", "DATA_HUB_NAME", /decoded/],
    ["hf:", "DATA_HUB_NAME", /not a name/],
  ])("refuses %s", async (name, code, message) => {
    await expect(resolveHubFile(name, options())).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(readdirSync(cacheFolder)).toEqual([]);
  });
});

describe("resolveHubFolder", () => {
  it("fetches what matches, from a listing in pages, and finds it again offline", async () => {
    const folder = await resolveHubFolder("hf:org/name", ["onnx/*"], options());
    expect(readdirSync(join(folder, "onnx")).sort()).toEqual(["model.onnx", "model.onnx_data"]);
    expect(existsSync(join(folder, "config.json"))).toBe(false);
    expect(await resolveHubFolder("hf:org/name", ["onnx/*"], options({ offline: true }))).toBe(folder);
    await expect(resolveHubFolder("hf:org/name", ["*.bin"], options())).rejects.toMatchObject({
      code: "DATA_HUB_FILES",
      message: expect.stringContaining("onnx/model.onnx"),
    });
  });

  it("tries listings again, and reads datasets", async () => {
    hub.faults["api"] = { statuses: [503, 500] };
    const folder = await resolveHubFolder({ hub: "org/table", type: "dataset" }, ["**"], options());
    expect(readFileSync(join(folder, "train.csv"), "utf8")).toBe("a,b\n1,2\n");
    await expect(resolveHubFolder("hf:org/nothing", ["**"], options())).rejects.toMatchObject({
      code: "DATA_HUB_NOT_FOUND",
    });
  });
});

describe("hubSettings", () => {
  it("reads the environment of huggingface_hub", () => {
    expect(
      hubSettings({}, { HF_HOME: "/h", HF_TOKEN: " hf_x\n", HF_ENDPOINT: "http://mirror/", HF_HUB_OFFLINE: "YES" }),
    ).toMatchObject({
      cacheFolder: "/h/hub",
      token: "hf_x",
      endpoint: "http://mirror",
      offline: true,
      stallMs: 30_000,
    });
    expect(hubSettings({}, { HF_HOME: "/h", HF_HUB_CACHE: "/c", HF_HUB_DOWNLOAD_TIMEOUT: "5" })).toMatchObject({
      cacheFolder: "/c",
      offline: false,
      endpoint: "https://huggingface.co",
      stallMs: 5000,
    });
    expect(() => hubSettings({}, { HF_ENDPOINT: "mirror" })).toThrow(expect.objectContaining({ code: "DATA_OPTION" }));
  });
});
