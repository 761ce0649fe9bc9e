// One trained model in the formats of several frameworks: from ONNX to a SavedModel of TensorFlow, and from there back to
// ONNX, to TensorFlow.js and to TensorFlow Lite. Each result is run beside what it was made from, in its own runtime.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { convert, quantize, rawImages, type Report } from "tersor";

const data = (name: string): string => fileURLToPath(new URL(`../quickstart/data/${name}`, import.meta.url));

/** A ResNet-20 that was trained on CIFAR-10. */
const source = data("resnet20.onnx");

/** Images of the training set, to find ranges with. */
const images = rawImages({
  file: data("calibration-images.bin"),
  height: 32,
  width: 32,
  preprocessing: "cifar10",
  input: "input",
});

/** What was written. */
export interface Row {
  readonly name: string;
  readonly sizeBytes: number;
  /** SQNR against what it was made from, in dB. */
  readonly sqnrDb: number;
}

/** Writes the model in each format. */
export async function converted(folder: string): Promise<readonly Row[]> {
  const place = (name: string): string => join(folder, name);
  const savedModel = place("saved_model");
  const force = true;
  return [
    rowOf("SavedModel", await convert(source, { output: savedModel, format: "saved-model", force })),
    rowOf("ONNX again", await convert(savedModel, { output: place("again.onnx"), force })),
    rowOf("TensorFlow.js", await convert(savedModel, { output: place("web"), force })),
    rowOf("TensorFlow.js, uint8", await convert(savedModel, { output: place("web8"), weightType: "uint8", force })),
    rowOf("TensorFlow Lite", await convert(savedModel, { output: place("model.tflite"), force })),
    rowOf(
      "TensorFlow Lite, int8",
      await quantize(savedModel, { mode: "static", calibration: images, output: place("int8.tflite"), force }),
    ),
  ];
}

function rowOf(name: string, { output, check }: Report): Row {
  const levels = check!.outputs.map((one) => (one.kind === "float" ? one.sqnrDb : Infinity));
  return { name, sizeBytes: output[0]!.sizeBytes, sqnrDb: Math.min(...levels) };
}
