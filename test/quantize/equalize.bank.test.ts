// What equalization wins on models of the bank that come out worst of plain static quantization, as the median over them.
import { createExecutor } from "@tersor/onnx";
import type { QuantizationOptions } from "@tersor/quantize";
import { afterAll, describe, expect, it } from "vitest";
import { bankModels } from "../inference/bank.ts";
import { bankModel, sqnrOfQuantized } from "./bank-runs.ts";

const static8: QuantizationOptions = { mode: "static", format: "qdq" };
const equalized: QuantizationOptions = {
  ...static8,
  equalize: ["cross-layer", { method: "smooth-quant", alpha: "auto" }],
};

/** A few of them that have something to even out: Clips and residual sums between convolutions let no factor through. */
const worst = ["mobilebert_mrpc", "mobilenet_v1", "bert_seqcls", "bert_mlm", "bert_swag"];
const present = worst.filter((name) => bankModels.includes(name));
/** Least median gain in dB. */
const GAIN = 3;

describe.skipIf(present.length < worst.length)("the bank (skipped where TERSOR_BANK names no folder)", () => {
  const executor = createExecutor({ inProcess: true });
  afterAll(() => executor.dispose());
  const gains: number[] = [];

  it.each(present)("%s is no further from the float model", async (name) => {
    const model = await bankModel(name);
    const plain = await sqnrOfQuantized(executor, model, static8);
    const even = await sqnrOfQuantized(executor, model, equalized);
    gains.push(even - plain);
    expect(even - plain).toBeGreaterThan(-0.5);
  });

  it(`gains ${GAIN} dB in the median`, () => {
    const sorted = gains.toSorted((a, b) => a - b);
    expect(sorted[sorted.length >> 1], sorted.map((gain) => gain.toFixed(2)).join()).toBeGreaterThanOrEqual(GAIN);
  });
});
