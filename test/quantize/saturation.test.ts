// Pair sums of quantized models, as CPUs without VNNI add them in 16 bits: emulated here on the integers of the result.
import { attribute, float32, referenceKernels, type Tensor } from "@tersor/core";
import { createExecutor } from "@tersor/onnx";
import { asymmetricParameters, type QuantizationOptions, type QuantizedGraph } from "@tersor/quantize";
import { afterAll, describe, expect, it } from "vitest";
import { measure, noise, op, quantize, type ModelSpec } from "./models.ts";

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

/** Share of the pair sums that leave 16 bits. */
function saturatedShare({ graph, plan }: QuantizedGraph): number {
  const stored = graph.weights.get("w_quantized")!.source;
  if (stored.dtype === "uint8") return 0;
  const weights = stored.tensor().data as Int8Array;
  const codes = activationCodes(plan.activations["x"], x);
  let saturated = 0;
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++)
      for (let k = 0; k < depth; k += 2) {
        const pair = (at: number): number => codes[r * depth + at]! * weights[at * columns + c]!;
        const sum = pair(k) + pair(k + 1);
        if (sum > 32767 || sum < -32768) saturated++;
      }
  return saturated / ((rows * columns * depth) / 2);
}

/** Integers of the activation with the parameters of the plan, or with those that the data gives at run time. */
function activationCodes(
  planned: QuantizedGraph["plan"]["activations"][string] | undefined,
  { data }: Tensor,
): Uint8Array {
  const values = data as Float32Array;
  const { scale, zeroPoint } =
    planned ?? asymmetricParameters({ min: Math.min(...values), max: Math.max(...values) }, "uint8");
  const codes = new Uint8Array(values.length);
  const view = { outer: 1, channels: 1, inner: values.length };
  referenceKernels.quantize(values, view, Float32Array.from(scale), Int32Array.from(zeroPoint), 0, 255, codes);
  return codes;
}

const modes: readonly (readonly [string, QuantizationOptions])[] = [
  ["static", { mode: "static", calibrator: "min-max" }],
  ["static, one scale per weight", { mode: "static", calibrator: "min-max", granularity: "per-tensor" }],
  ["dynamic", { mode: "dynamic" }],
  ["dynamic, one scale per weight", { mode: "dynamic", granularity: "per-tensor" }],
];

describe.each(modes)("%s", (_, options) => {
  it("saturates on CPUs without VNNI when it is made for those that have it", async () => {
    const made = await quantize(executor, dense, { ...options, target: "x86-vnni" });
    expect(saturatedShare(made)).toBeGreaterThan(0.1);
    expect(made.plan.nodes).not.toContainEqual(expect.objectContaining({ note: expect.anything() as unknown }));
  });

  it("is cured when it is made for all, says so, and stays near", async () => {
    const made = await measure(executor, dense, options);
    expect(saturatedShare(made)).toBe(0);
    expect(made.plan.nodes[0]).toHaveProperty("note");
    expect(made.sqnr).toBeGreaterThan(35);
  });
});

it("an operator on which nothing can saturate keeps all of its codes", async () => {
  // One large weight per column and neighbours of one code: 255 * (127 + 1) fits 16 bits.
  const spiky = (w.data as Float32Array).map((_, i) => (i < columns ? 1 : 0.007));
  const calm = { ...dense, weights: { w: float32([depth, columns], spiky) } };
  const { plan } = await quantize(executor, calm, { mode: "static", calibrator: "min-max" });
  expect(plan.nodes[0]).toMatchObject({ weight: { bits: 8, dtype: "int8" } });
  expect(plan.nodes[0]).not.toHaveProperty("note");
});

it("convolutions are cured channel by channel", async () => {
  const kernel = float32(
    [4, 8, 1, 1],
    (noise([4, 8]).data as Float32Array).map((value, i) => (i < 8 ? 0.9 + value / 10 : value)),
  );
  const image = float32(
    [1, 8, 6, 6],
    (noise([1, 8, 6, 6], 0.3).data as Float32Array).map((value) => 0.7 + value),
  );
  const spec: ModelSpec = {
    feeds: { x: image },
    weights: { w: kernel },
    nodes: [op("Conv", "x w", "y", { strides: attribute.ints([1, 1]) })],
  };
  const { plan, sqnr } = await measure(executor, spec, { mode: "static", calibrator: "min-max" });
  expect(plan.nodes[0]).toHaveProperty("note");
  expect(sqnr).toBeGreaterThan(30);
});
