// Inference against onnxruntime over the whole bank: both test sets of every architecture, and the TensorFlow and Keras
// models as a converter wrote them (opset 15, with loops).
import { createExecutor, readModel } from "@tersor/onnx";
import { afterAll, describe, it } from "vitest";
import { expectAgreement, type OpenDims } from "./agreement.ts";
import { bankModels, convertedFeeds, convertedFile, convertedModels, modelFile, testFeeds } from "./bank.ts";

const executor = createExecutor();
afterAll(() => executor.dispose());

/** Dimensions that depend on data, by model and operator: all others must come out. */
const dataDependent: Readonly<Record<string, OpenDims>> = {
  faster_rcnn: { NonZero: 6, NonMaxSuppression: 2, If: 2 },
  longformer_squad: { NonZero: 6, ConstantOfShape: 6, Slice: 4, Range: 1 },
  retinanet: { NonZero: 4, NonMaxSuppression: 1, If: 1 },
  ssd_resnet50: { NonMaxSuppression: 1 },
  ssdlite_tv: { NonZero: 8, NonMaxSuppression: 1, If: 1 },
};

describe.skipIf(bankModels.length === 0)("architectures (skipped without TERSOR_BANK)", () => {
  it.each(bankModels)("%s", { timeout: 120_000 }, async (model) => {
    const graph = await readModel(modelFile(model));
    await expectAgreement(executor, graph, testFeeds(model, graph), dataDependent[model] ?? {});
  });
});

const dataDependentConverted: Readonly<Record<string, OpenDims>> = {
  faster_rcnn_resnet50: { NonMaxSuppression: 1 },
  // A decoder that stops at its end token: what it has gathered by then has no length beforehand.
  transformer_lt: { Loop: 5 },
};

describe.skipIf(convertedModels.length === 0)("converted models (skipped without TERSOR_BANK)", () => {
  it.each(convertedModels)("%s", { timeout: 120_000 }, async (model) => {
    const graph = await readModel(convertedFile(model));
    await expectAgreement(executor, graph, convertedFeeds(model, graph), dataDependentConverted[model] ?? {});
  });
});
