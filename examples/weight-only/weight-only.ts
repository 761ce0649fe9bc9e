// A small decoder with its weights in 8, 4 and 2 bits, by each algorithm: size of the file, SQNR of the logits, perplexity.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { evaluate, loadSkeleton, quantize, writeModel, type Dataset, type QuantizeOptions } from "tersor";
import { textsOf } from "./writer.ts";

const skeleton = fileURLToPath(new URL("../zoo/onnx/gpt2_lm.onnx.gz", import.meta.url));

const methods: Readonly<Record<string, QuantizeOptions>> = {
  "8 bits, rtn": { bits: 8 },
  "4 bits, rtn": {},
  "4 bits, hqq": { algorithm: "hqq" },
  "4 bits, k-quant": { algorithm: "k-quant" },
  "4 bits, gptq": { algorithm: "gptq" },
  "4 bits, awq": { algorithm: "awq" },
  "4 bits, nf4": { codebook: "nf4" },
  "2 bits, rtn": { bits: 2 },
  "2 bits, gptq": { bits: 2, algorithm: "gptq" },
};

/** What a method made of the decoder. */
export interface Row {
  readonly method: string;
  readonly bytes: number;
  /** Of the logits, against the float model's. */
  readonly sqnrDb: number;
  readonly perplexity: number;
}

/** The float model, and what each method makes of it, in a folder. */
export async function weightOnly(folder: string): Promise<readonly Row[]> {
  const model = join(folder, "decoder.onnx");
  await writeModel(loadSkeleton(skeleton).graph, model, { force: true });
  const calibration = await textsOf(model, { seed: 1, count: 64, length: 32 });
  const unseen = await textsOf(model, { seed: 2, count: 64, length: 32 });
  const rows: Row[] = [];
  for (const [method, options] of Object.entries(methods)) {
    const output = join(folder, `decoder.${method.replace(", ", ".").replace(" ", "")}.onnx`);
    const made = await quantize(model, {
      mode: "weight-only",
      ...options,
      output,
      calibration,
      check: { minSqnrDb: 0 },
      force: true,
    });
    const { before, after } = await perplexities(model, output, unseen);
    if (rows.length === 0)
      rows.push({ method: "float32", bytes: made.model.sizeBytes, sqnrDb: Infinity, perplexity: before });
    const [logits] = made.check!.outputs;
    const sqnrDb = logits?.kind === "float" ? logits.sqnrDb : NaN;
    rows.push({ method, bytes: made.output[0]!.sizeBytes, sqnrDb, perplexity: after });
  }
  return rows;
}

async function perplexities(model: string, candidate: string, data: Dataset) {
  const { evaluation } = await evaluate(model, { candidate, data, metric: "perplexity" });
  return { before: evaluation!.fp32.value, after: evaluation!.int8.value };
}
