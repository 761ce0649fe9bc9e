// A plugin as a whole: its own laws, and those of its parts by name.

import { describe, expect, it } from "vitest";
import { defineCalibrator, TersorError, type Plugin } from "@tersor/core";
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
});
