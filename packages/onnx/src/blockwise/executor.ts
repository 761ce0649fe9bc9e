// An executor for models larger than memory: each block is loaded, run over all batches and let go, with the values
// between blocks on disk. Memory is bounded by the weights of a block and the values of one batch.

import {
  inferTypes,
  type Batches,
  type CompileOptions,
  type Executable,
  type Executor,
  type Feeds,
  type Graph,
  type Inference,
  type ObserveOptions,
  type ObserverRequest,
  type Runnable,
  type RunOptions,
  type Summary,
} from "@tersor/core";
import { blockwiseTime } from "../errors.ts";
import { placesOf } from "../executor/taps.ts";
import { readModel } from "../read/model.ts";
import { blockGraph, blocksOf, weightBytes, type Block } from "./blocks.ts";
import { Spool } from "./spool.ts";

/** The runtime holds a model while it prepares it, and what it made of it. */
const SHARE_OF_LIMIT = 1 / 3;

/**
 * An executor that runs models block by block where their weights take more than a third of `memoryLimitBytes`; others
 * are left to `inner`.
 */
export function blockwiseExecutor(inner: Executor, memoryLimitBytes: number): Executor {
  const mostBytes = memoryLimitBytes * SHARE_OF_LIMIT;
  const fits = (graph: Graph): boolean => weightBytes(graph) <= mostBytes;
  return {
    name: `${inner.name}, block by block`,
    compile: async (model, options = {}) => {
      const graph = await graphOf(model);
      return fits(graph) ? inner.compile(model, options) : blockwiseExecutable(inner, graph, mostBytes, options);
    },
    observe: (graph, batches, requests, options = {}) =>
      fits(graph)
        ? inner.observe(graph, batches, requests, options)
        : observeBlocks(inner, graph, mostBytes, { batches, requests, options }),
    dispose: () => inner.dispose(),
  };
}

function graphOf(model: Runnable): Graph | Promise<Graph> {
  return "file" in model ? readModel(model.file) : model;
}

/** Runs the blocks one after the other; values between them stay in memory, as there is one batch. */
function blockwiseExecutable(inner: Executor, graph: Graph, mostBytes: number, options: CompileOptions): Executable {
  const { tap = [], ...common } = options;
  const types = inferTypes(graph);
  const blocks = blocksOf(graph, mostBytes);
  const wanted = [...new Set([...graph.outputs.map(({ name }) => name), ...tap])];
  placesOf(graph, graph.path ?? graph.name, tap);
  return {
    inputs: graph.inputs.filter(({ name }) => !graph.weights.has(name)),
    outputs: wanted.map((name) => ({
      name,
      type: graph.outputs.find((output) => output.name === name)?.type ?? { kind: "unknown" },
    })),
    run: async (feeds, control = {}) => {
      const values: Record<string, Feeds[string]> = { ...feeds };
      for (const block of blocks) {
        const tapped = tap.filter((name) => block.nodes.some(({ outputs }) => outputs.includes(name)));
        Object.assign(
          values,
          await runOnce(inner, blockGraph(graph, block, types, tapped), pick(values, block.inputs), {
            ...common,
            ...control,
          }),
        );
      }
      return pick(values, wanted);
    },
    time: () => Promise.reject(blockwiseTime()),
    dispose: () => Promise.resolve(),
  };
}

async function runOnce(
  inner: Executor,
  graph: Graph,
  feeds: Feeds,
  options: CompileOptions & RunOptions,
): Promise<Feeds> {
  const executable = await inner.compile(graph, options);
  try {
    return await executable.run(feeds, options);
  } finally {
    await executable.dispose();
  }
}

function pick(values: Feeds, names: readonly string[]): Feeds {
  return Object.fromEntries(names.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])));
}

interface Job {
  readonly batches: Batches;
  readonly requests: readonly ObserverRequest[];
  readonly options: ObserveOptions;
}

