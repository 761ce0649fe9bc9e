// The schema of recipes, and reading and writing them. Loaded on demand by recipe.ts: zod and yaml take a tenth of a
// second to load, which most runs would spend for nothing.

import { parse, stringify } from "yaml";
import { z } from "zod";
import { TersorError } from "./errors.ts";

/** How numbers become integers: said for the whole model, or by a rule. */
const numbers = {
  granularity: z.enum(["per-channel", "per-tensor"]).optional(),
  weightType: z.enum(["int8", "uint8"]).optional(),
  activationType: z.enum(["uint8", "int8", "uint16", "int16"]).optional(),
  activationScheme: z.enum(["asymmetric", "symmetric"]).optional(),
  calibrator: z.string().optional(),
  reduceRange: z.boolean().optional(),
};

/** How weights become few-bit codes: said for the whole model, or by a rule. */
const groups = {
  algorithm: z.string().optional().describe("rtn, gptq, awq, hqq, k-quant, or a plugin's (weight-only)"),
  bits: z.union([z.literal(2), z.literal(4), z.literal(8)]).optional(),
  groupSize: z
    .union([z.int().min(16), z.literal("channel")])
    .optional()
    .describe("neighbouring inputs that share a scale"),
  scheme: z.enum(["asymmetric", "symmetric", "full-range"]).optional(),
  codebook: z.enum(["integer", "nf4", "fp4"]).optional(),
};

const ruleSchema = z
  .strictObject({
    op: z.string().optional().describe('ONNX operator type or pattern; "*" matches any run of characters'),
    name: z.string().optional().describe("node name or pattern"),
    tensor: z.string().optional().describe("name or pattern of a tensor the node reads or writes"),
    precision: z.enum(["float", "int8"]).optional(),
    ...numbers,
    ...groups,
  })
  .refine(
    ({ op, name, tensor }) => op !== undefined || name !== undefined || tensor !== undefined,
    "a rule needs one of op, name, tensor",
  );

const clipAsRelu = z.boolean().optional().describe("take Clip(0, c) for Relu, which changes values above c");

/** A method of equalization with its options, or its name. */
const equalizeStep = z.union([
  z.enum(["smooth-quant", "cross-layer"]),
  z.strictObject({
    method: z.literal("smooth-quant"),
    alpha: z.union([z.number().min(0).max(1), z.literal("auto")]).optional(),
    grid: z
      .strictObject({ min: z.number().min(0).max(1), max: z.number().min(0).max(1), step: z.number().min(0.01).max(1) })
      .optional()
      .describe('values of alpha that "auto" tries'),
    shared: z.enum(["mean", "min", "max"]).optional().describe("how layers with one input agree on alpha"),
    fold: z.boolean().optional(),
    insert: z.boolean().optional().describe("put a Mul where folding is impossible"),
    clipAsRelu,
  }),
  z.strictObject({ method: z.literal("cross-layer"), rounds: z.int().positive().optional(), clipAsRelu }),
]);

const quantizeSchema = z.strictObject({
  mode: z.enum(["dynamic", "static", "weight-only", "fp16", "bf16", "fp8", "mx", "nvfp4"]).default("dynamic"),
  format: z.enum(["qdq", "qoperator", "integerops", "matmulnbits", "float16", "storage", "emulation"]).optional(),
  samples: z.int().positive().optional().describe("most samples of the calibration data that are used"),
  target: z.string().optional(),
  opset: z.int().positive().optional().describe("least version of ONNX's operator set in the result"),
  allowQuantized: z.boolean().optional().describe("quantize what is still float in a model that is quantized in part"),
  ...numbers,
  ...groups,
  averageBits: z
    .number()
    .min(2)
    .max(8)
    .optional()
    .describe("2, 4 or 8 bits by sensitivity, so many on the mean at most"),
  actOrder: z.boolean().optional().describe("columns with the largest inputs first (gptq)"),
  damping: z.number().positive().optional().describe("part of the mean diagonal added to the second moments (gptq)"),
  clipSearch: z.boolean().optional().describe("shrink ranges to where the squared error is least (rtn)"),
  sequential: z.boolean().optional().describe("observe inputs after all weights before them are coded"),
  tables: z.boolean().optional().describe("embedding tables become codes too (weight-only)"),
  keepLast: z.boolean().optional().describe("the last product stays float (weight-only)"),
  accuracyLevel: z
    .union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4)])
    .optional()
    .describe("least precision in which MatMulNBits may compute; 4: int8 activations"),
  equalize: z
    .union([equalizeStep, z.array(equalizeStep).min(1).readonly()])
    .optional()
    .describe("even out channels before quantizing to integers"),
  correct: z
    .array(z.enum(["bias", "weight"]))
    .readonly()
    .optional()
    .describe("take mean errors off again after quantizing to integers"),
  element: z
    .enum(["e4m3", "e5m2", "e3m2", "e2m3", "e2m1", "int8"])
    .optional()
    .describe("element type (fp8: e4m3, e5m2; mx: all)"),
  scaling: z.enum(["maxabs", "power-of-two", "unit"]).optional().describe("how scales are chosen (fp8)"),
  keepIo: z.boolean().optional().describe("inputs and outputs stay float32 (fp16)"),
  rules: z.array(ruleSchema).optional(),
});

