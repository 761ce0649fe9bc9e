// Networks whose channels are of very different size, quantized statically: as they are, and evened out beforehand.
// Architectures of the zoo, with weights and outlier channels drawn as they were distributed in the exported models.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadSkeleton, quantize, sketchedSamples, writeModel, type QuantizeOptions } from "tersor";

const zoo = fileURLToPath(new URL("../zoo/onnx/", import.meta.url));

/** What is tried, by name. */
export const methods: Readonly<Record<string, QuantizeOptions>> = {
  "as it is": {},
  "smooth-quant": { equalize: "smooth-quant" },
  "smooth-quant, auto": { equalize: { method: "smooth-quant", alpha: "auto" } },
  "cross-layer": { equalize: "cross-layer" },
  "bias correction": { correct: ["bias"] },
};

/** SQNR of the worst output in dB, by method. */
export async function equalized(name: string, folder: string): Promise<Readonly<Record<string, number>>> {
  const { graph, inputs } = loadSkeleton(join(zoo, `${name}.onnx.gz`));
  const model = join(folder, `${name}.onnx`);
  await writeModel(graph, model, { force: true });
  const calibration = sketchedSamples({ inputs: graph.inputs, sketches: inputs, samples: 32 });
  const found: Record<string, number> = {};
  for (const [method, options] of Object.entries(methods)) {
    const output = join(folder, `${name}.qdq.onnx`);
    const check = { minSqnrDb: 0, samples: 32 };
    const made = await quantize(model, { mode: "static", ...options, calibration, output, check, force: true });
    const levels = made.check!.outputs.map((one) => (one.kind === "float" ? one.sqnrDb : Infinity));
    found[method] = Math.min(...levels);
  }
  return found;
}
