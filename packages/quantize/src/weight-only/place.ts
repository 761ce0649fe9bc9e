// Placement of weight-only quantization: which weights become few-bit codes, how, and why the others stay float.
// A pure look at each node: what it is, what its weight is, what runtimes can read.

import {
  opRegistry,
  standardOps,
  subgraphsOf,
  type FloatNode,
  type Graph,
  type GroupsSpec,
  type Node,
  type QuantizationPlan,
  type QuantizedNode,
  type RoundingAlgorithm,
  type Subgraph,
  type Weight,
} from "@tersor/core";
import { intAttribute } from "../formats/attributes.ts";
import { RuleBook, type Choice, type GroupsChoice } from "../placement/rules.ts";
import { algorithmOf } from "./algorithms.ts";
import { bitsNotInFormat, codebookDoesNotFit, groupSizeNotInFormat } from "./errors.ts";
import { defaultGroups, type WeightOnlyOptions } from "./options.ts";
import { isBlockSize } from "./stored/rows.ts";

type Lookup = (name: string) => Weight | undefined;
type Decided = Required<GroupsChoice> & Pick<Choice, "precision">;

/** What a node makes of its weight. */
interface Candidate {
  readonly use: "product" | "table";
  readonly activation?: string;
  readonly weight: string;
  readonly outputs: number;
  readonly inputs: number;
}

interface Placing {
  readonly options: WeightOnlyOptions;
  readonly roundings: readonly RoundingAlgorithm[];
  readonly book: RuleBook<Decided>;
  readonly nodes: (QuantizedNode | FloatNode)[];
}

/** The decisions for a prepared graph. @throws QUANTIZE_RULE_MATCHES_NOTHING and what tells of options that do not fit */
export function placeGroups(
  graph: Graph,
  options: WeightOnlyOptions,
  roundings: readonly RoundingAlgorithm[] = [],
): QuantizationPlan["nodes"] {
  const { rules = [], keepLast = false } = options;
  const { algorithm, bits, groupSize, scheme, codebook } = { ...defaultGroups, ...definedOf(options) };
  const book = new RuleBook<Decided>(rules, { algorithm, bits, groupSize, scheme, codebook });
  const placing: Placing = { options, roundings, book, nodes: [] };
  placeLevel(graph, placing, () => undefined, true);
  book.assertAllMatched();
  return keepLast ? withLastFloat(placing.nodes) : placing.nodes;
}

/** The options that say something. */
function definedOf(options: WeightOnlyOptions): Partial<WeightOnlyOptions> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function placeLevel(graph: Subgraph, placing: Placing, outer: Lookup, top: boolean): void {
  const lookup: Lookup = (name) => graph.weights.get(name) ?? outer(name);
  for (const node of graph.nodes) {
    for (const { graph: body } of subgraphsOf(node)) placeLevel(body, placing, lookup, false);
    const decided = placing.book.choose(node);
    const candidate = candidateOf(node, lookup, placing.options);
    if (candidate === undefined) continue;
    placing.nodes.push(decide(node, candidate, decided, placing, top));
  }
}

function decide(
  node: Node,
  candidate: Candidate | string,
  decided: Decided,
  placing: Placing,
  top: boolean,
): QuantizedNode | FloatNode {
  const { options } = placing;
  if (typeof candidate === "string") return floatNode(node, candidate);
  if (decided.precision === "float") return floatNode(node, "excluded by a rule");
  assertFits(decided, options);
  if (candidate.use === "table" && options.format === "qdq") return byteTable(node, candidate);
  const { groups, note } = groupsOf(candidate, decided, placing, top);
  const why = misfit(candidate, groups);
  if (why !== undefined) return floatNode(node, why);
  const { activation, weight } = candidate;
  return {
    node: node.name,
    op: node.op,
    decision: "quantized",
    form: "groups",
    weights: [weight],
    groups,
    ...(activation !== undefined && { activation }),
    ...(note !== undefined && { note }),
  };
}

/** Standard 2-bit types came with opset 25, which is later than what can be written here. */
export const bitsOf: Readonly<Record<"matmulnbits" | "qdq", readonly GroupsSpec["bits"][]>> = {
  matmulnbits: [2, 4, 8],
  qdq: [4, 8],
};

/** What was asked for, whatever the weight. */
function assertFits({ bits, groupSize, codebook }: Decided, { format = "matmulnbits" }: WeightOnlyOptions): void {
  if (!bitsOf[format].includes(bits)) throw bitsNotInFormat(bits, format, bitsOf[format]);
  if (codebook !== "integer" && bits !== 4) throw codebookDoesNotFit(codebook, `its codes have 4 bits, not ${bits}`);
  if (codebook !== "integer" && format === "qdq")
    throw codebookDoesNotFit(codebook, 'the format "qdq" has evenly spaced codes only; use "matmulnbits"');
  if (groupSize === "channel") return;
  if (!Number.isInteger(groupSize) || groupSize < 2)
    throw groupSizeNotInFormat(groupSize, format, "whole numbers from 2 on");
  if (format === "matmulnbits" && !isBlockSize(groupSize, 0))
    throw groupSizeNotInFormat(groupSize, format, 'powers of two from 16 on, and "channel"');
}

