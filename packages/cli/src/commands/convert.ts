// tersor convert <model> -o <output>

import { Command, Option } from "commander";
import { renderTerminal, type TerminalOptions } from "@tersor/evaluate";
import type { ConvertOptions } from "../api/convert.ts";
import type { CommonOptions } from "../api/session.ts";
import { answer, collect, withPlugins, withReport, type Answer, type Context, type OutputFlags } from "./answer.ts";
import { dataHelp, dataSource, dimensionsOf, withData, type DataFlags } from "./data-flags.ts";
import { loadingText } from "./loading.ts";

interface Flags extends OutputFlags, DataFlags {
  readonly output: string;
  readonly format?: string;
  readonly weights?: NonNullable<ConvertOptions["weightType"]>;
  readonly signature?: string;
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  readonly data?: string;
  readonly check?: "none";
  readonly force?: true;
}

const examples = `
Examples:
  A TensorFlow SavedModel for onnxruntime
    $ tersor convert saved_model/ -o model.onnx

  A Keras model for phones, and for the browser with weights of one byte
    $ tersor convert model.keras -o model.tflite
    $ tersor convert model.h5 -o web/ --weights uint8

  A text model in TensorFlow Lite, whose sizes are fixed
    $ tersor convert bert.onnx -o bert.tflite --dim batch=1 --dim sequence=128

  A frozen graph from one tensor to another
    $ tersor convert frozen.pb -o backbone.onnx --inputs image --outputs features/Relu
`;

/** The command `convert`. */
export function convertCommand(context: Context): Command {
  const command = new Command("convert")
    .summary("bring a model from one format into another")
    .description(
      "Reads a model of any format and writes it in another, proven by running both sides on the same inputs. " +
        "The format of the source is recognised by its content, that of the result by the ending of its path.",
    )
    .argument("<model>", "the source: .onnx, .pb, .h5, .keras, or a folder (SavedModel, checkpoint, TensorFlow.js)")
    .requiredOption("-o, --output <path>", "where the result goes: .onnx, .tflite, .pb, .h5, .keras, or a folder")
    .option("--format <name>", "the format of the result, where the path does not say it, such as saved-model")
    .addOption(
      new Option("--weights <type>", "store weights in this type (TensorFlow.js)").choices([
        "uint8",
        "uint16",
        "float16",
      ]),
    )
    .option("--signature <name>", "signature of a SavedModel (default: serving_default)")
    .option("--inputs <name>", "where a TensorFlow graph begins (repeatable)", collect)
    .option("--outputs <name>", "where a TensorFlow graph ends (repeatable)", collect)
    .option("-d, --data <data>", `inputs that both sides run (default: "random"): ${dataHelp}`)
    .addOption(new Option("--check <none>", "write the result without running it").choices(["none"]))
    .option("-f, --force", "replace an output that exists");
  return withPlugins(withReport(withData(command)))
    .addHelpText("after", examples)
    .action((model: string, flags: Flags) => answer(context, flags, (_, common) => run(model, flags, common)));
}

async function run(model: string, flags: Flags, common: CommonOptions): Promise<Answer> {
  const { convert } = await import("../api/convert.ts");
  const { output, format, weights, signature, inputs, outputs, check, force, samples, dim = [] } = flags;
  const read = { ...(signature && { signature }), ...(inputs && { inputs }), ...(outputs && { outputs }) };
  const report = await convert(model, {
    ...common,
    output,
    read,
    dims: dimensionsOf(dim),
    data: flags.data === undefined ? "random" : await dataSource(flags.data, flags),
    ...(format !== undefined && { format }),
    ...(weights && { weightType: weights }),
    ...(check && { check }),
    ...(samples !== undefined && { samples }),
    ...(force && { force }),
  });
  const [file] = report.output;
  const loading = (looks: TerminalOptions) => (file ? loadingText(file, looks) : "");
  return { data: report, text: (looks) => `${renderTerminal(report, looks)}${loading(looks)}` };
}
