// Every package, packed and installed alone in an empty project: it loads in JavaScript, its types hold in TypeScript
// without skipLibCheck, and publint and are-the-types-wrong have nothing to say.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packages, root, type Package } from "../architecture/packages.ts";
import { installAlone, packAll, run, scratchFolder, writeJson, type Tarballs } from "./project.ts";
import { uses } from "./uses.ts";

const scratch = scratchFolder();
let tarballs: Tarballs;

beforeAll(() => {
  tarballs = packAll(scratch.path);
});
afterAll(scratch.remove);

const tarballOf = ({ manifest }: Package): string => tarballs.get(manifest.name) ?? "";
const tool = (path: string): string => join(root, "node_modules", path);

const strictest = {
  target: "es2022",
  lib: ["es2023", "dom"],
  module: "nodenext",
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
  types: [],
};

describe.each(packages)("$manifest.name", (pack) => {
  let project: string;

  beforeAll(() => {
    project = installAlone(scratch.path, pack, tarballs, ["--omit=optional"]);
  });

  it("installs alone: only the packages that its manifest names come with it", () => {
    const lock = JSON.parse(readFileSync(join(project, "package-lock.json"), "utf8")) as { packages: object };
    const installed = Object.keys(lock.packages).filter((path) => /node_modules\/(@tersor\/\w+|tersor)$/.test(path));
    const declared = Object.keys(pack.manifest.dependencies ?? {}).filter((name) => name.startsWith("@tersor/"));
    expect(installed).toEqual([pack.manifest.name, ...declared].map((name) => `node_modules/${name}`).sort());
  });

  it("works from JavaScript", () => {
    writeFileSync(join(project, "use.mjs"), uses[pack.folder] ?? "");
    expect(run(project, [process.execPath, "use.mjs"]).stdout).toBe("ok\n");
  });

  it("works from TypeScript", () => {
    writeFileSync(join(project, "use.ts"), uses[pack.folder] ?? "");
    writeJson(join(project, "tsconfig.json"), { compilerOptions: strictest, files: ["use.ts"] });
    const check = run(project, [process.execPath, tool("typescript/bin/tsc"), "--project", project]);
    expect(check.stdout).toBe("");
  });

  it("passes publint", async () => {
    const { buffer } = new Uint8Array(readFileSync(tarballOf(pack)));
    const { messages, pkg } = await publint({ pack: { tarball: buffer } });
    expect(messages.map((message) => formatMessage(message, pkg ?? {}, { color: false }))).toEqual([]);
  });

  it("passes are-the-types-wrong", () => {
    const attw = tool("@arethetypeswrong/cli/dist/index.js");
    const check = run(project, [process.execPath, attw, tarballOf(pack), "--profile", "esm-only", "--quiet"]);
    expect(check.stdout).toBe("");
  });
});
