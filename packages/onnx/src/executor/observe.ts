// Observing: inner values become outputs, each batch is reduced in the host, and only summaries come back.
// A session keeps all its tapped tensors until a run ends, so more of them than `maxTapBytes` are split over several
// walks through the batches, one session at a time.

import {
  checkFeeds,
  createObserver,
  type Batches,
  type Feeds,
  type Graph,
  type ObserveOptions,
  type Observer,
  type ObserverRequest,
  type Summary,
} from "@tersor/core";
import { modelName, type HostClient, type OpenSession } from "./client.ts";
import { withProducts } from "./second-moments.ts";
import { TapSizes } from "./tap-sizes.ts";
import { placesOf, withOutputs } from "./taps.ts";

const DEFAULT_MAX_TAP_BYTES = 64 * 2 ** 20;

/** A request and its place in the answer. */
interface Placed {
  readonly index: number;
  readonly request: ObserverRequest;
  /** Used where the elements are here: inputs and weights. */
  readonly observer: Observer;
}

interface Work {
  readonly host: HostClient;
  readonly graph: Graph;
  readonly batches: Batches;
  readonly options: ObserveOptions;
  /** Requests for values that nodes make: the host's work. */
  readonly tapped: readonly Placed[];
  readonly fed: readonly Placed[];
  readonly summaries: Map<number, Summary>;
}

/** See `Executor.observe`. */
export async function observeGraph(
  host: HostClient,
  graph: Graph,
  batches: Batches,
  requests: readonly ObserverRequest[],
  options: ObserveOptions,
): Promise<readonly Summary[]> {
  const products = withProducts(graph, requests);
  return products.collect(await observeRequests(host, products.graph, batches, products.requests, options));
}

async function observeRequests(
  host: HostClient,
  graph: Graph,
  batches: Batches,
  requests: readonly ObserverRequest[],
  options: ObserveOptions,
): Promise<readonly Summary[]> {
  const work = { host, graph, batches, options, ...sorted(graph, requests), summaries: new Map<number, Summary>() };
  for (const { request, observer } of work.weights) observer.update(graph.weights.get(request.tensor)!.source.tensor());
  if (work.tapped.length > 0) await walkTaps(work);
  else if (work.fed.length > 0) await walkFeeds(work);
  for (const { index, observer } of [...work.weights, ...work.fed]) work.summaries.set(index, observer.summary());
  return requests.map((_, index) => work.summaries.get(index)!);
}

/** The requests by where their values come from. A wrong request throws here, before anything runs. */
function sorted(graph: Graph, requests: readonly ObserverRequest[]) {
  const places = placesOf(
    graph,
    modelName(graph),
    requests.map(({ tensor }) => tensor),
  );
  const placed = requests.map((request, index) => ({ index, request, observer: createObserver(request) }));
  return {
    tapped: placed.filter(({ index }) => places[index] === "node"),
    fed: placed.filter(({ index }) => places[index] === "input"),
    weights: placed.filter(({ index }) => places[index] === "weight"),
  };
}

function observeFeeds(fed: readonly Placed[], feeds: Feeds): void {
  for (const { request, observer } of fed) {
    const tensor = feeds[request.tensor];
    if (tensor !== undefined) observer.update(tensor);
  }
}

/** Where only inputs are asked for, nothing has to run. */
async function walkFeeds({ graph, batches, options, fed }: Work): Promise<void> {
  const inputs = graph.inputs.filter(({ name }) => !graph.weights.has(name));
  let done = 0;
  for await (const feeds of batches) {
    checkFeeds(feeds, inputs, `batch ${done + 1}`, { allowNaN: true });
    observeFeeds(fed, feeds);
    options.onBatch?.(++done);
  }
}

/** Walks the batches until every tensor had its turn. */
async function walkTaps(work: Work): Promise<void> {
  const names = [...new Set(work.tapped.map(({ request }) => request.tensor))];
  const sizes = new TapSizes(work.graph, work.options.maxTapBytes ?? DEFAULT_MAX_TAP_BYTES);
  const progress = progressOf(names.length, work.options.onBatch);
  let finished = 0;
  while (finished < names.length) finished += await walkOnce(work, sizes, names.slice(finished), progress);
}

