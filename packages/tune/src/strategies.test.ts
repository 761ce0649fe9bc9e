// Strategies on landscapes whose best configuration brute force has found; the trials each may take are those that its
// definition needs, so a strategy that wanders is seen.

import { describe, expect, it } from "vitest";
import type { TuningSearch, TuningStrategy } from "@tersor/core";
import { bestOf, dropOfTrial, meets } from "./goal.ts";
import { pointOf, dominates } from "./pareto-front.ts";
import { configKey } from "./space.ts";
import { standardStrategies } from "./strategies/index.ts";
import { everything, explore, goal, nodes, outcomeOf, search } from "./test-support/landscape.ts";

function named(name: string): TuningStrategy {
  return standardStrategies.find((strategy) => strategy.name === name)!;
}

const all = everything();
const optimum = bestOf(goal, all)!;

describe("the landscape", () => {
  it("is met by leaving the one bad operator float, and not by any setting alone", () => {
    expect(optimum.config.float).toEqual(["node3"]);
    expect(all.filter(({ config }) => config.float.length === 0).some((trial) => meets(goal, trial))).toBe(false);
  });
});

describe.each([
  ["auto", 12],
  ["basic", 14],
  ["mse", 8],
  ["mse_v2", 4],
  ["bayesian", 40],
  ["tpe", 40],
  ["random", 40],
])("%s", (name, most) => {
  it(`meets the goal in at most ${most} trials, with nothing but the bad operator float`, async () => {
    const { best, met, trials } = await explore({ strategy: named(name), budget: { trials: most }, seed: 3 });
    expect(met).toBe(true);
    expect(best?.outcome).toEqual(outcomeOf(best!.config));
    if (!["auto", "tpe", "random"].includes(name)) expect(best?.config.float).toEqual(["node3"]);
    expect(trials.length).toBeLessThanOrEqual(most);
  });
});

describe.each(standardStrategies)("$name", (strategy) => {
  it("never tries a configuration twice, nor the source itself", async () => {
    const { trials } = await explore({ strategy, budget: { trials: 60 } });
    expect(new Set(trials.map(({ config }) => configKey(config))).size).toBe(trials.length);
    for (const { config } of trials) expect(config.float.length).toBeLessThan(nodes.length);
  });

  it("takes a metric that is better when lower for what it is", async () => {
    const lower: TuningSearch = { ...search, goal: { ...goal, higherIsBetter: false, reference: 10 } };
    const runTrial = async ({ config }: { config: Parameters<typeof outcomeOf>[0] }) => {
      const { metric, objectives } = outcomeOf(config);
      return { metric: 10 + (0.9 - metric), objectives };
    };
    const up = await explore({ strategy });
    const down = await explore({ strategy, runTrial }, { of: lower });
    expect(down.trials.map(({ config }) => config)).toEqual(up.trials.map(({ config }) => config));
    expect(down.best?.config).toEqual(up.best?.config);
  });

  it("lives with trials that fail", async () => {
    const runTrial = async ({ config }: { config: Parameters<typeof outcomeOf>[0] }) => {
      if (config.settings["mode"] === "static") throw new Error("no static today");
      return outcomeOf(config);
    };
    const { best, trials } = await explore({ strategy, runTrial, budget: { trials: 60 } });
    expect(trials[0]?.failure).toMatchObject({ code: "TUNE_TRIAL_CRASHED", message: "no static today" });
    if (strategy.name !== "conservative" && strategy.name !== "mse" && strategy.name !== "mse_v2")
      expect(best?.config.settings).toEqual({ mode: "dynamic" });
  });

  it("copes with a model of one operator and no settings", async () => {
    const tiny: TuningSearch = { ...search, dimensions: [], nodes: nodes.slice(0, 1) };
    const { trials, ended } = await explore({ strategy }, { of: tiny });
    expect(trials.map(({ config }) => config)).toEqual([{ settings: {}, float: [] }]);
    expect(ended).toBe("finished");
  });
});

