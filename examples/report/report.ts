// A page about one quantization: what became of each layer, where the error comes from, what it costs in accuracy.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { evaluate, quantize, rawImages, renderHtml } from "tersor";

const data = (name: string): string => fileURLToPath(new URL(`../quickstart/data/${name}`, import.meta.url));
const cifar10 = { height: 32, width: 32, preprocessing: "cifar10", input: "input" } as const;

/** Quantizes the ResNet-20 of the quickstart with a diagnosis, judges it on test images, and writes the page. */
export async function writePage(folder: string, images = 1000): Promise<string> {
  const model = data("resnet20.onnx");
  const output = join(folder, "resnet20.qdq.onnx");
  const calibration = rawImages({ file: data("calibration-images.bin"), ...cifar10 });
  const test = rawImages({ file: data("test-images.bin"), labels: data("test-labels.bin"), count: images, ...cifar10 });
  const made = await quantize(model, { mode: "static", calibration, output, diagnose: true, force: true });
  const judged = await evaluate(model, { candidate: output, data: test, batchSize: 50 });
  const page = join(folder, "report.html");
  writeFileSync(page, renderHtml({ ...judged, ...made }));
  return page;
}
