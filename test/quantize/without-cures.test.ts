// A plan without its cures is the plan for machines that need none.

import { float32 } from "@tersor/core";
import { createExecutor } from "@tersor/onnx";
import { withoutCures } from "@tersor/quantize";
import { afterAll, expect, it } from "vitest";
import { noise, op, quantize, type ModelSpec } from "./models.ts";

const executor = createExecutor({ inProcess: true });
afterAll(() => executor.dispose());

const [rows, depth, columns] = [6, 32, 8];
/** Large values of one sign, which meet weights whose neighbours are large and alike in the first two columns. */
const x = float32(
  [rows, depth],
  (noise([rows, depth], 0.3).data as Float32Array).map((value) => 0.7 + value),
);
const w = float32(
  [depth, columns],
  (noise([depth, columns]).data as Float32Array).map((value, i) => (i % columns < 2 ? 0.9 + value / 10 : value)),
);
const dense: ModelSpec = { feeds: { x }, weights: { w }, nodes: [op("MatMul", "x w", "y")] };

it.each(["per-channel", "per-tensor"] as const)("%s", async (granularity) => {
  const { plan } = await quantize(executor, dense, { mode: "static", granularity });
  const free = await quantize(executor, dense, { mode: "static", granularity, target: "x86-vnni" });
  expect(plan.nodes.some((node) => node.decision === "quantized" && node.cure !== undefined)).toBe(true);
  const bare = withoutCures(plan);
  expect(bare.nodes).toEqual(free.plan.nodes);
  for (const [name, activation] of Object.entries(free.plan.activations)) {
    expect(bare.activations[name]!.scale[0]! / activation.scale[0]!).toBeCloseTo(1, 1);
    expect(bare.activations[name]!.bits).toBe(activation.bits);
  }
  expect(withoutCures(free.plan)).toBe(free.plan);
});
