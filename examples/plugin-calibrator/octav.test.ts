// The plugin keeps the laws of Tersor, agrees with published figures, and does its work in the quantizer.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { createObserver, float32, type Summary } from "@tersor/core";
import { pluginChecks } from "@tersor/testing";
import { quantize, rawImages, type QuantizeReport } from "tersor";
import { octav, plugin } from "./octav.js";

describe("the laws of plugins", () => {
  for (const { name, run } of pluginChecks(plugin)) it(name, run);
});

/** A histogram of 2^18 elements, one at each quantile of the normal distribution. */
function normalSummary(): Summary {
  const count = 2 ** 18;
  const observer = createObserver({ tensor: "x", observer: "histogram", bins: 4096 });
  observer.update(
    float32(
      [count],
      Array.from({ length: count }, (_, i) => quantile((i + 0.5) / count)),
    ),
  );
  return observer.summary();
}

/** Inverse of the standard normal distribution by bisection of its density, summed from the middle outwards. */
function quantile(p: number): number {
  if (p < 0.5) return -quantile(1 - p);
  let [low, high] = [0, 8];
  while (high - low > 1e-7) {
    const middle = (low + high) / 2;
    if (cumulative(middle) < p) low = middle;
    else high = middle;
  }
  return low;
}

/** Abramowitz and Stegun 1964, 7.1.26: absolute error below 1.5e-7. */
function cumulative(x: number): number {
  const t = 1 / (1 + 0.3275911 * (x / Math.SQRT2));
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return 1 - 0.5 * series * Math.exp((-x * x) / 2);
}

describe("the threshold of normal data", () => {
  const summary = normalSummary();

  // Optimal clipping of a Gaussian in units of its deviation: Banner et al. 2019 (arXiv 1810.05723), as their code lists it.
  it.each([
    [2, 1.71],
    [3, 2.15],
    [4, 2.55],
    [5, 2.93],
    [6, 3.28],
    [7, 3.61],
    [8, 3.92],
  ])("with %i bits is %f deviations", (bitWidth, expected) => {
    expect(octav.range(summary, { bitWidth, symmetric: true }).max).toBeCloseTo(expected, 1);
  });
});

describe("in the quantizer", () => {
  const folder = mkdtempSync(join(tmpdir(), "tersor-octav-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const quickstart = (name: string): string => fileURLToPath(new URL(`../quickstart/data/${name}`, import.meta.url));

  async function quantized(calibrator: string): Promise<QuantizeReport> {
    return quantize(quickstart("resnet20.onnx"), {
      output: join(folder, `${calibrator}.onnx`),
      calibration: rawImages({
        file: quickstart("calibration-images.bin"),
        count: 64,
        height: 32,
        width: 32,
        preprocessing: "cifar10",
        input: "input",
      }),
      plugins: [plugin],
      calibrator,
    });
  }

  function sqnr({ check }: QuantizeReport): number {
    const [logits] = check!.outputs;
    return logits?.kind === "float" ? logits.sqnrDb : NaN;
  }

  it("makes a ResNet-20 that holds, with tighter ranges than min-max", async () => {
    const [ours, widest] = [await quantized("octav"), await quantized("min-max")];
    const scales = (report: QuantizeReport): number[] =>
      Object.values(report.plan.activations).map(({ scale }) => scale[0]!);
    expect(ours.check?.ok).toBe(true);
    expect(sqnr(ours)).toBeGreaterThan(25);
    const ratios = scales(ours).map((scale, i) => scale / scales(widest)[i]!);
    expect(Math.max(...ratios)).toBeLessThanOrEqual(1 + 1e-6);
    expect(Math.min(...ratios)).toBeLessThan(0.9);
  });

  const command = fileURLToPath(new URL("../../packages/cli/bin/tersor.js", import.meta.url));
  const isBuilt = existsSync(join(command, "../../dist/bin.js"));

  it.skipIf(!isBuilt)("is allowed on the command line by --plugin, and unknown without it (needs a build)", () => {
    const run = (...plugins: string[]) => {
      const where = ["--calibration", "calibration.yaml", "--samples", "8", "--output", join(folder, "command.onnx")];
      const args = ["quantize", quickstart("resnet20.onnx"), ...where, "--calibrator", "octav", ...plugins];
      return spawnSync(process.execPath, [command, ...args], { cwd: import.meta.dirname, encoding: "utf8" });
    };
    expect(run().stderr).toContain('no calibrator "octav"');
    expect(run("--plugin", plugin.name)).toMatchObject({ status: 0 });
  });
});