async function observeBlocks(inner: Executor, graph: Graph, mostBytes: number, job: Job): Promise<readonly Summary[]> {
  const { batches, requests, options } = job;
  const places = placesOf(
    graph,
    graph.path ?? graph.name,
    requests.map(({ tensor }) => tensor),
  );
  const summaries: Summary[] = [];
  // Nothing has to run for inputs and weights.
  const direct = requests.flatMap((_, i) => (places[i] === "node" ? [] : [i]));
  const found =
    direct.length > 0
      ? await inner.observe(
          graph,
          batches,
          direct.map((i) => requests[i]!),
          options,
        )
      : [];
  direct.forEach((index, i) => (summaries[index] = found[i]!));
  const blocks = neededBlocks(blocksOf(graph, mostBytes), requests);
  const spool = await Spool.open();
  try {
    const types = inferTypes(graph);
    for (const [i, block] of blocks.entries()) {
      const from = i === 0 ? batches : spooled(spool, block.inputs);
      await observeBlock(inner, { graph, block, types, from, summaries, requests, options });
      await passOn(inner, { graph, block, types, from, spool, later: blocks.slice(i + 1), options });
      options.onBatch?.(Math.floor((spool.batches * (i + 1)) / blocks.length));
    }
  } finally {
    await spool.close();
  }
  return summaries;
}

/** The blocks up to the last one that makes a requested value. */
function neededBlocks(blocks: readonly Block[], requests: readonly ObserverRequest[]): readonly Block[] {
  const asked = new Set(requests.map(({ tensor }) => tensor));
  const last = blocks.findLastIndex(({ nodes }) =>
    nodes.some(({ outputs }) => outputs.some((name) => asked.has(name))),
  );
  return blocks.slice(0, last + 1);
}

function spooled(spool: Spool, names: readonly string[]): Batches {
  return {
    length: spool.batches,
    async *[Symbol.asyncIterator]() {
      for (let batch = 0; batch < spool.batches; batch++) yield await spool.get(batch, names);
    },
  };
}

interface BlockWork {
  readonly graph: Graph;
  readonly block: Block;
  readonly types: Inference;
  readonly from: Batches;
  readonly options: ObserveOptions;
}

async function observeBlock(
  inner: Executor,
  {
    graph,
    block,
    types,
    from,
    summaries,
    requests,
    options,
  }: BlockWork & { readonly summaries: Summary[]; readonly requests: readonly ObserverRequest[] },
): Promise<void> {
  const made = new Set(block.nodes.flatMap(({ outputs }) => outputs));
  const own = requests.flatMap(({ tensor }, i) => (made.has(tensor) ? [i] : []));
  if (own.length === 0) return;
  const { onBatch: _, ...rest } = options;
  const found = await inner.observe(
    blockGraph(graph, block, types),
    fedFrom(from, block.inputs),
    own.map((i) => requests[i]!),
    rest,
  );
  own.forEach((index, i) => (summaries[index] = found[i]!));
}

function fedFrom(batches: Batches, names: readonly string[]): Batches {
  return {
    ...(batches.length !== undefined && { length: batches.length }),
    async *[Symbol.asyncIterator]() {
      for await (const feeds of batches) yield pick(feeds, names);
    },
  };
}

/** Writes what later blocks read: values of this block, and inputs of the model while they are at hand. */
async function passOn(
  inner: Executor,
  {
    graph,
    block,
    types,
    from,
    spool,
    later,
    options,
  }: BlockWork & { readonly spool: Spool; readonly later: readonly Block[] },
): Promise<void> {
  const needed = new Set(later.flatMap(({ inputs }) => inputs));
  if (needed.size === 0) return;
  const { threads = 1, signal, timeoutMs } = options;
  const control = { ...(signal && { signal }), ...(timeoutMs !== undefined && { timeoutMs }) };
  const outputs = block.outputs.filter((name) => needed.has(name));
  const isFirst = spool.batches === 0;
  const executable =
    outputs.length === 0
      ? undefined
      : await inner.compile(blockGraph(graph, { ...block, outputs }, types), {
          threads,
          optimization: "basic",
          ...control,
        });
  try {
    let batch = 0;
    for await (const feeds of from) {
      if (isFirst) await spool.put(batch, pick(feeds, [...needed]));
      if (executable) await spool.put(batch, await executable.run(pick(feeds, block.inputs), control));
      batch++;
    }
  } finally {
    await executable?.dispose();
  }
  await spool.keep(needed);
}
