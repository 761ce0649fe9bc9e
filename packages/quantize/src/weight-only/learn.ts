// Algorithms that learn from data: the second moments of what each weight multiplies are observed, as many at a time as
// memory allows, and the weights are coded while they are at hand.

import type { Graph, Node, QuantizationPlan, QuantizedNode, Summary } from "@tersor/core";
import { noSamples } from "../errors.ts";
import type { QuantizationTools } from "../tools.ts";
import { codeWeight, type CodedWeight } from "./code-weight.ts";
import { codingJobOf, isInputMajor, type GroupsContext } from "./coding-job.ts";
import { secondMomentsMissing } from "./rounding-errors.ts";

/** A weight with all nodes that multiply by it in one way: they share its codes. */
interface Learner {
  readonly node: Node;
  readonly planned: readonly QuantizedNode[];
  readonly activations: ReadonlySet<string>;
  readonly inputs: number;
}

/** Second moments of the inputs of a weight, summed over the activations that it multiplies. */
interface Moments {
  readonly matrix: Float64Array;
  readonly rows: number;
  readonly activations: number;
}

export interface LearnOptions {
  /** Observe each activation after all weights before it are coded. */
  readonly sequential: boolean;
  /** The graph in which the nodes are rewritten that are coded already. */
  readonly emit: (nodes: QuantizationPlan["nodes"], coded: ReadonlyMap<string, CodedWeight>) => Graph;
}

/**
 * Codes the weights of a plan whose algorithms need data; gives the codes by node.
 * @throws QUANTIZE_SECOND_MOMENTS_MISSING without an executor or calibration data, QUANTIZE_CALIBRATION_EMPTY
 */
export async function codeFromData(
  prepared: Graph,
  plan: QuantizationPlan,
  context: GroupsContext,
  tools: QuantizationTools,
  { sequential, emit }: LearnOptions,
): Promise<ReadonlyMap<string, CodedWeight>> {
  const learners = learnersOf(prepared, plan, context);
  const coded = new Map<string, CodedWeight>();
  const known = new Map<Learner, Moments>();
  for (const activations of walksOf(learners, sequential ? 0 : MOST_MOMENT_BYTES)) {
    const done = plan.nodes.filter(({ node }) => coded.has(node));
    const graph = done.length > 0 && sequential ? emit(done, coded) : prepared;
    const summaries = await observe(graph, activations, learners[0]!, tools);
    for (const learner of learners.filter((one) => activations.some((name) => one.activations.has(name)))) {
      const moments = sumOf(learner, known.get(learner), summaries);
      known.set(learner, moments);
      if (moments.activations < learner.activations.size) continue;
      const result = code(prepared, learner, moments, context);
      for (const { node } of learner.planned) coded.set(node, result);
      known.delete(learner);
    }
  }
  return coded;
}

/** The weights that need data, in graph order. */
function learnersOf(prepared: Graph, plan: QuantizationPlan, { algorithm }: GroupsContext): readonly Learner[] {
  const nodes = new Map(prepared.nodes.map((node) => [node.name, node]));
  const byWeight = new Map<string, QuantizedNode[]>();
  for (const one of plan.nodes) {
    if (one.decision !== "quantized" || !one.groups || algorithm(one.groups).needs === "nothing") continue;
    const key = JSON.stringify([one.weights, one.groups, isInputMajor(nodes.get(one.node)!)]);
    byWeight.set(key, [...(byWeight.get(key) ?? []), one]);
  }
  return [...byWeight.values()].map((planned) => {
    const node = nodes.get(planned[0]!.node)!;
    const { shape } = prepared.weights.get(planned[0]!.weights![0]!)!.source;
    const activations = new Set(planned.map(({ activation }) => activation!));
    return { node, planned, activations, inputs: shape[isInputMajor(node) ? 0 : 1]! };
  });
}

/** Most bytes of second moments that are asked for at once; a single larger one is, nevertheless. */
const MOST_MOMENT_BYTES = 128 * 2 ** 20;

/** The activations in graph order, in groups whose second moments stay within so many bytes. */
function walksOf(learners: readonly Learner[], mostBytes: number): readonly (readonly string[])[] {
  const walks: string[][] = [];
  const seen = new Set<string>();
  let bytes = Infinity;
  for (const { activations, inputs } of learners) {
    for (const name of activations) {
      if (seen.has(name)) continue;
      seen.add(name);
      const own = inputs ** 2 * Float64Array.BYTES_PER_ELEMENT;
      if (bytes + own > mostBytes) {
        walks.push([]);
        bytes = 0;
      }
      walks.at(-1)!.push(name);
      bytes += own;
    }
  }
  return walks;
}

type SecondMoment = Extract<Summary, { readonly kind: "second-moment" }>;

async function observe(
  graph: Graph,
  activations: readonly string[],
  first: Learner,
  { executor, calibration, observe: options }: QuantizationTools,
): Promise<ReadonlyMap<string, SecondMoment>> {
  if (!executor || !calibration) throw secondMomentsMissing(first.planned[0]!.groups!.algorithm);
  const requests = activations.map((tensor) => ({ tensor, observer: "second-moment" }) as const);
  const summaries = await executor.observe(graph, calibration, requests, options);
  if (summaries.some(({ count }) => count === 0)) throw noSamples();
  return new Map(activations.map((name, i) => [name, summaries[i] as SecondMoment]));
}

function sumOf(
  { activations }: Learner,
  before: Moments | undefined,
  summaries: ReadonlyMap<string, SecondMoment>,
): Moments {
  let sum = before;
  for (const [name, { matrix, count }] of summaries) {
    if (!activations.has(name)) continue;
    sum = sum
      ? { matrix: sum.matrix.map((x, i) => x + matrix[i]!), rows: sum.rows + count, activations: sum.activations + 1 }
      : { matrix, rows: count, activations: 1 };
  }
  return sum!;
}

function code(
  prepared: Graph,
  { node, planned }: Learner,
  { matrix, rows }: Moments,
  context: GroupsContext,
): CodedWeight {
  const { weights, groups } = planned[0]!;
  const name = weights![0]!;
  const job = codingJobOf(node, name, prepared.weights.get(name)!, groups!, context);
  return codeWeight(job, { secondMoment: matrix, rows });
}
