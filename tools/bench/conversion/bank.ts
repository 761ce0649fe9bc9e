// The models of the bank that the incumbent converter has converted: their files by format, and its ONNX file.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** A model of the bank. */
export interface ConvertedModel {
  readonly name: string;
  readonly folder: string;
  /** Files and folders of the model, by what holds it. */
  readonly formats: readonly string[];
  readonly reference: string;
}

const formats = ["frozen.pb", "saved_model", "ckpt", "tfjs_graph", "model.h5", "model.keras", "tfjs_layers"];

/** All models, in the order of their names. */
export function convertedModels(bank: string): readonly ConvertedModel[] {
  const all = join(bank, "tensorflow");
  return readdirSync(all).map((name) => {
    const folder = join(all, name);
    const present = formats.filter((format) => existsSync(join(folder, format)));
    return { name, folder, formats: present, reference: join(folder, "reference.onnx") };
  });
}
