// tersor quantize <model>

import { Command, InvalidArgumentError, Option } from "commander";
import { renderTerminal } from "@tersor/evaluate";
import type { CheckChoice } from "../api/check.ts";
import type { QuantizeOptions } from "../api/quantize.ts";
import type { CommonOptions } from "../api/session.ts";
import { answer, collect, withPlugins, withReport, type Answer, type Context, type OutputFlags } from "./answer.ts";
import { equalizeOptions, withEqualize, type EqualizeFlags } from "./equalize-flags.ts";
import { dataHelp, dataSource, withData, wholeNumber, type DataFlags } from "./data-flags.ts";
import { optionNotOfSet } from "../errors.ts";
import { loadingText } from "./loading.ts";
import { recipePlugins } from "./plugins.ts";
import { isPage } from "./report-file.ts";

interface Flags extends OutputFlags, DataFlags, EqualizeFlags, Omit<Settings, "samples"> {
  readonly memoryLimit?: number;
  readonly set?: string;
  readonly variants?: readonly string[];
  /** True unless --no-keep-io was given. */
  readonly keepIo: boolean;
  readonly calibration?: string;
  readonly recipe?: string;
  readonly check?: CheckChoice;
  readonly checkSamples?: number;
  readonly checkTensors?: true;
  readonly diagnose?: boolean;
}

const examples = `
Examples:
  No data needed: weights are INT8, activations are quantized while the model runs
    $ tersor quantize model.onnx

  A text model, static, with 128 sentences of a table and the tokenizer beside it
    $ tersor quantize model.onnx --calibration train.tsv --column sentence --samples 128

  An image model, in the older operator format
    $ tersor quantize model.onnx --calibration photos/ --preprocessing imagenet --format qoperator

  What would be done, and why not to the rest; nothing is run or written
    $ tersor quantize model.onnx --mode static --dry-run

  A language model with weights in 4 bits, no data needed
    $ tersor quantize decoder.onnx --mode weight-only --algorithm hqq --bits 4 --group-size 32

  All files that transformers.js can ask for, beside the model in its folder
    $ tersor quantize my-model/ --set transformers.js

  Two kinds of operators stay float
    $ tersor quantize model.onnx --calibration data.npz --exclude op:Softmax --exclude "*/pooler/*"
`;

/** The command `quantize`. */
export function quantizeCommand(context: Context): Command {
  const command = new Command("quantize")
    .summary("make a checked INT8 model")
    .description("Quantizes a model after training, checks the result against its source, and writes it.")
    .argument("<model>", "the model, in any format that is known (see tersor convert)")
    .option("-o, --output <file>", "where the result goes (default: <name>.<format>.onnx beside the model)")
    .addOption(
      new Option(
        "--mode <mode>",
        "INT8 with ranges found on data (static) or while the model runs (dynamic), weights in 2 to 8 bits and float arithmetic (weight-only), a 16-bit floating type (fp16, bf16), or for study an 8-bit one (fp8) and blocks that share a scale (mx, nvfp4); default: static with --calibration, else dynamic",
      ).choices(["static", "dynamic", "weight-only", "fp16", "bf16", "fp8", "mx", "nvfp4"]),
    )
    .addOption(
      new Option(
        "--format <format>",
        "form of the result; static: qdq (default), qoperator; dynamic: integerops; weight-only: matmulnbits (default), qdq; fp16: float16 (default), storage; bf16: storage; fp8: qdq; mx, nvfp4: emulation",
      ).choices(["qdq", "qoperator", "integerops", "matmulnbits", "float16", "storage", "emulation"]),
    )
    .option("-c, --calibration <data>", `typical inputs: ${dataHelp}`)
    .option("--recipe <file>", "take what the flags leave open from a recipe (.yaml or .json)")
    .option("--set <name>", "make every variant of a folder's models that a loader can ask for: transformers.js")
    .option("--variants <list>", "of a set, only these: fp16,int8,uint8,q8,q4,q4f16,bnb4", commaList)
    .addOption(
      new Option(
        "--memory-limit <size>",
        "run larger models block by block, values between blocks on disk: 500MB, 2GB",
      ).argParser(byteCount),
    )
    .option("--dry-run", "say what would be done to which operator, and write nothing")
    .option("-f, --force", "replace an output that exists");
  withMethod(withData(command));
  withEqualize(command.optionsGroup("About equalizing and correcting (static, dynamic):"));
  return withPlugins(withReport(command))
    .addHelpText("after", examples)
    .action((model: string, flags: Flags) => answer(context, flags, (_, common) => run(model, flags, common)));
}

