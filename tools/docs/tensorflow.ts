// The page of TensorFlow's operations: what each becomes in ONNX, found by converting the cases that TensorFlow has run
// and asking who made which node; what is refused, and why; and what can be written as TensorFlow's operations again.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { isTersorError, subgraphsOf, type Subgraph } from "@tersor/core";
import { convertGraph, readFrozenGraph, supportedOperations, type TensorFlowGraph } from "@tersor/tensorflow";
import { refused } from "../../packages/tensorflow/src/convert/rules/refused.ts";
import { loweringRules } from "../../packages/tensorflow/src/lower/rules/index.ts";
import { liteRows, type LiteRow } from "../../packages/tensorflow/src/tflite/table.ts";
import { code, generatedNote, groupBy, table, type Page } from "./page.ts";

/** The page of TensorFlow's operations. */
export function tensorflowPage(root: string): Page {
  const made = operatorsMade(root);
  const operations = supportedOperations();
  const text = [
    "# TensorFlow's operations",
    generatedNote,
    `${operations.length} operations are converted; [tensorflow.md](tensorflow.md) says how. _Becomes_ lists the ONNX ` +
      "operators that the rule was seen to add, over all cases of the tests that TensorFlow itself has run, before any " +
      "pass: Transposes between layouts and Casts of sizes mostly go afterwards. Nothing is listed where the value " +
      "stays as it is or becomes a constant, and where an operation has no case of its own: it is another version or " +
      "an inner form of one that has.",
    table(
      ["Operation", "Becomes"],
      operations.map((op) => [code(op), [...(made.get(op) ?? [])].map(code).join(", ")]),
    ),
    "## Refused, and why",
    "One error lists everything in a model that can't be converted. These are refused on purpose; any other operation " +
      'that is not listed on this page is refused as "no rule converts it".',
    table(["Operations", "Why"], refusedRows()),
    "## Written",
    "ONNX operators that can be written as a frozen graph, a SavedModel or a TensorFlow.js graph model. QuantizeLinear " +
      "and DequantizeLinear become FakeQuant.",
    loweredOperators(),
    "## TensorFlow Lite",
    "The operator of TensorFlow Lite for each of TensorFlow's operations that a written model is made of, and what it does " +
      "with int8: `rescales` between scales of its own, `keeps` the scale of its input, or has a `fixed` one. Those " +
      "without an int8 form run on floats between DEQUANTIZE and QUANTIZE.",
    table(["Operation", "Operator", "int8", "Relu and Relu6 behind it"], liteTable()),
  ].join("\n\n");
  return { file: "tensorflow-operations.md", text: `${text}\n` };
}

/** A frozen graph that TensorFlow has run, in base64, and the outputs that are looked at. */
interface RunGraph {
  readonly graph: string;
  readonly outputs: readonly string[];
}

type Rows = readonly (readonly [string, unknown])[];

/** The ONNX operators that each operation has added. */
function operatorsMade(root: string): ReadonlyMap<string, ReadonlySet<string>> {
  const made = new Map<string, Set<string>>();
  for (const { graph, outputs } of [...operationGraphs(root), ...controlGraphs(root)]) {
    const source = readFrozenGraph(Buffer.from(graph, "base64"), { outputs });
    addMade(convertGraph(source), makersOf(source), made);
  }
  return new Map(Array.from(made, ([op, types]) => [op, new Set([...types].sort())]));
}

function operationGraphs(root: string): readonly RunGraph[] {
  const families = fixture<
    Readonly<
      Record<
        string,
        { readonly graph: string; readonly cases: readonly { readonly open?: boolean; readonly outputs: Rows }[] }
      >
    >
  >(root, "operations.json.gz");
  return Object.values(families).flatMap(({ graph, cases }) => {
    const outputsOf = (rows: typeof cases): string[] => rows.flatMap(({ outputs }) => outputs.map(([name]) => name));
    const open = cases.filter((row) => row.open);
    // First axes that are open count as the same batch, so those cases are converted one by one.
    return [cases.filter((row) => !row.open), ...open.map((row) => [row])]
      .filter(({ length }) => length > 0)
      .map((rows) => ({ graph, outputs: outputsOf(rows) }));
  });
}