/** A data source: a path, or an object whose keys its kind defines. */
const dataSchema = z.union([z.string(), z.record(z.string(), z.unknown())]);

const token = z.int().min(0);

/** How a model writes the texts that it is judged by; settings are those of transformers' generate(). */
const generateSchema = z.strictObject({
  encoder: z.string().optional().describe("path of the encoder, where the model is the decoder alone"),
  decoderWithPast: z.string().optional().describe("path of the decoder for all steps but the first"),
  tokenizer: z.string().optional().describe("tokenizer.json that makes texts of tokens; without it metrics get ids"),
  maxNewTokens: z.int().positive().optional().describe("most tokens to write (default 20)"),
  maxLength: z.int().positive().optional().describe("the same with the prompt or the first token"),
  minLength: z.int().min(0).optional().describe("no end before so many tokens, with the prompt or the first token"),
  beams: z.int().positive().optional().describe("texts followed at once; 1: greedy search (default)"),
  lengthPenalty: z.number().optional().describe("beams: more than 0 is for longer texts (default 1)"),
  earlyStopping: z
    .union([z.boolean(), z.literal("never")])
    .optional()
    .describe("beams: stop with enough texts (true), or when none better is likely (false, default) or possible"),
  noRepeatNgramSize: z.int().min(0).optional().describe("sequences of so many tokens come once"),
  repetitionPenalty: z.number().positive().optional(),
  badWords: z.array(z.array(token).min(1)).optional().describe("sequences of tokens that do not come"),
  eosToken: z
    .union([token, z.array(token)])
    .optional()
    .describe("what ends a text"),
  padToken: token.optional(),
  decoderStartToken: token.optional().describe("the decoder's first token, where there is an encoder"),
  forcedBosToken: token.optional().describe("the second token, such as a language"),
  forcedEosToken: token.optional().describe("the last token of a text of full length"),
});

const checkSchema = z.union([
  z.enum(["none", "default"]),
  z.strictObject({
    minSqnrDb: z.number().optional().describe("least SQNR of every comparable output, in dB"),
    samples: z.int().positive().optional(),
    tensors: z.boolean().optional().describe("compare inner tensors too"),
  }),
]);

const objective = z.enum(["latencyMs", "sizeBytes", "memoryBytes"]);

/** What has to hold in the end. With what is to be made small, a strategy or a budget, the step is tuned until it does. */
const goalSchema = z.strictObject({
  maxDrop: z.number().nonnegative().describe("most that the metric may get worse"),
  relative: z.boolean().default(true).describe("whether the drop is a share of the source's value"),
  minimize: z
    .union([objective, z.array(objective).min(1)])
    .optional()
    .describe("what to make small among the configurations that are right enough"),
  strategy: z.string().optional().describe("how to search, such as auto, basic or bayesian"),
  budget: z
    .strictObject({ minutes: z.number().positive().optional(), trials: z.int().positive().optional() })
    .optional(),
  space: z
    .record(z.string(), z.array(z.json()).min(1))
    .optional()
    .describe("values to try of settings of the step, the default first; in place of the usual ones"),
});

/** The schema of a recipe. */
export const recipeSchema = z.strictObject({
  version: z.literal(1),
  model: z.string().describe("path of the model file or folder"),
  output: z.string().optional(),
  data: z.strictObject({ calibration: dataSchema.optional(), evaluation: dataSchema.optional() }).optional(),
  metric: z
    .union([z.string(), z.looseObject({ name: z.string() })])
    .optional()
    .describe('name of a metric, or an object with its name and options, as in { name: "map", format: "xywh" }'),
  generate: generateSchema
    .optional()
    .describe("has the model write texts for the evaluation, which the metric judges in place of its outputs"),
  steps: z.array(z.strictObject({ quantize: quantizeSchema })).min(1),
  check: checkSchema.optional(),
  goal: goalSchema.optional(),
  plugins: z
    .array(z.string())
    .optional()
    .describe("packages that bring methods; each has to be allowed by the project or by --plugin"),
  seed: z.int().optional(),
});

/** What the schema lets through. */
export type ParsedRecipe = z.infer<typeof recipeSchema>;

/** @throws CORE_RECIPE_INVALID with every issue: path and what is expected there. */
export function validRecipe(value: unknown, where: string): ParsedRecipe {
  const result = recipeSchema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
  const list = issues.map(({ path, message }) => `  ${path || "(top)"}: ${message}`).join("\n");
  throw new TersorError("CORE_RECIPE_INVALID", `${where} is not valid:\n${list}`, { where, issues });
}

/** @throws CORE_RECIPE_SYNTAX */
export function recipeValue(text: string, where: string): unknown {
  try {
    return parse(text, { maxAliasCount: 50 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TersorError("CORE_RECIPE_SYNTAX", `${where} is neither YAML nor JSON: ${why}`, { where }, error);
  }
}

/** The recipe as YAML. */
export function recipeText(recipe: ParsedRecipe): string {
  return stringify(recipe, { lineWidth: 120 });
}

/** The schema as JSON Schema, of what a user writes: defaults may be left out. */
export function jsonSchema(): Record<string, unknown> {
  return { title: "Tersor recipe", ...z.toJSONSchema(recipeSchema, { io: "input" }) };
}
