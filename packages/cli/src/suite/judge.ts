// Whether a row held, by what can be seen of its result: the runner looks at the files, whatever the recipe says of
// itself.

import {
  batchesOf,
  inferTypes,
  take,
  type CheckResult,
  type Dataset,
  type Executor,
  type Feeds,
  type Graph,
  type Report,
  type Shape,
} from "@tersor/core";
import { checkModel, inspect, listOutputs } from "@tersor/evaluate";
import { readModel } from "@tersor/onnx";
import { inputsOf } from "../api/model.ts";

/** One thing that has to hold. */
export interface Condition {
  readonly name: "steps" | "reloaded" | "macs" | "check" | "metric";
  readonly ok: boolean;
  readonly detail: string;
}

/** What was seen of a result. */
export interface Judgement {
  readonly conditions: readonly Condition[];
  /** Share of the multiply-accumulates that are integer. */
  readonly macShare: number;
  /** Multiply-accumulates of one run. */
  readonly macs: number;
  /** Least SQNR of the outputs that can be compared, in dB. */
  readonly sqnrDb: number | undefined;
}

/** Share of the multiply-accumulates that has to be quantized. */
export const LEAST_MAC_SHARE = 0.8;
/** A stand-in's output may be so far from its source: random weights keep less than trained ones. */
export const LEAST_SQNR_DB = 5;
const SAMPLES = 4;

/** What is judged. */
export interface Evidence {
  readonly executor: Executor;
  readonly source: string;
  readonly report: Report;
  readonly data: Dataset;
}

/** Looks at the result of a run. */
export async function judge({ executor, source, report, data }: Evidence): Promise<Judgement> {
  const written = report.output[0]?.path;
  const steps: Condition = { name: "steps", ok: written !== undefined, detail: written ?? "nothing was written" };
  if (written === undefined) return { conditions: [steps], macShare: 0, macs: 0, sqnrDb: undefined };
  const graph = await readModel(written);
  const { macs, share: macShare } = integerMacs(graph, await feedsOf(data));
  const batches = batchesOf(take(data, SAMPLES), { batchSize: 1 });
  const check = await checkModel({
    executor,
    reference: { file: source },
    candidate: { file: written },
    batches,
    minSqnrDb: LEAST_SQNR_DB,
    diagnose: false,
    lists: listOutputs(graph),
  });
  const conditions = [
    steps,
    { name: "reloaded", ok: check.samples > 0, detail: `${check.samples} samples ran` } as const,
    macCondition(macShare),
    checkCondition(check),
    metricCondition(report),
  ];
  return { conditions, macShare, macs, sqnrDb: leastSqnr(check) };
}

async function feedsOf(data: Dataset): Promise<Feeds> {
  for await (const { feeds } of data) return feeds;
  return {};
}

/** Share of multiply-accumulates that integer operators have, at the sizes of a sample. */
export function integerShare(graph: Graph, feeds: Feeds): number {
  return integerMacs(graph, feeds).share;
}

function integerMacs(graph: Graph, feeds: Feeds): { readonly macs: number; readonly share: number } {
  const shapes: Record<string, Shape> = {};
  for (const { name } of inputsOf(graph)) if (feeds[name] !== undefined) shapes[name] = feeds[name].shape;
  const { nodes } = inspect(graph, { inference: inferTypes(graph, { inputs: shapes }) });
  // A turn of a loop counts once, where nobody knows the number of turns.
  const known = nodes.filter(({ macs }) => !Number.isNaN(macs));
  const sum = (some: typeof known) => some.reduce((total, node) => total + node.macs, 0);
  const macs = sum(known);
  return { macs, share: macs === 0 ? 0 : sum(known.filter(({ precision }) => precision.kind === "integer")) / macs };
}

/** Whether enough of the arithmetic is in integers. */
export function macCondition(share: number): Condition {
  const detail = `${(100 * share).toFixed(1)} % of the multiply-accumulates are integer, more than ${100 * LEAST_MAC_SHARE} % are needed`;
  return { name: "macs", ok: share > LEAST_MAC_SHARE, detail };
}

function checkCondition({ ok, failing }: CheckResult): Condition {
  const detail = failing.map(({ name, reason }) => `${name}: ${reason}`).join("; ");
  return { name: "check", ok, detail: ok ? `every output has at least ${LEAST_SQNR_DB} dB` : detail };
}

/** Whether a metric ran and gave a number. */
export function metricCondition({ evaluation }: Pick<Report, "evaluation">): Condition {
  if (evaluation === undefined) return { name: "metric", ok: false, detail: "it did not run" };
  const { int8, fp32 } = evaluation;
  const ok = Number.isFinite(int8.value) && Number.isFinite(fp32.value) && int8.count > 0 && fp32.value !== 0;
  return { name: "metric", ok, detail: `${int8.metric} of ${int8.count}: ${int8.value} beside ${fp32.value}` };
}

function leastSqnr({ outputs }: CheckResult): number | undefined {
  const found = outputs.flatMap((output) => (output.kind === "float" ? [output.sqnrDb] : []));
  return found.length === 0 ? undefined : Math.min(...found);
}
