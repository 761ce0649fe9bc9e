// A plugin as a whole: its own laws, and those of its parts by name.

import { describe, expect, it } from "vitest";
import { defineCalibrator, defineMetric, float32, TersorError, type Plugin } from "@tersor/core";
import { brokenLaws } from "./broken-laws.fixture.ts";
import { pluginChecks } from "./plugin.ts";

const calibrator = defineCalibrator({
  name: "widest",
  observer: { observer: "min-max" },
  range: (summary) => {
    if (summary.kind === "min-max") return { min: summary.min, max: summary.max };
    throw new TersorError("EXAMPLE_SUMMARY", "Not what the observer collects.");
  },
});

const plugin: Plugin = { name: "tersor-plugin-widest", calibrators: [calibrator] };

const count = defineMetric({
  name: "count",
  higherIsBetter: true,
  kind: "other",
  begin: () => {
    let seen = NaN;
    return {
      update: ({ score }, labels) => {
        if (score === undefined || labels.length !== score.data.length || labels.includes("no such label"))
          throw new TersorError("EXAMPLE_MISMATCH", "Scores and labels do not fit.");
        seen = (seen || 0) + labels.length;
        return [];
      },
      value: () => seen,
    };
  },
});

describe("the laws of plugins", () => {
  it("hold for one with a calibrator", async () => {
    expect(await brokenLaws(pluginChecks(plugin))).toEqual(new Map());
  });

  it.each([
    ["it has a name", { ...plugin, name: "" }],
    ["it brings something", { name: "nothing" }],
    ["it composes: no two parts of a kind share a name", { ...plugin, calibrators: [calibrator, calibrator] }],
    [
      "widest: a range is finite and in order, whatever the data",
      { ...plugin, calibrators: [{ ...calibrator, range: () => ({ min: 0, max: NaN }) }] },
    ],
  ])('notice what breaks "%s"', async (law, fault) => {
    expect([...(await brokenLaws(pluginChecks(fault))).keys()]).toContain(law);
  });

  it("ask for an example of what needs one", async () => {
    const broken = await brokenLaws(pluginChecks({ name: "counting", metrics: [count] }));
    expect([...broken]).toEqual([
      ["each adapter, dataset and metric has an example", expect.stringContaining('there is none for "count"')],
    ]);
  });

  it("try a part on its example", async () => {
    const example = { outputs: { score: float32([3], [1, 2, 3]) }, labels: [0, 0, 0], value: 3 };
    const checks = pluginChecks({ name: "counting", metrics: [count] }, { metrics: { count: example } });
    expect(checks.map(({ name }) => name)).toContain("count: batches do not matter");
    expect(await brokenLaws(checks)).toEqual(new Map());
    const wrong = { metrics: { count: { ...example, value: 4 } } };
    const broken = await brokenLaws(pluginChecks({ name: "counting", metrics: [count] }, wrong));
    expect([...broken.keys()]).toEqual(["count: it gives the value of the example"]);
  });
});
