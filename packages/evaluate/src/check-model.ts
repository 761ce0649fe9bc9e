// Law 2: no model leaves unchecked. Runs a model beside its source and says per output how far they are apart;
// when it falls short, looks inside both graphs for the operators that brought the error in.

import {
  opRegistry,
  standardOps,
  type Batches,
  type CheckedTensor,
  type CheckResult,
  type CompileOptions,
  type Executor,
  type Graph,
  type Node,
  type OpRegistry,
  type Runnable,
  type RunOptions,
} from "@tersor/core";
import { compareRuns } from "./compare-runs.ts";
import { noSamples } from "./errors.ts";
import { worstOperators } from "./worst-operators.ts";

/** The two models, the data to hold them against each other on, and the limits. */
export interface CheckOptions extends CompileOptions, RunOptions {
  readonly executor: Executor;
  /** The source model. */
  readonly reference: Runnable;
  /** The model to check. */
  readonly candidate: Runnable;
  readonly batches: Batches;
  /** Inner tensors to compare too, by name. */
  readonly tap?: readonly string[];
  /** An output below this fails, in dB. Default 10. */
  readonly minSqnrDb?: number;
  /** Most bytes of tapped tensors alive at once; more tensors mean more walks over the feeds. Default 64 MB. */
  readonly maxTapBytes?: number;
  /**
   * When the check fails, look for the operators at fault. Default true, where both models are graphs; for files,
   * the graphs they were made from say where to look. Inner tensors are then compared in those graphs too.
   */
  readonly diagnose?: boolean | Graphs;
  /**
   * Which nodes of the reference can be at fault, such as those that were quantized.
   * Default: those with weights, and those that join several activations.
   */
  readonly suspects?: (node: Node) => boolean;
  /** Outputs that are lists, whose rows may change places (see `listOutputs`): only checked for NaN and infinity. */
  readonly lists?: ReadonlySet<string>;
  /** Called after each feed of the check itself, with the number done. */
  readonly onBatch?: (done: number) => void;
}

/** Graphs that are looked into. */
export interface Graphs {
  readonly reference: Graph;
  readonly candidate: Graph;
}

/** An output below this fails a check that does not ask for more, in dB. */
export const defaultMinSqnrDb = 10;

/** Feeds that are run again to find the operators at fault. */
const diagnosisFeeds = 2;

/**
 * Compares `candidate` with `reference` on the feeds of `batches`. Outputs whose shapes differ, such as lists after
 * NonMaxSuppression, are told as not comparable and only checked for NaN and infinity.
 * @throws EVALUATE_NO_SAMPLES when there are no feeds, and what the executor throws.
 */
export async function checkModel(options: CheckOptions): Promise<CheckResult> {
  const { minSqnrDb = defaultMinSqnrDb } = options;
  const { tap = [], ...rest } = options;
  const { tensors, samples } = await compareRuns(rest);
  const outputs = tensors.map((tensor) => (options.lists?.has(tensor.name) ? unordered(tensor) : tensor));
  if (samples === 0) throw noSamples("check the model");
  const failing = outputs.flatMap((output) => shortcoming(output, minSqnrDb));
  const inside = graphsOf(options);
  const inner = { ...options, ...inside };
  const { tensors: asked } = await compareTaps(inner, tap);
  const diagnose = inside !== undefined && options.diagnose !== false && failing.length > 0;
  const found = diagnose ? await diagnosis(inside, inner, asked) : asked;
  const worst = found.length > 0 && inside ? blame(inside.reference, options, [...found, ...outputs]) : [];
  return {
    outputs,
    ...(found.length > 0 ? { tensors: found } : {}),
    samples,
    ok: failing.length === 0,
    failing,
    ...(worst.length > 0 ? { worstOperators: worst } : {}),
    minSqnrDb,
  };
}

function unordered(output: CheckedTensor): CheckedTensor {
  if (output.kind !== "float") return output;
  const { name, nonFinite } = output;
  const reason = "it is a list behind NonMaxSuppression, whose rows may change places";
  return { name, kind: "not-comparable", reason, nonFinite };
}

