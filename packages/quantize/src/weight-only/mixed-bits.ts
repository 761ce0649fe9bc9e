// Mixed precision: 2, 4 or 8 bits for each weight, so that the mean stays within a budget and the outputs of the products
// suffer least.

import {
  elementCount,
  type Graph,
  type GroupsSpec,
  type QuantizationPlan,
  type QuantizedNode,
  type Summary,
} from "@tersor/core";
import type { QuantizationTools } from "../tools.ts";
import { allocateBits, type Bits, type WidthChoice } from "./allocate-bits.ts";
import { isInputMajor } from "./coding-job.ts";
import { matrixOf, panelsOf, type Matrix } from "./matrix.ts";
import { rtn } from "./rtn/rtn.ts";

/** Rows of an activation from which the size of each input feature is taken. */
const SAMPLED_ROWS = 64;

/**
 * The plan with a width of its own for every product's weight, `averageBits` on the mean over their elements at most.
 * With an executor and calibration data noise is that of the outputs, else that of the weights.
 * @throws QUANTIZE_BIT_BUDGET when the budget is less than the narrowest width
 */
export async function withMixedBits(
  prepared: Graph,
  plan: QuantizationPlan,
  { averageBits, widths }: { readonly averageBits: number; readonly widths: readonly Bits[] },
  tools: QuantizationTools,
): Promise<QuantizationPlan> {
  const products = plan.nodes.filter(isProduct);
  const sizes = await meanSquaresOf(prepared, products, tools);
  const nodes = new Map(prepared.nodes.map((node) => [node.name, node]));
  const choices = new Map<string, WidthChoice>();
  for (const product of products) {
    const node = nodes.get(product.node);
    const weight = product.weights[0]!;
    const source = prepared.weights.get(weight)?.source;
    if (!node || !source || choices.has(weight)) continue;
    const matrix = matrixOf(source, isInputMajor(node));
    const noise = noisesOf(matrix, product.groups, widths, sizes.get(product.activation ?? ""));
    choices.set(weight, { weight, elements: elementCount(source.shape), noise });
  }
  const chosen = allocateBits([...choices.values()], averageBits);
  return { ...plan, nodes: plan.nodes.map((one) => (isProduct(one) ? withBits(one, chosen) : one)) };
}

type Product = QuantizedNode & { readonly groups: GroupsSpec; readonly weights: readonly string[] };

/** Tables keep their width: nothing is multiplied by them. Codebooks have 4 bits. */
function isProduct(one: QuantizationPlan["nodes"][number]): one is Product {
  return one.decision === "quantized" && one.op !== "Gather" && one.groups?.codebook === "integer";
}

function withBits(one: Product, chosen: ReadonlyMap<string, Bits>): QuantizedNode {
  const bits = chosen.get(one.weights[0]!);
  return bits === undefined ? one : { ...one, groups: { ...one.groups, bits } };
}

/** Mean square of each input feature, by activation; empty without data. */
async function meanSquaresOf(
  prepared: Graph,
  products: readonly Product[],
  { executor, calibration, observe }: QuantizationTools,
): Promise<ReadonlyMap<string, Float64Array>> {
  const names = [...new Set(products.flatMap(({ activation }) => activation ?? []))];
  if (!executor || !calibration || names.length === 0) return new Map();
  const requests = names.map((tensor, seed) => ({ tensor, observer: "sample", rows: SAMPLED_ROWS, seed }) as const);
  const summaries = await executor.observe(prepared, calibration, requests, observe);
  return new Map(names.map((name, i) => [name, meanSquare(summaries[i]!)]));
}

function meanSquare(summary: Summary): Float64Array {
  const rows = summary.kind === "sample" ? summary.rows : [];
  const mean = new Float64Array(rows[0]?.length ?? 0);
  for (const row of rows) row.forEach((value, j) => (mean[j]! += value ** 2 / rows.length));
  return mean;
}

function noisesOf(
  matrix: Matrix,
  groups: GroupsSpec,
  widths: readonly Bits[],
  sizes: Float64Array | undefined,
): WidthChoice["noise"] {
  const weights = sizes?.length === matrix.inputs ? sizes : new Float64Array(matrix.inputs).fill(1);
  return Object.fromEntries(widths.map((bits) => [bits, noiseOf(matrix, { ...groups, bits }, weights)]));
}

/** Sum of squared errors of the weights over that of the weights, each input counted as large as it is. */
function noiseOf(matrix: Matrix, spec: GroupsSpec, sizes: Float64Array): number {
  const algorithm = rtn({ clipSearch: false });
  let [noise, signal] = [0, 0];
  for (const { data, outputs, inputs, firstInput } of panelsOf(matrix, spec.groupSize, "groups")) {
    const { codes, scale, zeroPoint } = algorithm.open(spec, inputs, {})({ data, outputs, inputs });
    const groups = Math.ceil(inputs / spec.groupSize);
    for (let i = 0; i < codes.length; i++) {
      const column = i % inputs;
      const group = ((i - column) / inputs) * groups + Math.floor(column / spec.groupSize);
      const size = sizes[firstInput + column]!;
      noise += size * (data[i]! - (codes[i]! - zeroPoint![group]!) * scale[group]!) ** 2;
      signal += size * data[i]! ** 2;
    }
  }
  return signal === 0 ? 0 : noise / signal;
}
