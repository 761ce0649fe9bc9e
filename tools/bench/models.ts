// The models that are measured on, made ready for a benchmark: the file, calibration feeds and one feed for latency.
// Both sides read the same files, so neither pays for preparing them.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import type { Context } from "./row.ts";

export interface ReadyModel {
  readonly model: string;
  /** Feeds as npz, `<sample>/<input>`. */
  readonly calibration: string;
  /** One feed as npz, the batch that latency is measured with. */
  readonly feed: string;
}

/** A model by name; prepared once per run. */
export interface BenchmarkModel {
  readonly name: string;
  readonly prepare: (context: Context) => ReadyModel;
}

/** A model of the bank that has learned something, with the arguments of accuracy.py that say what to ask it. */
export interface TrainedModel extends BenchmarkModel {
  readonly testData: (bank: string) => readonly string[];
}

/** MiniLM-L6 on SST-2: 128 training sentences, padded to 64, for calibration; one sentence of 64 tokens for latency. */
export const miniLM: TrainedModel = {
  name: "MiniLM",
  prepare: (context) =>
    once(context.scratch, "minilm", (files) => {
      const source = join(context.bank, "real", "sst2-minilm-l6");
      const text = [join(source, "train_sample.tsv"), join(source, "tokenizer.json")];
      writeFileSync(files.model, gunzipSync(readFileSync(join(source, "model.onnx.gz"))));
      context.python.run("text_feeds.py", ...text, files.calibration);
      context.python.run("text_feeds.py", ...text, files.feed, "--single");
    }),
  testData: (bank) => {
    const source = join(bank, "real", "sst2-minilm-l6");
    return ["text", join(source, "dev.tsv"), join(source, "tokenizer.json")];
  },
};

/** ResNet-20 on CIFAR-10: 512 training images for calibration, a batch of 8 for latency. */
export const resNet20: TrainedModel = {
  name: "ResNet-20",
  prepare: (context) =>
    once(context.scratch, "resnet20", (files) => {
      const source = join(context.bank, "real", "cifar10");
      const images = join(source, "train5k_images.u8.nhwc.bin");
      writeFileSync(files.model, readFileSync(join(source, "resnet20.onnx")));
      const run = (output: string, ...options: string[]): void =>
        context.python.run("image_feeds.py", images, files.model, output, "--batch", "8", ...options);
      run(files.calibration, "--samples", "512");
      run(files.feed, "--single");
    }),
  testData: (bank) => {
    const source = join(bank, "real", "cifar10");
    return ["images", join(source, "test5k_images.u8.nhwc.bin"), join(source, "test5k_labels.u8.bin")];
  },
};

/** Full-size networks with random weights, made by full_size.py and kept under .cache: only their speed means something. */
export const resNet50 = fullSize("ResNet-50");
export const mobileNetV2 = fullSize("MobileNetV2");
export const bertBase = fullSize("BERT-base");

const cache = fileURLToPath(new URL("../../.cache/bench-full-size", import.meta.url));

function fullSize(name: string): BenchmarkModel {
  return {
    name,
    prepare: ({ python }) =>
      once(cache, name, ({ model, calibration, feed }) => python.run("full_size.py", name, model, calibration, feed)),
  };
}

/** Makes the files in a folder that gets its name when all are there. */
function once(parent: string, name: string, make: (files: ReadyModel) => void): ReadyModel {
  const folder = join(parent, name);
  if (!existsSync(folder)) {
    const unfinished = `${folder}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    make(filesIn(unfinished));
    renameSync(unfinished, folder);
  }
  return filesIn(folder);
}

function filesIn(folder: string): ReadyModel {
  const at = (file: string): string => join(folder, file);
  return { model: at("model.onnx"), calibration: at("calibration.npz"), feed: at("feed.npz") };
}
