// Which runtimes of TensorFlow's own are installed, for `tersor doctor`. All of them are optional: without them models
// are run in onnxruntime only, and TensorFlow Lite files not at all.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** One runtime, and what to do where it is missing. */
export interface TensorFlowRuntime {
  /** The package that is loaded. */
  readonly name: string;
  readonly purpose: string;
  readonly usable: boolean;
  readonly version?: string;
  readonly problem?: string;
  readonly advice?: string;
}

interface Known {
  readonly packages: readonly [main: string, ...rest: string[]];
  readonly version: string;
  readonly purpose: string;
  /** Looked for beside the user's own packages too. */
  readonly ofUser?: true;
}

const tfjs = ["core", "converter", "backend-wasm", "backend-cpu"].map((part) => `@tensorflow/tfjs-${part}`);

const known: readonly Known[] = [
  { packages: tfjs as [string, ...string[]], version: "4.22.0", purpose: "proves what is read from TensorFlow" },
  { packages: ["@litertjs/core"], version: "2.5.3", purpose: "runs TensorFlow Lite files" },
  {
    packages: ["@tensorflow/tfjs-node"],
    version: "4.22.0",
    purpose: "TensorFlow itself, in place of tfjs-core (optional)",
    ofUser: true,
  },
];

/** The runtimes by their packages; nothing is loaded. */
export function installedRuntimes(folder = process.cwd()): readonly TensorFlowRuntime[] {
  return known.map(({ packages, version, purpose, ofUser }) => {
    const places = ofUser ? [import.meta.url, join(folder, "package.json")] : [import.meta.url];
    const versions = packages.map((name) => [name, versionOf(name, places)] as const);
    const missing = versions.filter(([, found]) => found === undefined).map(([name]) => name);
    const [name, found] = versions[0]!;
    if (missing.length === 0) return { name, purpose, usable: true, version: found! };
    const advice = `Run "npm install ${missing.map((one) => `${one}@${version}`).join(" ")}" in your project.`;
    return { name, purpose, usable: false, problem: "is not installed.", advice };
  });
}

function versionOf(name: string, places: readonly string[]): string | undefined {
  for (const place of places) {
    try {
      const file = createRequire(place).resolve(`${name}/package.json`);
      const { version } = JSON.parse(readFileSync(file, "utf8")) as { readonly version: string };
      return version;
    } catch {
      continue;
    }
  }
  return undefined;
}