function withMethod(command: Command): Command {
  return command
    .optionsGroup("About the method:")
    .addOption(
      new Option("--granularity <how>", "scales of weights (default: per-channel)").choices([
        "per-channel",
        "per-tensor",
      ]),
    )
    .option(
      "--calibrator <name>",
      "how ranges are found: min-max, moving-average, percentile, entropy, mse, or a plugin's",
    )
    .addOption(new Option("--weight-type <type>", "element type of weights (default: int8)").choices(["int8", "uint8"]))
    .addOption(
      new Option("--activation-type <type>", "element type of activations (default: uint8)").choices([
        "uint8",
        "int8",
        "uint16",
        "int16",
      ]),
    )
    .addOption(
      new Option("--activation-scheme <scheme>", "ranges of activations (default: asymmetric)").choices([
        "asymmetric",
        "symmetric",
      ]),
    )
    .option("--reduce-range", "use 7 bits for all weights")
    .addOption(
      new Option("--element <type>", "element type of fp8 (e4m3, e5m2) and mx").choices([
        "e4m3",
        "e5m2",
        "e3m2",
        "e2m3",
        "e2m1",
        "int8",
      ]),
    )
    .option("--no-keep-io", "inputs and outputs become float16 too (mode fp16)")
    .addOption(
      new Option("--scaling <how>", "scales of fp8 (default: maxabs; unit needs no data)").choices([
        "unit",
        "maxabs",
        "power-of-two",
      ]),
    )
    .option(
      "--target <machines>",
      "machines the result is for: portable (default, right on all), x86-avx2, x86-avx512, x86-vnni, x86-amx, arm64, web, tensorrt",
    )
    .option(
      "--opset <version>",
      "least version of ONNX's operator set in the result (default: what its format needs)",
      wholeNumber,
    )
    .option("--allow-quantized", "quantize what is still float in a model that is quantized in part")
    .option(
      "--exclude <pattern>",
      'leave operators float: a node name, a pattern with "*", or op:<Type> (repeatable)',
      collect,
    )
    .optionsGroup("About weight-only:")
    .option("--algorithm <name>", "rtn (default), hqq, k-quant; gptq and awq with --calibration; or a plugin's")
    .addOption(new Option("--bits <n>", "bits of a weight: 2, 4 (default), 8").argParser(bitCount))
    .addOption(
      new Option("--average-bits <n>", "2, 4 or 8 bits by sensitivity, so many on the mean at most").argParser(
        bitBudget,
      ),
    )
    .addOption(
      new Option("--group-size <n>", "weights that share a scale: 16 to 256, or channel (default: 32)").argParser(
        groupSize,
      ),
    )
    .addOption(
      new Option("--scheme <scheme>", "ranges of groups (default: asymmetric)").choices([
        "asymmetric",
        "symmetric",
        "full-range",
      ]),
    )
    .addOption(
      new Option("--codebook <values>", "what codes stand for (default: integer)").choices(["integer", "nf4", "fp4"]),
    )
    .option("--clip-search", "shrink ranges to where the squared error is least (rtn)")
    .option("--sequential", "observe inputs after all weights before them are coded (gptq, awq)")
    .option("--keep-last", "leave the last product of the model float")
    .addOption(
      new Option("--accuracy-level <n>", "least precision in which MatMulNBits may compute, 4: int8").argParser(
        accuracyLevel,
      ),
    )
    .optionsGroup("About the check:")
    .option("--check <how>", "none, default (every output at least 10 dB), or the least SQNR in dB", checkChoice)
    .option("--check-samples <n>", "samples that the check runs (default: 8)", wholeNumber)
    .option("--check-tensors", "compare inner tensors too")
    .optionsGroup("About the report:")
    .option("--diagnose", "look into the result: error by layer, distributions, saturation, time by operator")
    .option("--no-diagnose", "leave that out of an .html report, which has it otherwise");
}

function commaList(text: string): readonly string[] {
  return text.split(",").map((name) => name.trim());
}

function byteCount(text: string): number {
  const found = /^(\d+(?:\.\d+)?)\s*(kB|MB|GB)$/i.exec(text.trim());
  if (!found) throw new InvalidArgumentError("It must be a size such as 500MB or 2GB.");
  const unit = { kb: 1e3, mb: 1e6, gb: 1e9 }[found[2]!.toLowerCase() as "kb" | "mb" | "gb"];
  return Math.floor(Number(found[1]) * unit);
}

function bitCount(text: string): 2 | 4 | 8 {
  const bits = ([2, 4, 8] as const).find((known) => text === `${known}`);
  if (bits === undefined) throw new InvalidArgumentError("It must be 2, 4 or 8.");
  return bits;
}

