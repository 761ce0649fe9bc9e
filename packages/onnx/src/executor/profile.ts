// Times of operators, from onnxruntime's own profiler: a session with the profiler on writes a file of events (Chrome's
// trace format: "ts" and "dur" in microseconds), of which those of category "Node" named "<node>_kernel_time" are kept.
// https://onnxruntime.ai/docs/performance/tune-performance/profiling-tools.html

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OpProfile, OpTime } from "@tersor/core";
import type { Calls } from "./protocol.ts";
import type { Runtime } from "./runtime.ts";

/** Profiles a model; undefined where the runtime has no profiler. */
export async function profileRuns(
  { openProfiled }: Runtime,
  { model, options, feeds, warmup, iterations }: Calls["profile"]["ask"],
): Promise<OpProfile | undefined> {
  if (openProfiled === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "tersor-profile-"));
  try {
    const session = await openProfiled(model, options, join(folder, "runs"));
    try {
      const bound = session.bind(feeds);
      const outputs = session.signature.outputs.flatMap(({ name, type }) => (type.kind === "tensor" ? [name] : []));
      for (let i = 0; i < warmup + iterations; i++) await session.run(bound, outputs);
      session.endProfiling();
    } finally {
      await session.release();
    }
    return summaryOf(await eventsIn(folder), warmup);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** An event of the profiler. */
export interface TraceEvent {
  readonly cat?: string;
  readonly name?: string;
  readonly ts?: number;
  readonly dur?: number;
  readonly args?: { readonly op_name?: string };
}

async function eventsIn(folder: string): Promise<readonly TraceEvent[]> {
  const [file] = await readdir(folder);
  if (file === undefined) return [];
  return JSON.parse(await readFile(join(folder, file), "utf8")) as readonly TraceEvent[];
}

const SUFFIX = "_kernel_time";

/** Means over the runs after the first `warmup` ones; undefined where the profiler gave nothing. */
export function summaryOf(events: readonly TraceEvent[], warmup: number): OpProfile | undefined {
  const runs = events.filter(({ name }) => name === "model_run").map(({ ts = 0 }) => ts);
  const starts = runs.sort((a, b) => a - b);
  const iterations = starts.length - warmup;
  if (iterations <= 0) return undefined;
  const from = starts[warmup]!;
  const times = new Map<string, { node: string; op: string; us: number }>();
  for (const { cat, name = "", ts = 0, dur = 0, args } of events) {
    if (cat !== "Node" || !name.endsWith(SUFFIX) || ts < from) continue;
    const node = name.slice(0, -SUFFIX.length);
    const op = args?.op_name ?? "unknown";
    const known = times.get(`${op} ${node}`);
    if (known) known.us += dur;
    else times.set(`${op} ${node}`, { node, op, us: dur });
  }
  const nodes = Array.from(times.values(), ({ node, op, us }) => ({ node, op, meanMs: us / 1000 / iterations }));
  nodes.sort(slowestFirst);
  return { nodes, byOp: sumsByOp(nodes), totalMs: nodes.reduce((sum, { meanMs }) => sum + meanMs, 0), iterations };
}

function sumsByOp(nodes: readonly OpTime[]): OpProfile["byOp"] {
  const sums = new Map<string, { op: string; count: number; meanMs: number }>();
  for (const { op, meanMs } of nodes) {
    const row = sums.get(op) ?? { op, count: 0, meanMs: 0 };
    sums.set(op, row);
    row.count++;
    row.meanMs += meanMs;
  }
  return [...sums.values()].sort(slowestFirst);
}

function slowestFirst(a: { readonly meanMs: number }, b: { readonly meanMs: number }): number {
  return b.meanMs - a.meanMs;
}
