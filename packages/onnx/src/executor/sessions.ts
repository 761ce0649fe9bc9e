// The host's side of the protocol: sessions and observers by number. It runs in the child process, or in the caller's
// own when that was asked for.

import { performance } from "node:perf_hooks";
import {
  byteLengthOf,
  createObserver,
  elementCount,
  TersorError,
  type Observer,
  type Tensor,
  type Timing,
} from "@tersor/core";
import { observersLost, sessionDisposed } from "./errors.ts";
import { profileRuns } from "./profile.ts";
import { loadRuntime, type Runtime, type Session } from "./runtime.ts";
import type { CallName, Calls, Failure } from "./protocol.ts";

type Handlers = { readonly [K in CallName]: (ask: Calls[K]["ask"]) => Promise<Calls[K]["answer"]> };

interface Watched {
  readonly tensor: string;
  readonly observer: Observer;
}

/** What a host keeps. */
interface State {
  runtime: Promise<Runtime> | undefined;
  readonly sessions: Map<number, Session>;
  readonly watched: Map<number, Watched>;
}

/** A host without sessions; the runtime is loaded by the first "hello". */
export function createHandlers(): Handlers {
  const state: State = { runtime: undefined, sessions: new Map(), watched: new Map() };
  return {
    hello: async ({ choice }) => {
      const { name, version, fallbackReason } = await (state.runtime ??= loadRuntime(choice));
      return { name, version, ...(fallbackReason === undefined ? {} : { fallbackReason }) };
    },
    compile: async ({ session, model, options }) => {
      const runtime = await (state.runtime ??= loadRuntime("auto"));
      const opened = await runtime.open(model, options);
      state.sessions.set(session, opened);
      return opened.signature;
    },
    run: ({ session, feeds, outputs }) => {
      const opened = sessionOf(state, session);
      return opened.run(opened.bind(feeds), outputs);
    },
    time: (ask) => timeRuns(sessionOf(state, ask.session), ask),
    profile: async (ask) => (await profileRuns(await (state.runtime ??= loadRuntime("auto")), ask)) ?? null,
    watch: async ({ watched }) => {
      for (const { key, request } of watched) {
        state.watched.set(key, { tensor: request.tensor, observer: createObserver(request) });
      }
      return null;
    },
    reduce: (ask) => reduceBatch(state, ask),
    summarize: async ({ keys }) => keys.map((key) => watchedOf(state, key).observer.summary()),
    forget: async ({ keys }) => {
      for (const key of keys) state.watched.delete(key);
      return null;
    },
    release: async ({ session }) => {
      await state.sessions.get(session)?.release();
      state.sessions.delete(session);
      return null;
    },
  };
}

function sessionOf(state: State, session: number): Session {
  const found = state.sessions.get(session);
  if (found === undefined) throw sessionDisposed({ model: `session ${session}` });
  return found;
}

/** Observers die with their process; a new one can't go on where they were. */
function watchedOf(state: State, key: number): Watched {
  const found = state.watched.get(key);
  if (found === undefined) throw observersLost();
  return found;
}

async function timeRuns(
  session: Session,
  { feeds, outputs, warmup, iterations }: Calls["time"]["ask"],
): Promise<Timing[]> {
  const bound = session.bind(feeds);
  for (let i = 0; i < warmup; i++) await session.run(bound, outputs);
  const timings: Timing[] = [];
  for (let i = 0; i < iterations; i++) {
    const cpu = process.cpuUsage();
    const start = performance.now();
    await session.run(bound, outputs);
    const wallMs = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    timings.push({ wallMs, cpuMs: (user + system) / 1000 });
  }
  return timings;
}

async function reduceBatch(state: State, ask: Calls["reduce"]["ask"]): Promise<Record<string, number>> {
  const session = sessionOf(state, ask.session);
  const watched = ask.keys.map((key) => watchedOf(state, key));
  const results = await session.run(session.bind(ask.feeds), ask.outputs);
  for (const { tensor, observer } of watched) observer.update(results[tensor]!);
  return Object.fromEntries(Object.entries(results).map(([name, result]) => [name, sizeOf(result)]));
}

function sizeOf({ dtype, shape }: Tensor): number {
  return byteLengthOf(dtype, elementCount(shape));
}

/** An error as data, for the way back to the caller. */
export function failureOf(error: unknown): Failure {
  if (error instanceof TersorError)
    return { kind: "error", code: error.code, message: error.message, data: error.data };
  return { kind: "runtime", message: error instanceof Error ? error.message : String(error) };
}
