// From a float model to the rows of a table: quantize and check, evaluate, benchmark. No figure is known beforehand;
// all of them come from running both models here.

import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { benchmark, evaluate, quantize, rawImages, type Report } from "tersor";

const data = (name: string): string => fileURLToPath(new URL(`data/${name}`, import.meta.url));

/** The trained model that `npm start` quantizes. */
export const resnet20 = data("resnet20.onnx");

/** How the bytes of CIFAR-10 become the input of the model. */
const cifar10 = { height: 32, width: 32, preprocessing: "cifar10", input: "input" } as const;

/** The forms of an INT8 model; docs/formats.md says which runtime likes which. */
const formats = [
  { mode: "static", format: "qdq" },
  { mode: "static", format: "qoperator" },
  { mode: "dynamic", format: "integerops" },
] as const;

export interface QuickstartOptions {
  /** The float model. */
  readonly model: string;
  /** Folder for the INT8 models. */
  readonly folder: string;
  /** Test images to judge with, from the first. Default 1,000, which are all there are. */
  readonly images?: number;
  /** Classes of the test images. Default: what they are. */
  readonly labels?: readonly number[];
  /** The only format to make. Default all. */
  readonly only?: string;
}

/** Makes each format and measures it against the float model: one report per format. */
export async function quickstart({ model, folder, images = 1000, labels, only }: QuickstartOptions): Promise<Report[]> {
  const calibration = rawImages({ file: data("calibration-images.bin"), ...cifar10 });
  const answers = { labels: labels ?? data("test-labels.bin"), count: images };
  const test = rawImages({ file: data("test-images.bin"), ...answers, ...cifar10 });
  const reports: Report[] = [];
  for (const { mode, format } of formats.filter((form) => only === undefined || form.format === only)) {
    const output = join(folder, `${basename(model, ".onnx")}.${format}.onnx`);
    const made = await quantize(model, { mode, format, output, calibration, force: true });
    const judged = await evaluate(model, { candidate: output, data: test, batchSize: 50 });
    const timed = await benchmark(model, { candidate: output, data: test, batchSize: 8, threads: 1 });
    reports.push({ ...judged, ...timed, ...made });
  }
  return reports;
}
