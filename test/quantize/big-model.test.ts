// From disk to disk: a model of 300 MB is coded without ever being held. The script makes it, quantizes it in a process of
// its own and says what that took; the limit is the baseline of a process and twice the largest tensor.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../../tools/big-model.ts", import.meta.url));
const BASELINE_BYTES = 300 * 2 ** 20;

interface Facts {
  readonly sourceBytes: number;
  readonly largestTensorBytes: number;
  readonly outputBytes: number;
  readonly peakBytes: number;
  readonly worstError: number;
}

describe("a model of 300 MB", () => {
  it("is quantized within 300 MB and twice its largest tensor, and what was written stands for it", () => {
    const args = ["--import", "tsx", "--conditions=@tersor/source", script, "--megabytes", "300"];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect(status, stderr).toBe(0);
    const facts = JSON.parse(stdout) as Facts;
    expect(facts.sourceBytes).toBeGreaterThan(290e6);
    expect(facts.peakBytes).toBeLessThan(BASELINE_BYTES + 2 * facts.largestTensorBytes);
    expect(facts.outputBytes).toBeLessThan(facts.sourceBytes / 6);
    expect(facts.worstError).toBeGreaterThan(0.2);
    expect(facts.worstError).toBeLessThan(1.01);
  });
});
