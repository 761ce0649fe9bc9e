// The page of Keras's layers: the classes that have a rule, and the ONNX operators that each was seen to become in the
// models of the tests, which Keras made.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { subgraphsOf, type Subgraph } from "@tersor/core";
import { convertStored } from "../../packages/keras/src/convert/convert.ts";
import { standardLayers } from "../../packages/keras/src/layers/index.ts";
import { openModel } from "../../packages/keras/src/read/open.ts";
import { code, generatedNote, table, type Page } from "./page.ts";

/** The page of Keras's layers. */
export async function kerasPage(root: string): Promise<Page> {
  const made = await operatorsMade(join(root, "packages/keras/fixtures"));
  const rows = standardLayers.flatMap((rule) =>
    rule.classes.map((name) => [
      code(name),
      [...(made.get(name) ?? [])].sort().map(code).join(", "),
      rule.passesMask ? "yes" : "",
    ]),
  );
  const text = [
    "# Keras's layers",
    generatedNote,
    `${rows.length} classes have a rule; [keras.md](keras.md) says how to bring one of your own. _Becomes_ lists the ONNX ` +
      "operators that the rule was seen to add in the models of the tests, before any pass: Transposes between layouts " +
      "mostly go afterwards. Nothing is listed where a layer does nothing when a model is run, and where the tests have " +
      "the class under another of its names. _Mask on_ says whether a mask goes through, as `supports_masking` does in " +
      "Keras.",
    table(["Class", "Becomes", "Mask on"], rows.toSorted(byName)),
  ].join("\n\n");
  return { file: "keras-layers.md", text: `${text}\n` };
}

/** The ONNX operators that layers of each class have added. */
async function operatorsMade(fixtures: string): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const made = new Map<string, Set<string>>();
  const folder = mkdtempSync(join(tmpdir(), "tersor-keras-"));
  try {
    for (const packed of readdirSync(fixtures).filter((name) => /(?<!\.io)\.(h5|keras)\.gz$/.test(name))) {
      if (packed.startsWith("weights-only")) continue;
      const file = join(folder, packed.replace(/\.gz$/, ""));
      writeFileSync(file, gunzipSync(readFileSync(join(fixtures, packed))));
      const stored = await openModel(file);
      addMade(convertStored(stored).graph, classesIn(stored.config), made);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return made;
}

/** Classes of all layers of a configuration by name, those inside of others too. */
function classesIn(config: unknown, found = new Map<string, string>()): ReadonlyMap<string, string> {
  if (typeof config !== "object" || config === null) return found;
  const { class_name: written, config: own, name: outer } = config as Readonly<Record<string, unknown>>;
  const name = (own as Readonly<Record<string, unknown>> | undefined)?.["name"] ?? outer;
  if (typeof written === "string" && typeof name === "string")
    found.set(name, written.slice(written.lastIndexOf(">") + 1));
  for (const value of Object.values(config)) classesIn(value, found);
  return found;
}

/** Nodes are named after the path of their layer; what a layer inside of another adds counts for both. */
function addMade(level: Subgraph, classes: ReadonlyMap<string, string>, made: Map<string, Set<string>>): void {
  for (const node of level.nodes) {
    for (const part of node.name.split("/")) {
      const name = classes.get(part);
      if (name !== undefined) made.set(name, (made.get(name) ?? new Set()).add(node.op));
    }
    for (const { graph } of subgraphsOf(node)) addMade(graph, classes, made);
  }
}

function byName([a = ""]: readonly string[], [b = ""]: readonly string[]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
