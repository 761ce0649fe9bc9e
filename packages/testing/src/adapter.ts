// What every adapter owes: what it writes reads back equal, nothing is overwritten by accident, and a damaged file is
// told with a typed error.

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, extname, join } from "node:path";
import { isTersorError, problemsOf, seededRandom, type Adapter } from "@tersor/core";
import { checksOf, type Check, type Finding } from "./check.ts";
import { graphDifference } from "./graph-facts.ts";
import { integerBelow } from "./random.ts";

/** What an adapter is tried on. */
export interface AdapterExample {
  /** Paths of small models, each a single file. */
  readonly models: readonly [string, ...string[]];
  /** Whether what was written reads back equal. Default true; a format that can't hold everything says false. */
  readonly lossless?: boolean;
}

/** The laws of adapters, tried on models; files are written to a temporary folder that is removed again. */
export function adapterChecks(adapter: Adapter, { models, lossless = true }: AdapterExample): readonly Check[] {
  const overModels = (search: (model: string, folder: string) => Promise<Finding>) => async (): Promise<Finding> => {
    for (const model of models) {
      const finding = await inFolder((folder) => search(model, folder));
      if (finding !== undefined) return `with "${basename(model)}", ${finding}`;
    }
    return undefined;
  };
  return checksOf(`The adapter "${adapter.name}"`, {
    "it says which formats it reads": () => (adapter.formats.length > 0 ? undefined : "the list is empty"),
    "it accepts its models and no others": overModels((model, folder) => acceptFinding(adapter, model, folder)),
    "what it reads is a valid graph": overModels(async (model) => {
      const [problem] = problemsOf(await adapter.read(model));
      return problem?.message;
    }),
    "reading twice gives the same graph": overModels(async (model) =>
      graphDifference(await adapter.read(model), await adapter.read(model)),
    ),
    ...(lossless && {
      "what it writes reads back equal": overModels((model, folder) => roundTripFinding(adapter, model, folder)),
    }),
    "it names the files it wrote, with their sizes": overModels((model, folder) =>
      filesFinding(adapter, model, folder),
    ),
    "it never replaces a file unasked": overModels((model, folder) => overwriteFinding(adapter, model, folder)),
    "it refuses what is no model with a TersorError": overModels((model, folder) =>
      garbageFinding(adapter, model, folder),
    ),
    "a damaged model gives a graph or a TersorError": overModels((model, folder) =>
      damageFinding(adapter, model, folder),
    ),
  });
}

async function inFolder(search: (folder: string) => Promise<Finding>): Promise<Finding> {
  const folder = mkdtempSync(join(tmpdir(), "tersor-testing-"));
  try {
    return await search(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function acceptFinding(adapter: Adapter, model: string, folder: string): Promise<Finding> {
  if (!(await adapter.accepts(model))) return "it does not accept it";
  const stranger = join(folder, "notes.txt");
  writeFileSync(stranger, "These are notes, not a model.\n");
  if (await adapter.accepts(stranger)) return "it accepts a text file, too";
  return (await adapter.accepts(join(folder, "missing.txt"))) ? "it accepts a file that is not there" : undefined;
}

async function roundTripFinding(adapter: Adapter, model: string, folder: string): Promise<Finding> {
  const graph = await adapter.read(model);
  const copy = join(folder, basename(model));
  await adapter.write(graph, copy);
  return graphDifference(graph, await adapter.read(copy));
}

async function filesFinding(adapter: Adapter, model: string, folder: string): Promise<Finding> {
  const files = await adapter.write(await adapter.read(model), join(folder, basename(model)));
  if (files.length === 0) return "it names none";
  const missing = files.find(({ path }) => !existsSync(path));
  if (missing) return `"${basename(missing.path)}" is not there`;
  const wrong = files.find(({ path, sizeBytes }) => statSync(path).isFile() && statSync(path).size !== sizeBytes);
  return wrong && `"${basename(wrong.path)}" has ${statSync(wrong.path).size} bytes, not ${wrong.sizeBytes}`;
}

async function overwriteFinding(adapter: Adapter, model: string, folder: string): Promise<Finding> {
  const taken = join(folder, basename(model));
  writeFileSync(taken, "mine");
  const graph = await adapter.read(model);
  const finding = await refusal(() => adapter.write(graph, taken), "writing over it");
  return readFileSync(taken, "utf8") === "mine" ? finding : "a file that was there is gone";
}

async function garbageFinding(adapter: Adapter, model: string, folder: string): Promise<Finding> {
  const random = seededRandom(1);
  const garbage = {
    "an empty file": new Uint8Array(),
    "random bytes": Uint8Array.from({ length: 1000 }, () => integerBelow(random, 256)),
    "a text": new TextEncoder().encode("This is a text, not a model.\n"),
  };
  for (const [what, bytes] of Object.entries(garbage)) {
    const file = join(folder, `garbage${extname(model)}`);
    writeFileSync(file, bytes);
    const finding = await refusal(() => adapter.read(file), `reading ${what}`);
    if (finding !== undefined) return finding;
  }
  return refusal(() => adapter.read(join(folder, `missing${extname(model)}`)), "reading a missing file");
}

/** Whether `attempt` ends with a TersorError, as it should. */
async function refusal(attempt: () => Promise<unknown>, what: string): Promise<Finding> {
  try {
    await attempt();
    return `${what} went well`;
  } catch (error) {
    return isTersorError(error) ? undefined : `${what} threw ${String(error)}`;
  }
}

const CUTS = 20;
const FLIPS = 100;

async function damageFinding(adapter: Adapter, model: string, folder: string): Promise<Finding> {
  const whole = new Uint8Array(readFileSync(model));
  for (const [what, bytes] of damaged(whole)) {
    const file = join(folder, `damaged${extname(model)}`);
    writeFileSync(file, bytes);
    try {
      const graph = await adapter.read(file);
      for (const { source } of graph.weights.values()) source.tensor();
    } catch (error) {
      if (!isTersorError(error)) return `${what}, it threw ${String(error)}`;
    }
  }
  return undefined;
}

function* damaged(whole: Uint8Array): Generator<readonly [what: string, bytes: Uint8Array]> {
  const random = seededRandom(2);
  for (let i = 0; i < CUTS; i++) {
    const length = integerBelow(random, whole.length);
    yield [`cut after ${length} bytes`, whole.subarray(0, length)];
  }
  for (let i = 0; i < FLIPS; i++) {
    const [at, bit] = [integerBelow(random, whole.length), integerBelow(random, 8)];
    const bytes = whole.slice();
    bytes[at]! ^= 1 << bit;
    yield [`with bit ${bit} of byte ${at} flipped`, bytes];
  }
}
