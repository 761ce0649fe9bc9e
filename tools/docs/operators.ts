// The page of operators: what is known of each (core's definitions), and the form it takes in a quantized model
// (the quantizer's answers).

import { nodeOf, standardOps, type OpDefinition, type ResolvedTrait } from "@tersor/core";
import { code, generatedNote, groupBy, table, type Page } from "./page.ts";
import { probe, type Outcome, type WeightState } from "./probe.ts";

/** The page of all operators. */
export async function operatorsPage(): Promise<Page> {
  const text = [
    "# Operators",
    generatedNote,
    "Tersor reads, rewrites and writes every operator, known or not. What it _knows_ of one lets it infer shapes, fold " +
      "constants, count products and choose an integer form. An operator that is not listed here is carried through " +
      "as it is, and stays float.",
    countsOf(standardOps),
    "## What becomes of operators when a model is quantized",
    "`static` and `dynamic`: an integer kernel computes the product; the range of the activation is calibrated, or " +
      "taken at run time. `table`: rows are stored as integers and brought back to float after the look-up. " +
      "`weight-only`: stored as integers, computed in float. `carried`: works on the integers of a Conv before it where " +
      "an integer operator reads the result. `absorbed`: part of the Conv before it. Operators inside the bodies of If, " +
      "Loop and Scan take the dynamic forms in every mode. Everything that is not in this table stays float.",
    await formsTable(),
    "Weights that are constants of float32 take these forms; otherwise the operator stays float, with the reason in " +
      "the report:",
    await reasonsTable(),
    "## All operators",
    "**Since**: versions of the operator set in which the operator changed. **Shapes**: `known ranks` when the rule " +
      "needs the ranks of all inputs, `always` when it also works without. **Folds**: `here` where TypeScript computes " +
      "constant results, exactly or with symbolic sizes; `runtime` where that takes an executor. **Products**: whether " +
      "the operator has multiply-accumulates to count. **Quantization**: its part, or why it has none.",
    ...domainSections(),
  ].join("\n\n");
  return { file: "operators.md", text: `${text}\n` };
}

function countsOf(ops: readonly OpDefinition[]): string {
  const count = (is: (op: OpDefinition) => boolean): string => String(ops.filter(is).length);
  const kind = (...kinds: readonly string[]) => count((op) => kinds.includes(traitOf(op).kind));
  return table(
    ["Operators", "Number"],
    [
      ["known", count(() => true)],
      ...Array.from(groupBy(ops, domainOf), ([domain, { length }]) => [`of ${domain}`, String(length)]),
      ["folded in TypeScript", count(({ fold }) => fold.kind === "rule")],
      ["with multiply-accumulates", count(hasCost)],
      ["with weights to quantize", kind("weighted", "table", "recurrent")],
      ["that compute on activations and have integer kernels", kind("activation")],
      ["that only move or select elements", kind("transparent")],
      ["of quantized models", kind("quantized")],
      ["that stay float, for a stated reason", kind("float")],
    ],
  );
}

/** The modes with the formats each can be written in. */
const modes = [
  ["static", "qdq"],
  ["static", "qoperator"],
  ["dynamic", "integerops"],
] as const;

async function formsTable(): Promise<string> {
  const rows: string[][] = [];
  for (const op of standardOps.filter((each) => traitOf(each).kind !== "quantized")) {
    const outcomes = [];
    for (const [mode, format] of modes) outcomes.push(await probe(op, mode, format));
    if (outcomes.some(({ kind }) => kind !== "float")) rows.push([nameOf(op), ...outcomes.map(outcomeText)]);
  }
  return table(["Operator", "static, QDQ", "static, QOperator", "dynamic"], rows);
}

function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case "quantized":
      return `${outcome.form}: ${Array.from(outcome.nodes, nodeText).join(", ")}`;
    case "absorbed":
      return "absorbed";
    case "float":
      return "float";
  }
}

function nodeText([op, count]: readonly [string, number]): string {
  return count === 1 ? code(op) : `${count} × ${code(op)}`;
}

const states: readonly (readonly [WeightState, string])[] = [
  ["computed", "computed"],
  ["float16", "float16"],
  ["small", "a few elements"],
];

async function reasonsTable(): Promise<string> {
  const rows: string[][] = [];
  for (const op of standardOps.filter((each) => ["weighted", "table", "recurrent"].includes(traitOf(each).kind))) {
    for (const [state, text] of states) {
      const outcome = await probe(op, "dynamic", "integerops", state);
      if (outcome.kind === "float" && outcome.why !== undefined) rows.push([nameOf(op), text, outcome.why]);
    }
  }
  return table(["Operator", "Weights", "Stays float because"], rows);
}

function domainSections(): readonly string[] {
  const byDomain = groupBy(standardOps, domainOf);
  return Array.from(byDomain, ([domain, ops]) => {
    const sorted = [...ops].sort((a, b) => (a.type < b.type ? -1 : 1));
    const head = ["Operator", "Since", "Shapes", "Folds", "Products", "Quantization"];
    return `### ${domain}\n\n${table(head, sorted.map(rowOf))}`;
  });
}

function rowOf(op: OpDefinition): readonly string[] {
  return [
    code(op.type),
    op.since.join(", "),
    op.partial ? "always" : "known ranks",
    op.fold.kind === "rule" ? "here" : "runtime",
    hasCost(op) ? "yes" : "",
    traitText(traitOf(op)),
  ];
}

function traitText(trait: ResolvedTrait): string {
  switch (trait.kind) {
    case "weighted":
      return `weight: input ${trait.weight}`;
    case "table":
      return `table: input ${trait.table}`;
    case "recurrent":
      return `weights: inputs ${trait.weights.join(", ")}`;
    case "transparent":
      return "moves or selects elements";
    case "activation":
      return trait.range ? `on activations, range [${trait.range.join(", ")}]` : "on activations";
    case "quantized":
      return "works on integers already";
    case "float":
      return `float: ${trait.why}`;
  }
}

function domainOf({ domain }: OpDefinition): string {
  return domain === "" ? "ONNX" : domain;
}

/** The trait with default attributes and a matrix of weights. */
function traitOf(op: OpDefinition): ResolvedTrait {
  return op.quantization(nodeOf(op.type, "", [], [], {}, op.domain), 2);
}

/** A cost rule says NaN where shapes are not known; without a rule the cost is 0. */
function hasCost(op: OpDefinition): boolean {
  return Number.isNaN(op.cost(nodeOf(op.type, "", [], [], {}, op.domain), [], []));
}

function nameOf({ domain, type }: OpDefinition): string {
  return code(domain === "" ? type : `${domain}.${type}`);
}