/** The tensors of a walk, and the observers of their requests in the host. */
interface Tap {
  readonly session: OpenSession;
  readonly names: readonly string[];
  readonly watched: readonly { readonly key: number; readonly index: number; readonly tensor: string }[];
}

/** One walk through the batches with as many tensors as fit; gives their number. */
async function walkOnce(work: Work, sizes: TapSizes, names: readonly string[], progress: Progress): Promise<number> {
  let tap: Tap | undefined;
  let done = 0;
  try {
    for await (const feeds of ahead(work.batches)) {
      const fitting = sizes.fitting(tap?.names ?? names, feeds);
      tap = fitting.length === tap?.names.length ? tap : await retap(work, tap, fitting);
      sizes.measured(await reduce(work, tap, feeds, ++done));
      if (progress.finished === 0) observeFeeds(work.fed, feeds);
      progress.batch(done, fitting.length);
    }
    await collect(work, tap);
    progress.walked(done, tap?.names.length ?? names.length);
    return tap?.names.length ?? names.length;
  } finally {
    await tap?.session.release();
    await work.host.forget(tap?.watched.map(({ key }) => key) ?? []);
  }
}

/**
 * A session for these tensors. A batch larger than those before may leave room for fewer than there were: the others
 * are put off to the next walk, where their observers begin anew.
 */
async function retap(
  { host, graph, options, tapped }: Work,
  before: Tap | undefined,
  names: readonly string[],
): Promise<Tap> {
  await before?.session.release();
  const { threads = 1, optimization = "basic" } = options;
  const session = await host.open(withOutputs(graph, names), { threads, optimization }, options);
  if (before === undefined) {
    const chosen = tapped.filter(({ request }) => names.includes(request.tensor));
    const keys = await host.watch(chosen.map(({ request }) => request));
    return {
      session,
      names,
      watched: chosen.map(({ index, request: { tensor } }, i) => ({ key: keys[i]!, index, tensor })),
    };
  }
  const dropped = before.watched.filter(({ tensor }) => !names.includes(tensor));
  await host.forget(dropped.map(({ key }) => key));
  return { session, names, watched: before.watched.filter(({ tensor }) => names.includes(tensor)) };
}

async function reduce({ options }: Work, { session, names, watched }: Tap, feeds: Feeds, batch: number) {
  checkFeeds(feeds, session.signature.inputs, `batch ${batch}`, { allowNaN: true });
  return session.call("reduce", { feeds, outputs: names, keys: watched.map(({ key }) => key) }, options);
}

/** Takes the summaries in; without a single batch they are those of observers that saw nothing. */
async function collect({ host, tapped, summaries }: Work, tap: Tap | undefined): Promise<void> {
  if (tap === undefined) {
    for (const { index, observer } of tapped) summaries.set(index, observer.summary());
    return;
  }
  const found = await host.summarize(tap.watched.map(({ key }) => key));
  tap.watched.forEach(({ index }, i) => summaries.set(index, found[i]!));
}

/** Progress over several walks, in batches: a walk with a third of the tensors advances by a third of its batches. */
interface Progress {
  readonly finished: number;
  batch(done: number, tensors: number): void;
  walked(batches: number, tensors: number): void;
}

function progressOf(tensors: number, onBatch: ObserveOptions["onBatch"]): Progress {
  let finished = 0;
  let base = 0;
  let reported = 0;
  return {
    get finished() {
      return finished;
    },
    batch: (done, share) => {
      const now = Math.floor(base + (done * share) / tensors);
      if (now > reported) onBatch?.((reported = now));
    },
    walked: (batches, share) => {
      finished += share;
      base = (batches * finished) / tensors;
    },
  };
}

/** The items, each fetched while the one before is in use. */
async function* ahead<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  try {
    let next = iterator.next();
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = iterator.next();
      // Thrown when its turn comes; until then nobody waits for it.
      next.catch(() => {});
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}
