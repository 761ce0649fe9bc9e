// What there is to run models with, for `tersor doctor`: each runtime is really loaded, in a process of its own.

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createExecutor } from "./executor.ts";
import type { RuntimeChoice, RuntimeName } from "./protocol.ts";

/** One runtime: where it is, and whether it can be used. */
export interface RuntimeInfo {
  readonly name: RuntimeName;
  readonly usable: boolean;
  readonly version?: string;
  /** Folder of the package. */
  readonly path?: string;
  /** Why it can't be used. */
  readonly problem?: string;
  /** What to do about it. */
  readonly advice?: string;
}

const choices = { "onnxruntime-node": "node", "onnxruntime-web": "web" } as const satisfies Record<
  RuntimeName,
  RuntimeChoice
>;

/** What is there to run models with, best first. The first usable one is what `createExecutor` takes. */
export async function runtimeInfo(): Promise<readonly RuntimeInfo[]> {
  return Promise.all([inspect("onnxruntime-node"), inspect("onnxruntime-web")]);
}

async function inspect(name: RuntimeName): Promise<RuntimeInfo> {
  const path = packageFolder(name);
  const found = { name, ...(path === undefined ? {} : { path }) };
  const executor = createExecutor({ runtime: choices[name] });
  try {
    const { version } = await executor.runtime();
    return { ...found, usable: true, version };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { ...found, usable: false, problem, advice: adviceFor(name, path) };
  } finally {
    await executor.dispose();
  }
}

function adviceFor(name: RuntimeName, path: string | undefined): string {
  const install = `Run "npm install ${name}@1.30.0" in your project.`;
  if (name === "onnxruntime-web") return install;
  if (path !== undefined) {
    return `The package is there, but its binary for ${process.platform}-${process.arch} can't be loaded. ${install}`;
  }
  return `${install} Where its installation fails at a download, add --onnxruntime-node-install=skip: only GPUs need that file.`;
}

/** The folder of an installed package: packages may hide their package.json, so it is looked for above their entry. */
function packageFolder(name: string): string | undefined {
  try {
    let folder = dirname(createRequire(import.meta.url).resolve(name));
    while (!existsSync(join(folder, "package.json")) && folder !== dirname(folder)) folder = dirname(folder);
    return folder;
  } catch {
    return undefined;
  }
}
