// Broken and hostile files: every one of them ends in an error of ours that says what is wrong, and in bounded time.
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TersorError } from "@tersor/core";
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { TensorFlowGraph } from "../graphdef/graph.ts";
import { fixture } from "../test-support/stated.ts";
import { writeTfjsGraphModel } from "../tfjs/write.ts";
import { tensorflow } from "../wire/messages.generated.js";
import { framed, joined } from "../wire/rewrite.ts";
import { Bundle } from "./bundle.ts";
import { readFrozenGraph } from "./frozen.ts";
import { readTensorFlow } from "./read.ts";

const folder = mkdtempSync(join(tmpdir(), "tersor-hostile-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Reads all weights that are small. */
function touch({ nodes }: TensorFlowGraph): void {
  for (const { attributes } of nodes) {
    const value = attributes["value"];
    if (value?.kind === "tensor" && value.value.sizeBytes < 1e6) value.value.tensor();
  }
}

/** Runs what may only fail with an error of ours. */
function expectOurs(work: () => void): void {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(TersorError);
    expect((error as TersorError).code).toMatch(/^TENSORFLOW_/);
  }
}

const code = (name: string) => expect.objectContaining({ code: `TENSORFLOW_${name}` }) as unknown;

/** Bytes with some replaced, cut off, or put in. */
function damaged(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const place = fc.nat({ max: Math.max(0, bytes.length - 1) });
  const replaced = fc.array(fc.tuple(place, fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }).map((changes) => {
    const out = bytes.slice();
    for (const [at, byte] of changes) out[at] = byte;
    return out;
  });
  const cut = place.map((length) => bytes.slice(0, length));
  const put = fc
    .tuple(place, fc.uint8Array({ minLength: 1, maxLength: 12 }))
    .map(([at, more]) => Uint8Array.from([...bytes.subarray(0, at), ...more, ...bytes.subarray(at)]));
  return fc.oneof({ weight: 4, arbitrary: replaced }, cut, put);
}

describe("damaged files", () => {
  it.each<readonly [string, string, string]>([
    ["a frozen graph", "constants.pb", "constants.pb"],
    ["a SavedModel", "saved_model", "saved_model.pb"],
    ["the index of variables", "saved_model", "variables/variables.index"],
    ["the variables", "saved_model", "variables/variables.data-00000-of-00001"],
    ["the graph of a checkpoint", "checkpoint", "model.meta"],
    ["the index of a checkpoint", "checkpoint", "model.index"],
  ])("%s", (_, model, file) => {
    const copy = join(folder, `damaged-${file.replaceAll("/", "-")}`);
    const isFile = model === file;
    cpSync(fixture(model), copy, { recursive: true });
    const target = isFile ? copy : join(copy, file);
    const bytes = new Uint8Array(readFileSync(target));
    fc.assert(
      fc.property(damaged(bytes), (broken) => {
        writeFileSync(target, broken);
        expectOurs(() => touch(readTensorFlow(isFile ? target : copy)));
      }),
      { numRuns: 150 },
    );
  });

  it("a TensorFlow.js model", async () => {
    const copy = join(folder, "damaged-tfjs");
    await writeTfjsGraphModel(readTensorFlow(fixture("checkpoint")), copy, { quantization: "uint8" });
    const bytes = new Uint8Array(readFileSync(join(copy, "model.json")));
    fc.assert(
      fc.property(damaged(bytes), (broken) => {
        writeFileSync(join(copy, "model.json"), broken);
        expectOurs(() => touch(readTensorFlow(copy)));
      }),
      { numRuns: 200 },
    );
  });
});

describe("a checkpoint's values", () => {
  const copy = join(folder, "bundle");
  const prefix = join(copy, "variables/variables");
  const data = `${prefix}.data-00000-of-00001`;
  const name = "table/.ATTRIBUTES/VARIABLE_VALUE";
  beforeEach(() => {
    rmSync(copy, { recursive: true, force: true });
    cpSync(fixture("saved_model"), copy, { recursive: true });
  });

  it("with a wrong sum are not given out", () => {
    const { offset } = Bundle.open(prefix).entry(name)!;
    const bytes = readFileSync(data);
    bytes[offset]! ^= 1;
    writeFileSync(data, bytes);
    const source = Bundle.open(prefix).source(name)!;
    expect(() => source.tensor()).toThrow(code("CHECKSUM"));
  });

  it("that are cut off are said to be", () => {
    writeFileSync(data, readFileSync(data).subarray(0, 20));
    expect(() => readTensorFlow(copy)).toThrow(code("MALFORMED"));
  });

  it("whose index has a wrong sum are refused", () => {
    const index = readFileSync(`${prefix}.index`);
    index[5]! ^= 1;
    writeFileSync(`${prefix}.index`, index);
    expect(() => readTensorFlow(copy)).toThrow(code("CHECKSUM"));
  });

  it("that change while the graph is in use are refused", () => {
    const source = Bundle.open(prefix).source(name)!;
    writeFileSync(data, Buffer.concat([readFileSync(data), Buffer.from("more")]));
    expect(() => source.tensor()).toThrow(code("FILE_UNREADABLE"));
  });

  it("that are not there are missed by name", () => {
    rmSync(join(copy, "variables"), { recursive: true });
    expect(() => readTensorFlow(copy)).toThrow(code("VARIABLE_MISSING"));
  });

  it.each<readonly [string, (handle: tensorflow.NodeDef) => void]>([
    ["type", (handle) => (handle.attr!["dtype"] = new tensorflow.AttrValue({ type: 3 }))],
    ["shape", (handle) => (handle.attr!["shape"] = new tensorflow.AttrValue({ shape: { dim: [{ size: 9 }] } }))],
  ])("of another %s than the graph says are refused", (_, change) => {
    const file = join(copy, "saved_model.pb");
    const model = tensorflow.SavedModel.decode(readFileSync(file));
    const nodes = model.metaGraphs![0]!.graphDef!.node!;
    nodes.filter(({ op }) => op === "VarHandleOp").forEach((handle) => change(handle as tensorflow.NodeDef));
    writeFileSync(file, tensorflow.SavedModel.encode(model).finish());
    expect(() => readTensorFlow(copy)).toThrow(code("VARIABLE_MISMATCH"));
  });
});

type NodeDef = tensorflow.NodeDef.$Properties;
type FunctionDef = tensorflow.FunctionDef.$Properties;

const call = (name: string, called: string, input: readonly string[] = []): NodeDef => ({
  name,
  op: "PartitionedCall",
  input: [...input],
  attr: { f: { func: { name: called } } },
});

const defined = (name: string, nodes: readonly NodeDef[], ret: Readonly<Record<string, string>>): FunctionDef => ({
  signature: { name, outputArg: Object.keys(ret).map((one) => ({ name: one })) },
  nodeDef: [...nodes],
  ret: { ...ret },
});

function graphBytes(node: readonly NodeDef[], functions: readonly FunctionDef[] = []): Uint8Array {
  return tensorflow.GraphDef.encode({ node: [...node], library: { function: [...functions] } }).finish();
}

describe("graphs that make no sense", () => {
  const placeholder: NodeDef = { name: "x", op: "Placeholder" };
  const relu = (name: string, input: string): NodeDef => ({ name, op: "Relu", input: [input] });
  const sum: NodeDef = { name: "a", op: "AddN", input: ["x", "b"] };
  const circle = defined("f", [call("c", "f")], { y: "c:output:0" });
  const loop: NodeDef = {
    name: "w",
    op: "While",
    attr: { body: { func: { name: "g" } }, cond: { func: { name: "g" } } },
  };
  const doubling = Array.from({ length: 40 }, (_, i) =>
    defined(`f${i}`, i === 39 ? [] : [call("a", `f${i + 1}`), call("b", `f${i + 1}`)], {}),
  );

  it.each<readonly [string, string, Uint8Array]>([
    ["a function that calls itself", "FUNCTION_CYCLE", graphBytes([call("c", "f")], [circle])],
    ["a loop whose body is the loop", "FUNCTION_CYCLE", graphBytes([loop], [defined("g", [loop], {})])],
    ["calls that double forty times", "TOO_LARGE", graphBytes([call("c", "f0")], doubling)],
    ["a function that is not there", "FUNCTION_MISSING", graphBytes([call("c", "f")])],
    ["a result that is not there", "INPUT_MISSING", graphBytes([call("c", "f")], [defined("f", [], { y: "n:y:0" })])],
    ["an input that is not there", "INPUT_MISSING", graphBytes([relu("a", "b")])],
    ["nodes in a circle", "CYCLE", graphBytes([placeholder, sum, relu("b", "a"), relu("y", "a")])],
    ["two nodes of one name", "NAME_TWICE", graphBytes([placeholder, placeholder])],
    ["no node", "NOT_A_MODEL", graphBytes([])],
    ["nothing that could be an output", "OUTPUTS_UNKNOWN", graphBytes([placeholder])],
    ["a variable without a value", "VARIABLE_MISSING", graphBytes([{ name: "v", op: "VariableV2" }, relu("y", "v")])],
    ["bytes that are no message", "MALFORMED", Uint8Array.of(0x0a, 0xff)],
  ])("%s", (_, expected, bytes) => {
    expect(() => readFrozenGraph(bytes)).toThrow(code(expected));
  });

  it("a chain of 100,000 nodes is none of them", () => {
    const chain = Array.from({ length: 100_000 }, (_, i) => relu(`n${i}`, i === 0 ? "x" : `n${i - 1}`));
    expect(readFrozenGraph(graphBytes([placeholder, ...chain.reverse()])).nodes).toHaveLength(100_000);
  });

  it("messages within messages within messages are refused", () => {
    const key = framed(1, Uint8Array.of(97));
    let value = new Uint8Array();
    // An attribute that names a function, with an attribute that names a function, and so on.
    for (let depth = 0; depth < 300; depth++)
      value = new Uint8Array(framed(10, framed(2, joined([key, framed(2, value)]))));
    const node = framed(1, joined([framed(1, Uint8Array.of(97)), framed(5, joined([key, framed(2, value)]))]));
    expect(() => readFrozenGraph(new Uint8Array(node))).toThrow(code("MALFORMED"));
  });
});

describe("a manifest of TensorFlow.js", () => {
  const model = join(folder, "manifest/model");
  const write = (manifest: unknown) => {
    mkdirSync(model, { recursive: true });
    const modelTopology = {
      node: [
        { name: "x", op: "Placeholder" },
        { name: "y", op: "Relu", input: ["x"] },
      ],
    };
    writeFileSync(
      join(model, "model.json"),
      JSON.stringify({ format: "graph-model", modelTopology, weightsManifest: manifest }),
    );
    writeFileSync(join(model, "shard.bin"), new Uint8Array(8));
    copyFileSync(join(model, "shard.bin"), join(folder, "manifest/secret.bin"));
  };
  const weights = [{ name: "w", dtype: "float32", shape: [2] }];

  it.each(["../secret.bin", "/etc/hostname", "a/../../secret.bin", "missing.bin", "", "file:///etc/hostname", "x\0"])(
    "that leads to %j is refused",
    (path) => {
      write([{ paths: [path], weights }]);
      expect(() => readTensorFlow(model)).toThrow(code("SHARD_PATH"));
    },
  );

  it("that leads out through a link is refused", () => {
    write([{ paths: ["link.bin"], weights }]);
    rmSync(join(model, "link.bin"), { force: true });
    symlinkSync(join(folder, "manifest/secret.bin"), join(model, "link.bin"));
    expect(() => readTensorFlow(model)).toThrow(code("SHARD_PATH"));
  });

  it.each<readonly [string, unknown]>([
    ["more than the files hold", [{ paths: ["shard.bin"], weights: [{ name: "w", dtype: "float32", shape: [3] }] }]],
    ["more strings than there are", [{ paths: ["shard.bin"], weights: [{ name: "w", dtype: "string", shape: [9] }] }]],
    ["a shape that is no memory", [{ paths: ["shard.bin"], weights: [{ name: "w", dtype: "bool", shape: [1e12] }] }]],
  ])("that promises %s is refused", (_, manifest) => {
    write(manifest);
    expect(() => readTensorFlow(model)).toThrow(code("SHARD_SIZE"));
  });

  it.each<readonly [string, unknown]>([
    ["no list", {}],
    ["groups that are none", [1]],
    ["paths that are none", [{ paths: [1], weights }]],
    ["an unknown type", [{ paths: ["shard.bin"], weights: [{ name: "w", dtype: "float8", shape: [1] }] }]],
    ["a negative size", [{ paths: ["shard.bin"], weights: [{ name: "w", dtype: "float32", shape: [-1] }] }]],
    [
      "an unknown quantization",
      [{ paths: ["shard.bin"], weights: [{ ...weights[0], quantization: { dtype: "int2" } }] }],
    ],
  ])("with %s is refused", (_, manifest) => {
    write(manifest);
    expect(() => readTensorFlow(model)).toThrow(code("MALFORMED"));
  });
});
