// Models of the hub, through a server on the loopback that answers as the hub does.
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { inspect } from "./inspect.ts";
import { defaultOutput } from "./output.ts";
import { quantize } from "./quantize.ts";
import { pathIn } from "./recipe-options.ts";

const fixtures = fileURLToPath(new URL("../../fixtures/", import.meta.url));
const commit = "0123456789abcdef0123456789abcdef01234567";
const files: Readonly<Record<string, Buffer>> = {
  "onnx/model.onnx": readFileSync(join(fixtures, "blobs-external.onnx")),
  "onnx/blobs-weights.bin": readFileSync(join(fixtures, "blobs-weights.bin")),
};
const scratch = mkdtempSync(join(tmpdir(), "tersor-hub-cli-"));
let server: Server;

function answer({ url = "", method }: IncomingMessage, response: ServerResponse): void {
  const json = (value: unknown) => response.setHeader("content-type", "application/json").end(JSON.stringify(value));
  if (url.startsWith(`/api/models/org/blobs/tree/${commit}`))
    return void json(Object.entries(files).map(([path, { length }]) => ({ type: "file", path, size: length })));
  if (url.startsWith("/api/models/org/blobs/")) return void json({ id: "org/blobs", sha: commit });
  const content = files[/^\/org\/blobs\/resolve\/[^/]+\/(.*)$/.exec(url)?.[1] ?? ""];
  if (content === undefined) return void response.writeHead(404, { "x-error-code": "RepoNotFound" }).end();
  const etag = createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
  response.writeHead(200, { "x-repo-commit": commit, etag: `"${etag}"`, "content-length": content.length });
  response.end(method === "HEAD" ? undefined : content);
}

beforeAll(async () => {
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("HF_ENDPOINT", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv("HF_HUB_CACHE", join(scratch, "cache"));
  vi.stubEnv("HF_HUB_OFFLINE", "0");
});
afterAll(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

it("quantizes a model of the hub with its external data, and finds it again offline", { timeout: 60_000 }, async () => {
  const stages: string[] = [];
  const output = join(scratch, "blobs.onnx");
  const report = await quantize("hf:org/blobs", {
    output,
    mode: "dynamic",
    onProgress: ({ stage }) => stages.push(stage),
  });
  expect(existsSync(output)).toBe(true);
  expect(stages).toContain("download MB");
  expect(report.model.sizeBytes).toBe(Object.values(files).reduce((sum, { length }) => sum + length, 0));
  vi.stubEnv("HF_HUB_OFFLINE", "1");
  expect((await inspect(`hf:org/blobs@${commit}/onnx/model.onnx`)).nodes.length).toBeGreaterThan(0);
  await expect(inspect("hf:org/other")).rejects.toMatchObject({ code: "DATA_HUB_OFFLINE" });
  vi.stubEnv("HF_HUB_OFFLINE", "0");
  await expect(inspect("hf:org/other")).rejects.toMatchObject({ code: "DATA_HUB_NOT_FOUND" });
});

it("writes beside nothing, and leaves names of the hub in recipes as they are", () => {
  expect(defaultOutput("hf:org/blobs@main/onnx/model.onnx", "qdq")).toBe("model.qdq.onnx");
  expect(defaultOutput("hf:org/blobs@v1", "qdq")).toBe("blobs.qdq.onnx");
  expect(pathIn("folder", "hf:org/blobs")).toBe("hf:org/blobs");
});