function groupsOf(
  candidate: Candidate,
  decided: Decided,
  { options, roundings }: Placing,
  top: boolean,
): { readonly groups: GroupsSpec; readonly note?: string } {
  const { use, inputs } = candidate;
  const { bits, codebook, scheme } = decided;
  const groupSize = decided.groupSize === "channel" ? inputs : decided.groupSize;
  const needsData = algorithmOf(decided.algorithm, options, roundings).needs !== "nothing";
  const blind = needsData && (use === "table" || !top || candidate.activation === undefined);
  const algorithm = blind ? "rtn" : decided.algorithm;
  const groups = {
    algorithm,
    bits,
    groupSize,
    scheme: codebook === "integer" ? scheme : "symmetric",
    codebook,
  } as const;
  if (!blind) return { groups };
  const note =
    use === "table" ? "rows are looked up, not multiplied" : "inputs in bodies, and turned ones, are not observed";
  return { groups, note: `rounded to nearest: ${note}, so there is nothing for ${decided.algorithm} to learn from` };
}

/** Scale and zero point of a group. */
const GROUP_BYTES = 5;

/** Why a weight can't have these groups. */
function misfit({ use, inputs, outputs }: Candidate, groups: GroupsSpec): string | undefined {
  const { bits, codebook, groupSize } = groups;
  if (codebook !== "integer") {
    if (use === "table") return `runtimes have no look-up in a table of ${codebook} codes`;
    if (inputs % groupSize !== 0 || !isBlockSize(groupSize, 0))
      return `MatMulBnb4 needs rows of whole blocks, and ${inputs} inputs are not a multiple of ${groupSize}`;
  }
  if (inputs === 0 || outputs === 0) return "it is empty";
  if (use === "table" && (inputs * bits) % 8 !== 0) return `its rows of ${inputs} codes do not fill whole bytes`;
  const bytes = outputs * Math.ceil(inputs / groupSize) * ((groupSize * bits) / 8 + GROUP_BYTES);
  return bytes * 2 > inputs * outputs * 4 ? "it is too small to gain from few-bit storage" : undefined;
}

const operators = opRegistry(standardOps);

/** What can be done with a node; a reason where it has a weight but no few-bit form, undefined where it has none. */
function candidateOf(node: Node, weight: Lookup, { tables = true }: WeightOnlyOptions): Candidate | string | undefined {
  const found = (position: number): Weight | undefined => weight(node.inputs[position] ?? "");
  if (node.domain === "" && node.op === "MatMul") return matMul(node, found(0), found(1));
  if (node.domain === "" && node.op === "Gemm") return gemm(node, found(1));
  if (node.domain === "" && node.op === "Gather") return tables ? gather(node, found(0)) : undefined;
  const trait = operators.find(node.domain, node.op)?.quantization(node);
  const positions = trait?.kind === "weighted" ? [trait.weight] : trait?.kind === "recurrent" ? trait.weights : [];
  return positions.some(found) ? `there is no few-bit form of ${node.op}` : undefined;
}

function matMul({ inputs }: Node, left: Weight | undefined, right: Weight | undefined): Candidate | string | undefined {
  if (!right) return left && "its constant is on the left, where the operator takes the activation";
  if (left) return "both sides are constants";
  const { shape } = right.source;
  if (shape.length !== 2) return `its weight has ${shape.length} axes, and few-bit products take a matrix`;
  const [rows, columns] = shape as readonly [number, number];
  return typed(right) ?? { use: "product", activation: inputs[0]!, weight: inputs[1]!, inputs: rows, outputs: columns };
}

function gemm(node: Node, right: Weight | undefined): Candidate | string | undefined {
  if (!right) return undefined;
  const [rows, columns] = right.source.shape as readonly [number, number];
  const [outputs, inputs] = intAttribute(node, "transB", 0) ? [rows, columns] : [columns, rows];
  const [activation, weight] = node.inputs as readonly [string, string];
  const candidate: Candidate = { use: "product", weight, outputs, inputs };
  // Features of a turned activation are not on its last axis, where they are observed.
  const turned = intAttribute(node, "transA", 0) !== 0;
  return typed(right) ?? (turned ? candidate : { ...candidate, activation });
}

/** Tables smaller than this gain nothing: the extra tensors weigh as much as the bytes saved. */
const SMALLEST_TABLE_BYTES = 4096;

function gather(node: Node, table: Weight | undefined): Candidate | string | undefined {
  if (!table || table.source.shape.length !== 2 || intAttribute(node, "axis", 0) !== 0) return undefined;
  const [rows, columns] = table.source.shape as readonly [number, number];
  const { dtype, sizeBytes } = table.source;
  if ((dtype !== "float32" && dtype !== "float16") || sizeBytes < SMALLEST_TABLE_BYTES) return undefined;
  return { use: "table", weight: node.inputs[0]!, outputs: rows, inputs: columns };
}

function typed({ source: { dtype } }: Weight): string | undefined {
  if (dtype === "float32" || dtype === "float16") return undefined;
  return `its weight is ${dtype}; only float32 and float16 weights become codes`;
}

/** The standard operators have no look-up in packed codes: a table is stored as int8 with a scale per row. */
function byteTable(node: Node, { weight }: Candidate): QuantizedNode {
  return {
    node: node.name,
    op: node.op,
    decision: "quantized",
    form: "table",
    weights: [weight],
    weight: { dtype: "int8", granularity: "per-channel", bits: 8 },
    note: "8 bits a row: standard operators look nothing up in packed codes",
  };
}

function floatNode(node: Node, why: string): FloatNode {
  return { node: node.name, op: node.op, decision: "float", why };
}

/** The last product stays float: what it gets wrong, no layer after it makes good. */
function withLastFloat(nodes: QuantizationPlan["nodes"]): QuantizationPlan["nodes"] {
  const last = nodes.findLast((one) => one.decision === "quantized" && one.op !== "Gather");
  return nodes.map((one) =>
    one === last
      ? { node: one.node, op: one.op, decision: "float", why: "the last product was asked to stay float" }
      : one,
  );
}
