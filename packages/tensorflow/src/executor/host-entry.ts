// Where the child process begins: the built host beside this file. Where this file is itself read from source (tests,
// scripts of this repository) there is none, and the host is bundled on the spot, which takes a fraction of the
// seconds that loading its imports one by one would.

import { existsSync, mkdirSync, renameSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

let bundled: string | undefined;

/** Path of the script to fork. */
export function hostEntry(): string {
  const built = new URL("./host.js", import.meta.url);
  return existsSync(built) ? fileURLToPath(built) : (bundled ??= bundle());
}

interface Bundler {
  buildSync(options: Readonly<Record<string, unknown>>): unknown;
}

/** The bundle lies inside the package, where the imports of the runtimes resolve. */
function bundle(): string {
  const { buildSync } = createRequire(import.meta.url)("esbuild") as Bundler;
  const folder = new URL("../../out-tsc/", import.meta.url);
  const outfile = fileURLToPath(new URL("host.mjs", folder));
  const unfinished = `${outfile}.${process.pid}`;
  mkdirSync(folder, { recursive: true });
  buildSync({
    entryPoints: [fileURLToPath(new URL("./host.ts", import.meta.url))],
    outfile: unfinished,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@tersor/source"],
    external: ["@litertjs/*", "@tensorflow/*"],
    logLevel: "silent",
  });
  renameSync(unfinished, outfile);
  return outfile;
}
