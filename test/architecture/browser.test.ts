// What runs in plain TypeScript stays able to run in a browser: core, quantize and tune bundle for one, and the bundle loads
// where there is no `process`, no `Buffer` and no `require`.
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { filesOf, importsOf, packages } from "./packages.ts";

const plain = packages.filter(({ folder }) => ["core", "quantize", "tune"].includes(folder));

function bundle(path: string) {
  return build({
    entryPoints: [join(path, "src/index.ts")],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "bundled",
    platform: "browser",
    conditions: ["@tersor/source"],
    logLevel: "silent",
    // Whatever the manifests say about side effects: the whole code has to load.
    ignoreAnnotations: true,
  });
}

/** What a browser offers and a bare JavaScript realm does not. */
const browserGlobals = { TextDecoder, TextEncoder, URL, AbortController, AbortSignal, structuredClone, performance };

describe.each(plain)("$manifest.name", ({ path }) => {
  it("bundles for a browser and loads there", async () => {
    const { outputFiles } = await bundle(path);
    const exported = runInNewContext(`${outputFiles[0]?.text}; Object.keys(bundled)`, {
      ...browserGlobals,
    }) as string[];
    expect(exported.length).toBeGreaterThan(0);
  });

  it("imports nothing of Node", () => {
    const imports = filesOf(path, "source").flatMap(importsOf);
    expect(imports.filter(({ specifier }) => specifier.startsWith("node:"))).toEqual([]);
  });
});
