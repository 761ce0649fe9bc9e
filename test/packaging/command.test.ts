// The first minute of a user: an empty folder with no package.json and no .npmrc, `npm install tersor`, `npx tersor`.
// Once with all that npm brings, and once without the optional packages, where onnxruntime-web has to step in.
import { copyFileSync, existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packages, root } from "../architecture/packages.ts";
import { installTarballs, npx, packAll, scratchFolder, type Tarballs } from "./project.ts";

const command = packages.find(({ manifest }) => manifest.name === "tersor");
const [model] = ts.sys.readDirectory(join(root, "examples/quickstart"), [".onnx"]);
const reason = !existsSync(join(command?.path ?? "", "src/bin.ts"))
  ? "packages/cli has no src/bin.ts"
  : model === undefined
    ? "examples/quickstart has no model"
    : undefined;

const scratch = scratchFolder();
let tarballs: Tarballs;

beforeAll(() => {
  if (reason === undefined) tarballs = packAll(scratch.path);
});
afterAll(scratch.remove);

const installations = [
  { title: "all that npm brings", name: "full", options: [] },
  { title: "no optional packages", name: "bare", options: ["--omit=optional"] },
] as const;

describe.skipIf(reason !== undefined).each(installations)(
  `tersor with $title${because(reason)}`,
  ({ name, options }) => {
    const project = join(scratch.path, name);

    beforeAll(() => {
      installTarballs(project, tarballs, options);
      mkdirSync(join(project, "models"));
      copyFileSync(model ?? "", join(project, "models/model.onnx"));
    });

    it("says its version", () => {
      expect(npx(project, ["tersor", "--version"]).stdout.trim()).toBe(command?.manifest.version);
    });

    it("says what is there and what is missing", () => {
      expect(npx(project, ["tersor", "doctor"]).stdout).toContain("onnxruntime-web");
    });

    it("quantizes a model", () => {
      const output = join(project, "models/small.onnx");
      npx(project, ["tersor", "quantize", "models/model.onnx", "--mode", "dynamic", "--output", output]);
      expect(statSync(output).size).toBeLessThan(statSync(join(project, "models/model.onnx")).size / 2);
    });

    it("says once that onnxruntime-web steps in, where onnxruntime-node is not installed", () => {
      const args = ["tersor", "quantize", "models/model.onnx", "--mode", "dynamic", "--output", "models/again.onnx"];
      const notices = npx(project, args)
        .stderr.split("\n")
        .filter((line) => line.includes("onnxruntime-web"));
      expect(notices).toHaveLength(existsSync(join(project, "node_modules/onnxruntime-node")) ? 0 : 1);
    });
  },
);

function because(why: string | undefined): string {
  return why === undefined ? "" : ` (skipped: ${why})`;
}