function shortcoming(output: CheckedTensor, minSqnrDb: number): CheckResult["failing"] {
  const { name } = output;
  if (output.kind === "exact") return [];
  if (output.nonFinite > 0) return [{ name, reason: `${output.nonFinite} elements became NaN or infinite` }];
  if (output.kind === "not-comparable" || output.sqnrDb >= minSqnrDb) return [];
  return [{ name, reason: `SQNR is ${output.sqnrDb.toFixed(2)} dB, less than ${minSqnrDb} dB` }];
}

/** Compares inner tensors in groups: as many per walk as `maxTapBytes` holds, learned from the walk before. */
export async function compareTaps(
  options: CheckOptions,
  names: readonly string[],
  limit?: number,
): Promise<{ readonly tensors: readonly CheckedTensor[]; readonly samples: number }> {
  const { maxTapBytes = 64 * 2 ** 20 } = options;
  const missing = new Map(names.flatMap((name) => absent(options, name)).map((tensor) => [tensor.name, tensor]));
  const present = names.filter((name) => !missing.has(name));
  const compared: CheckedTensor[] = [];
  let size = 8;
  let samples = 0;
  for (let start = 0; start < present.length;) {
    const group = present.slice(start, start + size);
    const walked = await compareRuns({
      ...withoutProgress(options),
      tap: group,
      ...(limit === undefined ? {} : { limit }),
    });
    const { tensors, bytes } = walked;
    samples = walked.samples;
    compared.push(...tensors.filter((tensor) => group.includes(tensor.name)));
    start += group.length;
    size = Math.max(1, Math.min(group.length * 4, Math.floor((group.length * maxTapBytes) / Math.max(bytes, 1))));
  }
  return { tensors: [...compared, ...missing.values()], samples };
}

function withoutProgress({ onBatch: _, ...rest }: CheckOptions): CheckOptions {
  return rest;
}

/** A tapped name that one of the graphs does not make, told without running it. */
function absent({ reference, candidate }: CheckOptions, name: string): readonly CheckedTensor[] {
  const gone = [reference, candidate].map((model) => isGraph(model) && !made(model).has(name));
  if (!gone[0] && !gone[1]) return [];
  return [
    {
      name,
      kind: "not-comparable",
      reason: `the ${gone[0] ? "reference" : "candidate"} has no value of this name`,
      nonFinite: 0,
    },
  ];
}

async function diagnosis(
  { reference, candidate }: Graphs,
  options: CheckOptions,
  asked: readonly CheckedTensor[],
): Promise<readonly CheckedTensor[]> {
  const { suspects = canBeAtFault } = options;
  const known = new Set([...asked.map(({ name }) => name), ...reference.outputs.map(({ name }) => name)]);
  const inBoth = (name: string) => made(reference).has(name) && made(candidate).has(name) && !known.has(name);
  const around = reference.nodes.filter(suspects).flatMap((node) => [...node.inputs, ...node.outputs]);
  const names = [...new Set(around)].filter(inBoth);
  return [...asked, ...(await compareTaps(options, names, diagnosisFeeds)).tensors];
}

function graphsOf({ reference, candidate, diagnose }: CheckOptions): Graphs | undefined {
  if (typeof diagnose === "object") return { reference: diagnose.reference, candidate: diagnose.candidate };
  return isGraph(reference) && isGraph(candidate) ? { reference, candidate } : undefined;
}

function blame(reference: Graph, { suspects = canBeAtFault }: CheckOptions, compared: readonly CheckedTensor[]) {
  return worstOperators(reference.nodes.filter(suspects), compared);
}

let operators: OpRegistry | undefined;

/** Operators of one input, such as Relu, pass errors on and are named only when the caller asks for them. */
export function canBeAtFault(node: Node): boolean {
  operators ??= opRegistry(standardOps);
  const kind = operators.find(node.domain, node.op)?.quantization(node).kind;
  return (
    kind === "weighted" || kind === "table" || kind === "recurrent" || (kind === "activation" && node.inputs.length > 1)
  );
}

const madeBy = new WeakMap<Graph, ReadonlySet<string>>();

/** Names that the nodes of a graph make, kept per graph. */
function made(graph: Graph): ReadonlySet<string> {
  const known = madeBy.get(graph);
  if (known) return known;
  const names = new Set(graph.nodes.flatMap((node) => node.outputs).filter((name) => name !== ""));
  madeBy.set(graph, names);
  return names;
}

function isGraph(model: Runnable): model is Graph {
  return "nodes" in model;
}
