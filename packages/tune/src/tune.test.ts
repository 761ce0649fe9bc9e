// The course of a search: budgets, failures, hangs, trials side by side, and going on after any end. A search that was
// killed must leave the journal that it would have left unharmed.

import { describe, expect, it } from "vitest";
import { TersorError, type Trial, type TuningStrategy } from "@tersor/core";
import { memoryStore, openJournal, type JournalStore } from "./journal.ts";
import { standardStrategies } from "./strategies/index.ts";
import { explore, goal, outcomeOf, search } from "./test-support/landscape.ts";
import type { tune } from "./tune.ts";

function named(name: string): TuningStrategy {
  return standardStrategies.find((strategy) => strategy.name === name)!;
}

/** The lines of a journal by trial, without times; the order in which trials end is that of the machine. */
async function linesOf(store: JournalStore): Promise<readonly unknown[]> {
  const lines = (await store.read()).trim().split("\n");
  const records = lines.map((line) => ({ trial: -1, ...(JSON.parse(line) as object), seconds: 0, at: 0 }));
  return records.sort((a, b) => a.trial - b.trial);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until the trial is ended from outside. */
const hang = (_: unknown, signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

describe("a search that was killed", () => {
  it.each(["basic", "bayesian", "tpe", "random", "pareto", "mse_v2"])("goes on as %s would have", async (name) => {
    const strategy = named(name);
    const whole = memoryStore();
    const budget = { trials: 12 };
    const expected = await explore({ strategy, budget, seed: 5 }, { store: whole });
    const text = await whole.read();
    const ends = [...text.matchAll(/\n/g)].map(({ index }) => index + 1);
    // After each line, and in the middle of each line.
    for (const end of ends.flatMap((at, i) => [at, Math.floor((at + (ends[i + 1] ?? at)) / 2)])) {
      const store = memoryStore(text.slice(0, end));
      let runs = 0;
      const runTrial: Parameters<typeof tune>[0]["runTrial"] = async ({ config }) => {
        runs++;
        return outcomeOf(config);
      };
      const result = await explore({ strategy, budget, seed: 5, runTrial }, { store });
      const finished = (text.slice(0, end).match(/"kind":"finished".*\n/g) ?? []).length;
      expect(runs).toBe(expected.trials.length - finished);
      expect(await linesOf(store)).toEqual(await linesOf(whole));
      expect(result.best?.config).toEqual(expected.best?.config);
    }
  });

  it("does not find out again what it is about", async () => {
    const store = memoryStore();
    await explore({ strategy: named("basic"), budget: { trials: 1 } }, { store });
    const journal = await openJournal(store, { model: "landscape" }, () => Promise.reject(new Error("asked again")));
    expect(journal.search).toEqual(search);
    expect(journal.records).toHaveLength(2);
  });
});

describe("trials side by side", () => {
  it.each([2, 5])("%s at once give the same search as one after the other", async (concurrency) => {
    for (const name of ["basic", "mse", "pareto", "exhaustive"]) {
      const alone = await explore({ strategy: named(name), budget: { trials: 16 } });
      const runTrial: Parameters<typeof tune>[0]["runTrial"] = async ({ index, config }) => {
        // Later ones end first.
        await pause(20 - index);
        return outcomeOf(config);
      };
      const beside = await explore({ strategy: named(name), budget: { trials: 16 }, concurrency, runTrial });
      const without = ({ seconds: _, ...trial }: Trial) => trial;
      expect(beside.trials.map(without)).toEqual(alone.trials.map(without));
      expect(beside.best?.index).toBe(alone.best?.index);
    }
  });

  it("are as many as asked, and none while objectives are measured", async () => {
    let running = 0;
    let most = 0;
    const seen: number[] = [];
    await explore({
      strategy: named("exhaustive"),
      budget: { trials: 8 },
      concurrency: 3,
      runTrial: async ({ config }) => {
        most = Math.max(most, ++running);
        await pause(5);
        running--;
        return outcomeOf(config);
      },
      measure: async () => {
        seen.push(running);
        return { latencyMs: 1 };
      },
    });
    expect(most).toBe(3);
    expect(seen).toEqual(Array.from({ length: 8 }, () => 0));
  });

  it("are handed on in the order of proposals", async () => {
    const order: number[] = [];
    await explore({
      strategy: named("exhaustive"),
      budget: { trials: 8 },
      concurrency: 4,
      runTrial: async ({ index, config }) => {
        await pause(30 - 3 * index);
        return outcomeOf(config);
      },
      onTrial: ({ index }) => void order.push(index),
    });
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});

describe("what goes wrong in a trial", () => {
  it("is written down, and the search goes on", async () => {
    const store = memoryStore();
    const failing = [
      () => Promise.reject(new TersorError("QUANTIZE_NOTHING", "nothing")),
      () => Promise.reject(new Error("crash")),
      () => Promise.resolve({ metric: NaN, objectives: {} }),
    ];
    const { trials, best } = await explore(
      {
        strategy: named("exhaustive"),
        budget: { trials: 4 },
        runTrial: ({ index, config }) => failing[index]?.() ?? Promise.resolve(outcomeOf(config)),
      },
      { store },
    );
    expect(trials.map(({ failure }) => failure?.code)).toEqual([
      "QUANTIZE_NOTHING",
      "TUNE_TRIAL_CRASHED",
      "TUNE_METRIC_NOT_FINITE",
      undefined,
    ]);
    expect(best?.index).toBe(3);
    expect((await store.read()).match(/"kind":"failed"/g)).toHaveLength(3);
  });

  it("ends a trial that hangs, whether it listens or not", async () => {
    const deaf = () => new Promise<never>(() => {});
    for (const stuck of [hang, deaf]) {
      const { trials } = await explore({
        strategy: named("exhaustive"),
        budget: { trials: 3 },
        trialTimeoutMs: 20,
        runTrial: (job, signal) => (job.index === 1 ? stuck(job, signal) : Promise.resolve(outcomeOf(job.config))),
      });
      expect(trials.map(({ failure }) => failure?.code)).toEqual([undefined, "TUNE_TRIAL_TIMEOUT", undefined]);
    }
  });

  it("fails a trial that can't be measured", async () => {
    const store = memoryStore();
    const options = {
      strategy: named("exhaustive"),
      budget: { trials: 2 },
      measure: ({ index }: { index: number }) =>
        index === 0 ? Promise.reject(new Error("no")) : Promise.resolve({ latencyMs: 3 }),
    };
    const first = await explore(options, { store });
    expect(first.trials.map(({ failure, outcome }) => failure?.message ?? outcome?.objectives.latencyMs)).toEqual([
      "no",
      3,
    ]);
    const again = await explore({ ...options, measure: () => Promise.reject(new Error("measured twice")) }, { store });
    expect(again.trials.map(({ outcome }) => outcome)).toEqual(first.trials.map(({ outcome }) => outcome));
  });
});

describe("the budget", () => {
  it("of trials is kept", async () => {
    const { trials, ended } = await explore({ strategy: named("random"), budget: { trials: 5 } });
    expect([trials.length, ended]).toEqual([5, "trials"]);
  });

  it("can be raised when the search goes on", async () => {
    const store = memoryStore();
    await explore({ strategy: named("random"), budget: { trials: 5 } }, { store });
    let runs = 0;
    const runTrial: Parameters<typeof tune>[0]["runTrial"] = async ({ config }) => {
      runs++;
      return outcomeOf(config);
    };
    const { trials } = await explore({ strategy: named("random"), budget: { trials: 9 }, runTrial }, { store });
    expect([trials.length, runs]).toEqual([9, 4]);
  });

  it("of minutes counts all sessions, and waits for the first result", async () => {
    const store = memoryStore();
    let time = 0;
    const options: Parameters<typeof explore>[0] = {
      strategy: named("random"),
      budget: { minutes: 1 },
      now: () => time,
      runTrial: async ({ config }) => {
        time += 90_000;
        return outcomeOf(config);
      },
    };
    const first = await explore(options, { store });
    expect([first.trials.length, first.ended]).toEqual([1, "minutes"]);
    time = 0;
    const second = await explore(options, { store });
    expect([second.trials.length, second.ended]).toEqual([1, "minutes"]);
    const third = await explore({ ...options, budget: { minutes: 2 } }, { store });
    expect([third.trials.length, third.ended]).toEqual([2, "minutes"]);
  });

  it("of minutes ends what is running", async () => {
    const { trials, ended } = await explore({
      strategy: named("exhaustive"),
      budget: { minutes: 0.05 / 60 },
      runTrial: (job, signal) => (job.index === 0 ? Promise.resolve(outcomeOf(job.config)) : hang(job, signal)),
    });
    expect([trials.length, ended]).toEqual([1, "minutes"]);
  });
});

describe("the signal", () => {
  it("ends the search; what was running is tried again", async () => {
    const store = memoryStore();
    const controller = new AbortController();
    const { trials, ended } = await explore(
      {
        strategy: named("exhaustive"),
        signal: controller.signal,
        runTrial: (job, signal) => {
          if (job.index < 2) return Promise.resolve(outcomeOf(job.config));
          setTimeout(() => controller.abort(), 5);
          return hang(job, signal);
        },
      },
      { store },
    );
    expect([trials.length, ended]).toEqual([2, "stopped"]);
    const tried: number[] = [];
    await explore(
      {
        strategy: named("exhaustive"),
        budget: { trials: 4 },
        runTrial: async ({ index, config }) => {
          tried.push(index);
          return outcomeOf(config);
        },
      },
      { store },
    );
    expect(tried).toEqual([2, 3]);
  });

  it("ends a measurement, which is made again", async () => {
    const store = memoryStore();
    const controller = new AbortController();
    const options = { strategy: named("exhaustive"), budget: { trials: 1 } };
    const stopped = await explore(
      {
        ...options,
        signal: controller.signal,
        measure: (job, signal) => {
          setTimeout(() => controller.abort(), 5);
          return hang(job, signal);
        },
      },
      { store },
    );
    expect([stopped.trials.length, stopped.ended]).toEqual([0, "stopped"]);
    const runTrial = () => Promise.reject(new Error("tried twice"));
    const { best } = await explore({ ...options, runTrial, measure: async () => ({ latencyMs: 2 }) }, { store });
    expect(best?.outcome?.objectives.latencyMs).toBe(2);
  });
});

describe("a journal that can't be written", () => {
  it("ends the search and the trials that were running", async () => {
    const store = memoryStore();
    let ended = 0;
    const full = {
      ...store,
      append: (text: string) =>
        text.includes("finished") ? Promise.reject(new Error("disk full")) : store.append(text),
    };
    const searching = explore(
      {
        strategy: named("exhaustive"),
        concurrency: 3,
        runTrial: (job, signal) => {
          if (job.index === 0) return Promise.resolve(outcomeOf(job.config));
          signal.addEventListener("abort", () => ended++);
          return hang(job, signal);
        },
      },
      { store: full },
    );
    await expect(searching).rejects.toThrow("disk full");
    expect(ended).toBe(2);
  });
});

describe("what makes no sense is refused", () => {
  it.each([
    ["concurrency", { concurrency: 0 }],
    ["trials", { budget: { trials: 1.5 } }],
    ["minutes", { budget: { minutes: -1 } }],
    ["trialTimeoutMs", { trialTimeoutMs: 0 }],
  ])("%s", async (option, says) => {
    await expect(explore({ strategy: named("auto"), ...says })).rejects.toMatchObject({
      code: "TUNE_OPTION_INVALID",
      data: { option },
    });
  });

  it("a source whose metric is no number", async () => {
    const of = { ...search, goal: { ...goal, reference: NaN } };
    await expect(explore({ strategy: named("auto") }, { of })).rejects.toMatchObject({ code: "TUNE_OPTION_INVALID" });
  });

  it("a journal whose trials the strategy would not have tried", async () => {
    const store = memoryStore();
    await explore({ strategy: named("basic") }, { store });
    await expect(explore({ strategy: named("exhaustive") }, { store })).rejects.toMatchObject({
      code: "TUNE_JOURNAL_OTHER",
    });
  });
});