function bitBudget(text: string): number {
  const budget = Number(text);
  if (text.trim() === "" || !(budget >= 2 && budget <= 8))
    throw new InvalidArgumentError("It must be a number from 2 to 8.");
  return budget;
}

function groupSize(text: string): number | "channel" {
  return text === "channel" ? text : wholeNumber(text);
}

function accuracyLevel(text: string): 0 | 1 | 2 | 3 | 4 {
  const level = ([0, 1, 2, 3, 4] as const).find((known) => text === `${known}`);
  if (level === undefined) throw new InvalidArgumentError("It must be a whole number from 0 to 4.");
  return level;
}

function checkChoice(text: string): CheckChoice {
  if (text === "none" || text === "default") return text;
  const minSqnrDb = Number(text);
  if (text.trim() !== "" && Number.isFinite(minSqnrDb)) return { minSqnrDb };
  throw new InvalidArgumentError('It must be "none", "default", or a number of decibels.');
}

async function run(model: string, flags: Flags, common: CommonOptions): Promise<Answer> {
  if (flags.set !== undefined) return runSet(model, flags.set, flags, common);
  const { quantize } = await import("../api/quantize.ts");
  const report = await quantize(model, await optionsOf(flags, common));
  const [file] = report.output;
  return {
    data: report,
    text: (looks) => `${renderTerminal(report, looks)}${file ? loadingText(file, looks) : ""}`,
  };
}

/** Every variant of a folder's models; the method is the set's, the rest is as for one model. */
async function runSet(folder: string, set: string, flags: Flags, common: CommonOptions): Promise<Answer> {
  const { quantizeSet } = await import("../api/quantize-set.ts");
  const { mode, format, dryRun, ...options } = await optionsOf(flags, common);
  const strange = Object.entries({ mode, format, dryRun }).find(([, value]) => value !== undefined)?.[0];
  if (strange !== undefined) throw optionNotOfSet(strange, set);
  const report = await quantizeSet(folder, { ...options, set, ...(flags.variants && { variants: flags.variants }) });
  return { data: report, text: (looks) => renderTerminal(report, looks) };
}

/** Flags over the recipe; patterns to exclude come after its rules, so they win. */
async function optionsOf(flags: Flags, common: CommonOptions): Promise<QuantizeOptions> {
  const recipe = await recipeOptions(flags, common);
  const { calibration, check, checkSamples, checkTensors, diagnose = isPage(flags.report) } = flags;
  const checking = checkSamples !== undefined || checkTensors === true;
  const choice = check ?? recipe.check ?? "default";
  const details = {
    ...(checkSamples !== undefined && { samples: checkSamples }),
    ...(checkTensors && { tensors: true }),
  };
  return {
    ...recipe,
    ...settingsOf(flags),
    ...equalizeOptions(flags),
    ...(!flags.keepIo && { keepIo: false }),
    ...(flags.memoryLimit !== undefined && { memoryLimitBytes: flags.memoryLimit }),
    ...(calibration !== undefined && { calibration: await dataSource(calibration, flags), dataFolder: "." }),
    ...(check !== undefined && { check }),
    ...(diagnose && { diagnose }),
    ...(checking && choice !== "none" && { check: choice === "default" ? details : { ...choice, ...details } }),
  };
}

async function recipeOptions({ recipe, plugin = [] }: Flags, common: CommonOptions): Promise<QuantizeOptions> {
  if (recipe === undefined) return common;
  const { openRecipe, quantizeOptionsOf } = await import("../api/recipe-options.ts");
  const opened = await openRecipe(recipe);
  const { plugins = [], ...others } = common;
  const named = await recipePlugins(opened.recipe.plugins ?? [], plugin, `The recipe "${recipe}"`);
  return { ...quantizeOptionsOf(opened), ...others, plugins: [...plugins, ...named] };
}

/** The flags that are options of the call under the same name. */
const settings = [
  "output",
  "mode",
  "format",
  "granularity",
  "calibrator",
  "weightType",
  "activationType",
  "activationScheme",
  "reduceRange",
  "algorithm",
  "bits",
  "averageBits",
  "groupSize",
  "scheme",
  "codebook",
  "clipSearch",
  "sequential",
  "keepLast",
  "accuracyLevel",
  "element",
  "scaling",
  "target",
  "opset",
  "allowQuantized",
  "exclude",
  "dryRun",
  "force",
  "samples",
] as const satisfies readonly (keyof QuantizeOptions)[];

type Settings = Pick<QuantizeOptions, (typeof settings)[number]>;

function settingsOf(flags: Settings): Settings {
  return Object.fromEntries(settings.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])));
}