function controlGraphs(root: string): readonly RunGraph[] {
  const cases = fixture<readonly { readonly graph: string; readonly runs: readonly { readonly outputs: Rows }[] }[]>(
    root,
    "control.json.gz",
  );
  return cases.map(({ graph, runs }) => ({ graph, outputs: runs[0]!.outputs.map(([name]) => name) }));
}

function fixture<T>(root: string, name: string): T {
  return JSON.parse(gunzipSync(readFileSync(join(root, "packages/tensorflow/fixtures", name))).toString()) as T;
}

/** The operation of each node, those of functions too. */
function makersOf({ nodes, functions }: TensorFlowGraph): ReadonlyMap<string, string> {
  const all = [...[...functions.values()].flatMap((each) => each.nodes), ...nodes];
  return new Map(all.map(({ name, op }) => [name, op]));
}

function addMade(level: Subgraph, makers: ReadonlyMap<string, string>, made: Map<string, Set<string>>): void {
  for (const node of level.nodes) {
    const maker = makerOf(node.name, makers);
    if (maker !== undefined) made.set(maker, (made.get(maker) ?? new Set()).add(node.op));
    for (const { graph } of subgraphsOf(node)) addMade(graph, makers, made);
  }
}

/** Nodes are named after the operation that they come from, with something behind it. */
function makerOf(name: string, makers: ReadonlyMap<string, string>): string | undefined {
  for (let part = name; part !== ""; part = part.slice(0, Math.max(0, part.lastIndexOf("/")))) {
    const maker = makers.get(part);
    if (maker !== undefined) return maker;
  }
  return undefined;
}

function refusedRows(): readonly (readonly string[])[] {
  return refused.map(({ ops }) => [[...ops].sort().map(code).join(", "), reasonOf(ops[0]!)]);
}

/** What the one error says of the operation. */
function reasonOf(op: string): string {
  const graph: TensorFlowGraph = {
    name: "probe",
    inputs: [{ name: "x", tensor: "x:0", dtype: "FLOAT", shape: [2, 3] }],
    outputs: [{ name: "y", tensor: "y:0" }],
    nodes: [{ name: "y", op, inputs: ["x:0"], control: [], attributes: {} }],
    functions: new Map(),
    variables: new Map(),
  };
  try {
    convertGraph(graph);
  } catch (error) {
    if (!isTersorError(error, "TENSORFLOW_UNSUPPORTED")) throw error;
    return (error.data["operations"] as readonly { readonly why: string }[])[0]!.why;
  }
  throw new Error(`${op} is refused, and was converted.`);
}

function loweredOperators(): string {
  const names = ["DequantizeLinear", "QuantizeLinear", ...loweringRules.flatMap(({ ops }) => ops)].sort();
  return `${names.map(code).join(", ")}.`;
}

/** What the writer has more to say of than a row. */
const weighted: readonly (readonly [op: string, operator: string])[] = [
  ["ConcatV2", "CONCATENATION"],
  ["Conv2D", "CONV_2D"],
  ["Conv2DBackpropInput", "TRANSPOSE_CONV"],
  ["DepthwiseConv2dNative", "DEPTHWISE_CONV_2D"],
  ["MatMul", "FULLY_CONNECTED"],
];

function liteTable(): readonly (readonly string[])[] {
  const special = weighted.map(([op, operator]) => {
    const int8 = operator === "TRANSPOSE_CONV" ? "" : "rescales";
    return [code(op), code(operator), int8, op === "ConcatV2" ? "" : "in it"] as const;
  });
  const rows = Object.entries(liteRows).map(([op, row]) => [code(op), code(row.op), int8Text(row), fusedText(row)]);
  return [...groupBy([...special, ...rows], ([op]) => op!).values()].map(([first]) => first!).sort(byFirst);
}

function int8Text({ int8 }: LiteRow): string {
  if (int8?.kind !== "fixed") return int8?.kind ?? "";
  return `fixed, scale ${int8.codes.scale}, zero point ${int8.codes.zeroPoint}`;
}

function fusedText({ fuses }: LiteRow): string {
  return fuses ? "in it" : "";
}

function byFirst([a = ""]: readonly string[], [b = ""]: readonly string[]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