describe("conservative", () => {
  it("keeps the types that hold, convolutions first, and leaves the one with the bad operator", async () => {
    const { best, trials } = await explore({ strategy: named("conservative") });
    expect(trials.map(({ note }) => note)).toEqual([
      "Conv quantized too",
      "MatMul quantized too",
      "Gemm quantized too",
    ]);
    expect(best?.config.float).toEqual(["node3", "node4"]);
  });
});

describe("mse", () => {
  it("finds the fewest operators to leave float in about twice the logarithm of trials", async () => {
    const many = Array.from({ length: 100 }, (_, i) => ({ ...nodes[0]!, name: `n${i}`, outputError: i }));
    const wide: TuningSearch = { ...search, dimensions: [], nodes: many };
    const runTrial = async ({ config }: { config: { float: readonly string[] } }) => ({
      metric: config.float.length >= 37 ? 0.9 : 0.5,
      objectives: {},
    });
    const { best, trials } = await explore({ strategy: named("mse"), runTrial }, { of: wide });
    expect(best?.config.float).toEqual(many.slice(63).map(({ name }) => name));
    expect(trials.length).toBeLessThanOrEqual(1 + 7 + 6);
  });
});

describe("mse_v2", () => {
  it("takes back what was not needed", async () => {
    // The ranking is wrong: the culprit comes third.
    const wrong = nodes.map((node, i) => ({ ...node, networkError: [9, 8, 1, 7, 2, 3][i]! }));
    const { best } = await explore({ strategy: named("mse_v2") }, { of: { ...search, nodes: wrong } });
    expect(best?.config.float).toEqual(["node3"]);
  });
});

describe("exhaustive", () => {
  it("tries all settings with all subsets of operator types", async () => {
    const { trials, ended, best } = await explore({ strategy: named("exhaustive"), budget: {} });
    // Three calibrators and dynamic; of three types all subsets but the whole.
    expect(trials).toHaveLength(4 * 7);
    expect(ended).toBe("finished");
    const reachable = all.filter(({ config: { float } }) =>
      [["node0", "node1", "node2"], ["node3", "node4"], ["node5"]].every(
        (type) => type.every((name) => float.includes(name)) || !type.some((name) => float.includes(name)),
      ),
    );
    expect(best?.config).toEqual(bestOf(goal, reachable)?.config);
  });
});

describe("pareto", () => {
  it("comes near the front that brute force finds", async () => {
    const { trials } = await explore({ strategy: named("pareto"), budget: { trials: 80 }, seed: 1 });
    const points = all.map((trial) => pointOf(goal, trial));
    const best = (most: number) =>
      Math.min(
        ...all.filter(({ outcome }) => outcome!.objectives.sizeBytes! <= most).map((trial) => dropOfTrial(goal, trial)),
      );
    const found = (most: number) =>
      Math.min(
        ...trials
          .filter(({ outcome }) => outcome!.objectives.sizeBytes! <= most)
          .map((trial) => dropOfTrial(goal, trial)),
      );
    expect(points.some((point) => points.some((other) => dominates(point, other)))).toBe(true);
    for (const most of [21_000, 35_000, 50_000, 70_000]) expect(found(most) - best(most)).toBeLessThan(0.004);
  });
});

describe("operators that are slower in INT8", () => {
  it("are left float where speed is asked for", async () => {
    const slow = nodes.map((node) => (node.op === "Gemm" ? { ...node, slowdown: 1.2 } : node));
    const fast: TuningSearch = { ...search, nodes: slow, goal: { ...goal, maxDrop: 1, minimize: ["latencyMs"] } };
    const measure = async ({ config }: { config: { float: readonly string[] } }) => ({
      latencyMs: config.float.length === 1 && config.float[0] === "node5" ? 4 : 5,
    });
    const { best } = await explore({ strategy: named("basic"), measure }, { of: fast });
    expect(best?.config.float).toEqual(["node5"]);
  });
});
