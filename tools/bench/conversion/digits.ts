// A trained network in every INT8 form that doors write: digits of MNIST, right out of 2,000.
import { join } from "node:path";
import { datasetOf, numbersOf, tensorFromNumbers, type Dataset } from "@tersor/core";
import { evaluate, npz, quantize, type Report } from "tersor";
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
  const calibration = digits(join(folder, "digits_calib.npz"));
  await quantize(source, { output, mode: "static", calibration, force: true });
  const data = digits(join(folder, "digits_test.npz"));
  const report: Report = await evaluate(source, { candidate: output, data });
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

/** Digits as bytes, "x" and "y", as the network takes them: 0 to 1. */
function digits(file: string): Dataset {
  const bytes = npz(file, { inputs: ["x"], label: "y" });
  const walk = async function* () {
    for await (const { feeds, ...sample } of bytes) {
      const { shape } = feeds["x"]!;
      const image = Array.from(numbersOf(feeds["x"]!), (byte) => byte / 255);
      yield { ...sample, feeds: { image: tensorFromNumbers("float32", shape, image) } };
    }
  };
  return datasetOf("digits", walk, bytes.length);
}
