// A trained network in every INT8 form that doors write: digits of MNIST, right out of 2,000.
import { join } from "node:path";
import { evaluate, quantize, type Report } from "tersor";
import type { Benchmark, Comparison, Context } from "../row.ts";

/** Points that INT8 may cost. */
const POINTS = 0.3;
const endings = ["onnx", "tflite", "pb"] as const;

/** One row per form. */
export const digitsRows: readonly Benchmark[] = endings.map((ending) => ({
  name: `digits/${ending}`,
  run: async (context) => [await lost(ending, context)],
}));

async function lost(ending: string, { bank, scratch }: Context): Promise<Comparison> {
  const folder = join(bank, "tensorflow", "keras_digits_cnn");
  const source = join(folder, "frozen.pb");
  const output = join(scratch, `digits.int8.${ending}`);
  const data = (file: string) => ({ npz: join(folder, file), layout: "whole", scale: 1 / 255 }) as const;
  await quantize(source, { output, mode: "static", calibration: data("digits_calib.npz"), force: true });
  const report: Report = await evaluate(source, { candidate: output, data: data("digits_test.npz"), batchSize: 1 });
  const { fp32, int8 } = report.evaluation!;
  return {
    name: `digits/${ending}`,
    ours: 100 * (fp32.value - int8.value),
    theirs: { failed: "it has no quantizer" },
    unit: "points lost",
    better: "lower",
    goal: POINTS,
    goalOf: "ours",
    note: `FP32 ${fp32.correct} and INT8 ${int8.correct} of ${fp32.count}`,
  };
}
