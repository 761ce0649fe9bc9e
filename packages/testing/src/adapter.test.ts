// The laws hold for the adapter of a toy format, and each planted fault is caught by the law it breaks.

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { defineAdapter, nodeOf, TersorError, type Adapter, type Graph, type Node } from "@tersor/core";
import { adapterChecks } from "./adapter.ts";
import { brokenLaws } from "./broken-laws.fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "tersor-adapter-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const model = join(folder, "model.chain");
writeFileSync(model, "CHAIN\nRelu\nSigmoid\nTanh\n");

/** A chain of operators, one per line under a heading. */
function graphOf(ops: readonly string[]): Graph {
  const name = (i: number): string => `t${i}`;
  const value = (i: number) => ({ name: name(i), type: { kind: "tensor", dtype: "float32", shape: ["n"] } }) as const;
  return {
    name: "chain",
    inputs: [value(0)],
    outputs: [value(ops.length)],
    nodes: ops.map((op, i): Node => nodeOf(op, `node ${i}`, [name(i)], [name(i + 1)])),
    weights: new Map(),
    types: new Map(),
    opsets: new Map([["", 17]]),
    functions: [],
    metadata: new Map(),
  };
}

function parse(path: string): Graph {
  if (!existsSync(path)) throw new TersorError("EXAMPLE_MISSING", `"${path}" is not there.`);
  const [heading, ...ops] = readFileSync(path, "latin1").split("\n");
  const known = ops.slice(0, -1).filter((op) => /^[A-Z][a-z]+$/.test(op));
  if (heading !== "CHAIN" || known.length === 0) throw new TersorError("EXAMPLE_CHAIN", `"${path}" is no chain.`);
  return graphOf(known);
}

function save({ nodes }: Graph, path: string, force = false): void {
  if (!force && existsSync(path)) throw new TersorError("EXAMPLE_EXISTS", `"${path}" is there already.`);
  writeFileSync(path, ["CHAIN", ...nodes.map(({ op }) => op), ""].join("\n"));
}

const sound = defineAdapter({
  name: "chain",
  formats: [".chain"],
  accepts: (path) => path.endsWith(".chain"),
  read: async (path) => parse(path),
  write: async (graph, path, options) => {
    save(graph, path, options?.force);
    return [{ path, sizeBytes: statSync(path).size }];
  },
});

function wrong(change: Partial<Adapter>): Adapter {
  return { ...sound, ...change } as Adapter;
}

let reads = 0;

const planted: readonly (readonly [law: string, fault: Adapter])[] = [
  ["it says which formats it reads", wrong({ formats: [] })],
  ["it accepts its models and no others", wrong({ accepts: () => true })],
  ["it accepts its models and no others", wrong({ accepts: () => false })],
  [
    "what it reads is a valid graph",
    wrong({ read: async (path) => ({ ...parse(path), nodes: [...parse(path).nodes].reverse() }) }),
  ],
  [
    "reading twice gives the same graph",
    wrong({ read: async (path) => ({ ...parse(path), name: `read ${reads++}` }) }),
  ],
  [
    "what it writes reads back equal",
    wrong({ write: async (graph, path) => sound.write({ ...graph, nodes: graph.nodes.slice(1) }, path) }),
  ],
  ["it names the files it wrote, with their sizes", wrong({ write: async () => [] })],
  [
    "it names the files it wrote, with their sizes",
    wrong({ write: async (graph, path) => (save(graph, path), [{ path, sizeBytes: 1 }]) }),
  ],
  [
    "it never replaces a file unasked",
    wrong({ write: async (graph, path) => sound.write(graph, path, { force: true }) }),
  ],
  [
    "it refuses what is no model with a TersorError",
    wrong({ read: async (path) => (statSync(path).size === 0 ? graphOf(["Relu"]) : parse(path)) }),
  ],
  ["a damaged model gives a graph or a TersorError", wrong({ read: async (path) => fragile(path) })],
];

/** Trips over an operator it does not know. */
function fragile(path: string): Graph {
  const graph = parse(path);
  if (graph.nodes.some(({ op }) => !["Relu", "Sigmoid", "Tanh"].includes(op))) throw new RangeError("no such operator");
  return graph;
}

describe("the laws of adapters", () => {
  const example = { models: [model] } as const;

  it("hold for chains", async () => {
    expect(await brokenLaws(adapterChecks(sound as Adapter, example))).toEqual(new Map());
  });

  it.each(planted)('notice what breaks "%s"', async (law, fault) => {
    const broken = await brokenLaws(adapterChecks(fault, example));
    expect(broken.get(law)).toContain(`breaks the law "${law}"`);
  });

  it("are each broken by some planted fault", () => {
    const names = adapterChecks(sound as Adapter, example).map(({ name }) => name);
    expect(new Set(planted.map(([law]) => law))).toEqual(new Set(names));
  });

  it("say where a graph that was written differs", async () => {
    const [, fault] = planted.find(([law]) => law === "what it writes reads back equal")!;
    const broken = await brokenLaws(adapterChecks(fault, example));
    expect(broken.get("what it writes reads back equal")).toContain('with "model.chain", the outputs was');
  });
});
