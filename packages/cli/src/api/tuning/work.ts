// The work of a trial, wherever it is done: in a process of its own, or in the caller's where data or plugins are objects
// that no other process has.

import { statSync } from "node:fs";
import type { Executor } from "@tersor/core";
import { benchmarkPair, metricValueOf } from "@tersor/evaluate";
import { createExecutor } from "@tersor/onnx";
import { evaluationOf } from "../evaluate.ts";
import { quantize } from "../quantize.ts";
import { doorExecutor } from "../door-executor.ts";
import { compose, withExecutor, type CommonOptions } from "../session.ts";
import type { MeasureAnswer, MeasureRequest, TrialAnswer, TrialRequest } from "./messages.ts";
import { remembering } from "./remember.ts";

/** Quantizes and judges. */
export async function runTrial(request: TrialRequest, common: CommonOptions): Promise<TrialAnswer> {
  return withExecutor(common, async (executor) => {
    const own = { ...common, executor: remembering(executor, request.memory) };
    const { output } = await quantize(request.model, { ...request.quantize, ...own, force: true });
    const evaluation = await evaluationOf(request.quantize.output, { ...request.evaluate, ...common, executor });
    return {
      metric: metricValueOf(evaluation),
      correct: evaluation.verdicts.map(({ correct }) => Number(correct)).join(""),
      sizeBytes: output[0]?.sizeBytes ?? statSync(request.quantize.output).size,
    };
  });
}

/** Measures with an executor of the caller's, whose memory nobody knows. */
export async function measureWith(
  executor: Executor,
  { source, model, ...how }: Omit<MeasureRequest, "kind"> & { readonly signal: AbortSignal },
): Promise<MeasureAnswer> {
  const pair = await benchmarkPair({ ...how, executor, fp32: { file: source }, int8: { file: model }, rounds: ROUNDS });
  return { pair };
}

/** Rounds by turns with the source. */
const ROUNDS = 12;
/** A turn lasts about this long, so that a model of microseconds is not judged by a moment. */
const TURN_MS = 40;
const MOST_PER_TURN = 200;

/** Runs of a model per turn, where one takes `wallMs`. */
function runsPerTurn(wallMs: number): number {
  return Math.max(2, Math.min(MOST_PER_TURN, Math.round(TURN_MS / Math.max(wallMs, 1e-3))));
}

/** Measures in this process, which should have done nothing else before. */
export async function runMeasure({ source, model, feeds, threads }: MeasureRequest): Promise<MeasureAnswer> {
  const executor = doorExecutor(createExecutor({ inProcess: true }), compose({}).adapters.list());
  const before = process.memoryUsage.rss();
  const alone = await executor.compile({ file: model }, { threads });
  const [first] = await alone.time(feeds, { warmup: 1, iterations: 1 });
  const memoryBytes = Math.max(0, process.resourceUsage().maxRSS * 1024 - before);
  await alone.dispose();
  const pair = await benchmarkPair({
    executor,
    fp32: { file: source },
    int8: { file: model },
    feeds,
    threads,
    rounds: ROUNDS,
    iterationsPerRound: runsPerTurn(first?.wallMs ?? TURN_MS),
  });
  return { pair, memoryBytes };
}
