// A TensorFlow Lite model in LiteRT, which is made for browsers: it loads its module through a script element. This
// process has nothing else to do, so the few globals that it looks for are put up as they are.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { runInThisContext } from "node:vm";
import type * as LiteRt from "@litertjs/core";
import { tensorFromBytes, bytesOf, type Feeds, type Tensor } from "@tersor/core";
import { liteRtMissing, outputTypeUnsupported } from "../errors.ts";
import type { HostModel } from "../protocol.ts";
import { handedOver } from "./lite-types.ts";
import type { LoadedModel } from "./loaded.ts";

type LiteSource = Extract<HostModel, { kind: "lite" }>;

/** Loads a file. */
export async function loadLiteModel({ file, inputs, outputs }: LiteSource): Promise<LoadedModel> {
  const foreign = [...inputs, ...outputs].find(({ dtype }) => dtype === undefined || !handedOver.includes(dtype));
  if (foreign) throw outputTypeUnsupported({ dtype: foreign.dtype ?? "unknown" });
  const lite = await liteRt();
  const model = await lite.loadAndCompile(new Uint8Array(readFileSync(file)), { accelerator: "wasm" });
  return { missing: [], run: (feeds) => run(lite, model, outputs, feeds) };
}

async function run(
  lite: typeof LiteRt,
  model: LiteRt.CompiledModel,
  outputs: LiteSource["outputs"],
  feeds: Feeds,
): Promise<Feeds> {
  const fed = Object.entries(feeds).map(([name, tensor]) => [name, toLite(lite, tensor)] as const);
  const results = await model.run(Object.fromEntries(fed));
  try {
    return Object.fromEntries(outputs.map(({ name }) => [name, fromLite(results[name]!)]));
  } finally {
    for (const tensor of [...fed.map(([, one]) => one), ...Object.values(results)]) tensor.delete();
  }
}

function toLite(lite: typeof LiteRt, { data, shape }: Tensor): LiteRt.Tensor {
  return new lite.Tensor(data as Float32Array, [...shape]);
}

function fromLite(tensor: LiteRt.Tensor): Tensor {
  const { dtype, layout } = tensor.type;
  const data = tensor.toTypedArray();
  // A copy: the runtime's memory is used again.
  const bytes = bytesOf({ dtype, shape: [data.length], data }).slice();
  return tensorFromBytes(dtype, Array.from(layout.dimensions), bytes);
}

async function liteRt(): Promise<typeof LiteRt> {
  const require = createRequire(import.meta.url);
  let folder: string;
  try {
    folder = join(dirname(dirname(require.resolve("@litertjs/core/package.json"))), "core", "wasm");
  } catch (error) {
    throw liteRtMissing({ reason: String(error instanceof Error ? error.message : error).split("\n")[0]! });
  }
  putUpGlobals(folder);
  const lite = await import("@litertjs/core");
  await lite.loadLiteRt(`${folder}/`);
  return lite;
}

/** A document whose one ability is to run scripts that are appended to it. */
function putUpGlobals(folder: string): void {
  const base = `${pathToFileURL(folder).href}/`;
  const append = (script: Script): void => {
    const path = script.src.startsWith("file:") ? fileURLToPath(script.src) : script.src;
    Object.assign(globalThis, { __filename: path, __dirname: folder });
    runInThisContext(readFileSync(path, "utf8"), { filename: path });
    setTimeout(() => script.listeners.get("load")?.(), 0);
  };
  const body = { append, appendChild: append };
  Object.assign(globalThis, {
    self: globalThis,
    window: globalThis,
    location: { href: base },
    require: createRequire(base),
    document: { currentScript: null, baseURI: base, createElement: scriptElement, body, head: body },
  });
}

interface Script {
  src: string;
  readonly listeners: Map<string, () => void>;
}

function scriptElement() {
  const listeners = new Map<string, () => void>();
  return {
    src: "",
    listeners,
    addEventListener: (name: string, listener: () => void) => void listeners.set(name, listener),
    setAttribute: () => {},
    remove: () => {},
  };
}
