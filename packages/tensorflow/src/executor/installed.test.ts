import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { installedRuntimes } from "./installed.ts";

const folder = mkdtempSync(join(tmpdir(), "tersor-installed-"));
afterAll(() => rmSync(folder, { recursive: true }));

const tfjsNode = () => installedRuntimes(folder).find(({ name }) => name === "@tensorflow/tfjs-node");

test("a runtime that is not there comes with how to get it, and is found beside the user's project", () => {
  expect(tfjsNode()).toMatchObject({
    usable: false,
    advice: expect.stringContaining("npm install @tensorflow/tfjs-node@"),
  });
  const place = join(folder, "node_modules/@tensorflow/tfjs-node");
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "package.json"), JSON.stringify({ name: "@tensorflow/tfjs-node", version: "4.9.9" }));
  expect(tfjsNode()).toMatchObject({ usable: true, version: "4.9.9" });
});
