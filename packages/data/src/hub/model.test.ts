import { lstatSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { serveHub, type HubServer } from "./hub-server.fixture.ts";
import { resolveHubModel } from "./model.ts";
import type { HubOptions } from "./settings.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";
/** The bytes that name external data in an ONNX file, among others. */
const naming = (file: string) => `${"x".repeat(2000)}\n\x08location\x12${String.fromCharCode(file.length)}${file}`;

let hub: HubServer;
let options: HubOptions;
beforeEach(async () => {
  hub = await serveHub([
    {
      id: "org/usual",
      commit,
      files: { "onnx/model.onnx": "a", "onnx/model_int8.onnx": "b", "model.onnx": "c", "other/x.onnx": "d" },
    },
    { id: "org/one", commit, files: { "net.onnx": "only", "README.md": "" } },
    { id: "org/two", commit, files: { "a.onnx": "a", "b.onnx": "b" } },
    { id: "org/none", commit, files: { "model.safetensors": "a" } },
    {
      id: "org/external",
      commit,
      files: {
        "onnx/model.onnx": naming("model.onnx_data") + naming("../secret") + naming("absent"),
        "onnx/model.onnx_data": "weights",
        secret: "s",
        "onnx/unrelated.bin": "u",
      },
    },
  ]);
  const cacheFolder = mkdtempSync(join(tmpdir(), "tersor-hub-model-"));
  options = { endpoint: hub.endpoint, cacheFolder, offline: false, retryDelayMs: 1 };
});
afterEach(() => hub.close());
const contents = async (name: string) => readFileSync(await resolveHubModel(name, options), "utf8");

describe("resolveHubModel", () => {
  it("takes the usual file, the only one, or the one that is named", async () => {
    expect(await contents("hf:org/usual")).toBe("a");
    expect(await contents("hf:org/usual/onnx/model_int8.onnx")).toBe("b");
    expect(await contents("hf:org/usual/other")).toBe("d");
    expect(await contents(`hf:org/one@${commit}`)).toBe("only");
    await expect(contents("hf:org/two")).rejects.toThrow(/name one by its path\. There are a\.onnx, b\.onnx/);
    await expect(contents("hf:org/two/c.onnx")).rejects.toThrow(/a\.onnx, b\.onnx/);
    await expect(contents("hf:org/none")).rejects.toThrow(/no ONNX model\. There are model\.safetensors/);
  });

  it("fetches external data, and lays real files side by side", async () => {
    const model = await resolveHubModel("hf:org/external", options);
    const names = readdirSync(dirname(model)).sort();
    expect(names).toEqual(["model.onnx", "model.onnx_data"]);
    for (const name of names) expect(lstatSync(join(dirname(model), name)).isFile()).toBe(true);
    expect(hub.log.some(({ request }) => request.includes("unrelated"))).toBe(false);
    expect(await resolveHubModel("hf:org/external", { ...options, offline: true })).toBe(model);
  });
});
