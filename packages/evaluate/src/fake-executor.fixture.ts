// An executor over plain functions, for tests: a model is a file name in a table. Timings come from the table too.

import type { Executable, Executor, Feeds, Runnable, Timing } from "@tersor/core";

export interface FakeModel {
  /** Gives all values; a run returns the outputs and what was tapped. */
  readonly run: (feeds: Feeds) => Feeds;
  /** Default: all values. */
  readonly outputs?: readonly string[];
  /** Outputs that are sequences: they are listed and not given. */
  readonly lists?: readonly string[];
  /** Milliseconds of the n-th run. */
  readonly wallMs?: (run: number) => number;
}

export interface FakeExecutor extends Executor {
  /** What happened, in order: "compile a tap=x", "run a", "time a 5", "dispose a". */
  readonly log: string[];
}

const nothing = { name: "", type: { kind: "unknown" } } as const;

export function fakeExecutor(models: Readonly<Record<string, FakeModel>>): FakeExecutor {
  const log: string[] = [];
  return {
    name: "fake",
    log,
    compile: async (model, options) => {
      const name = nameOf(model);
      const found = models[name];
      if (!found) throw new TypeError(`no model ${name}`);
      log.push(`compile ${name}${options?.tap?.length ? ` tap=${options.tap.join(",")}` : ""}`);
      return executable(name, found, log, options?.tap ?? []);
    },
    observe: async () => [],
    dispose: async () => {},
  };
}

/** Graphs go by their name, files by their path. */
function nameOf(model: Runnable): string {
  return "file" in model ? model.file : model.name;
}

function executable(name: string, model: FakeModel, log: string[], tap: readonly string[]): Executable {
  let runs = 0;
  const given = (value: string) => !model.outputs || model.outputs.includes(value) || tap.includes(value);
  const timing = (): Timing => {
    const wallMs = model.wallMs?.(runs++) ?? 1;
    return { wallMs, cpuMs: wallMs * 2 };
  };
  return {
    inputs: [nothing],
    outputs: (model.lists ?? []).map((list) => ({
      name: list,
      type: { kind: "sequence", element: { kind: "unknown" } },
    })),
    run: async (feeds, options) => {
      options?.signal?.throwIfAborted();
      log.push(`run ${name}`);
      return Object.fromEntries(Object.entries(model.run(feeds)).filter(([value]) => given(value)));
    },
    time: async (_, { warmup, iterations }) => {
      log.push(`time ${name} ${warmup}+${iterations}`);
      return Array.from({ length: iterations }, timing);
    },
    dispose: async () => {
      log.push(`dispose ${name}`);
    },
  };
}
