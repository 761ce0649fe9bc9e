// The trained models of the bank, made ready for a benchmark: the file, calibration feeds and one feed for latency.
// Both sides read the same files, so neither pays for preparing them.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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
export interface TrainedModel {
  readonly name: string;
  readonly prepare: (context: Context) => ReadyModel;
}

/** MiniLM-L6 on SST-2: 128 training sentences for calibration, one sentence of 64 tokens for latency. */
export const miniLM: TrainedModel = {
  name: "MiniLM",
  prepare: (context) =>
    once(context, "minilm", (files) => {
      const source = join(context.bank, "real", "sst2-minilm-l6");
      const text = [join(source, "train_sample.tsv"), join(source, "tokenizer.json")];
      writeFileSync(files.model, gunzipSync(readFileSync(join(source, "model.onnx.gz"))));
      context.python.run("text_feeds.py", ...text, files.calibration);
      context.python.run("text_feeds.py", ...text, files.feed, "--single");
    }),
};

/** ResNet-20 on CIFAR-10: 512 training images for calibration, a batch of 8 for latency. */
export const resNet20: TrainedModel = {
  name: "ResNet-20",
  prepare: (context) =>
    once(context, "resnet20", (files) => {
      const source = join(context.bank, "real", "cifar10");
      const images = join(source, "train5k_images.u8.nhwc.bin");
      writeFileSync(files.model, readFileSync(join(source, "resnet20.onnx")));
      const run = (output: string, ...options: string[]): void =>
        context.python.run("image_feeds.py", images, files.model, output, "--batch", "8", ...options);
      run(files.calibration, "--samples", "512");
      run(files.feed, "--single");
    }),
};

function once({ scratch }: Context, name: string, make: (files: ReadyModel) => void): ReadyModel {
  const folder = join(scratch, name);
  const at = (file: string): string => join(folder, file);
  const files = { model: at("model.onnx"), calibration: at("calibration.npz"), feed: at("feed.npz") };
  if (existsSync(folder)) return files;
  mkdirSync(folder);
  make(files);
  return files;
}
