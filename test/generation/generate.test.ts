// Texts of tiny models on onnxruntime. Oracle: generate() of transformers 4.46 (tools/make-generation-cases.py).
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { datasetOf, tensorOf, type Executable, type Feeds, type Metric } from "@tersor/core";
import { evaluate, generate, rougeMetric, type GenerationModels, type GenerationSettings } from "@tersor/evaluate";
import { createExecutor } from "@tersor/onnx";
import { afterAll, describe, expect, it } from "vitest";

interface Case {
  readonly name: string;
  readonly models: { readonly decoder: string; readonly encoder?: string; readonly decoderWithPast?: string };
  readonly settings: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly expected: readonly (readonly number[])[];
}

const folder = fileURLToPath(new URL("./fixtures/", import.meta.url));
const cases = JSON.parse(readFileSync(`${folder}cases.json`, "utf8")) as readonly Case[];
const executor = createExecutor();
afterAll(() => executor.dispose());
const compiled = new Map<string, Promise<Executable>>();

function model(name: string): Promise<Executable> {
  const found = compiled.get(name) ?? executor.compile({ file: `${folder}${name}.onnx` });
  compiled.set(name, found);
  return found;
}

async function modelsOf({ models }: Case): Promise<GenerationModels> {
  const entries = Object.entries(models).map(async ([role, name]) => [role, await model(name)] as const);
  return Object.fromEntries(await Promise.all(entries)) as unknown as GenerationModels;
}

function feedsOf({ inputs }: Case): Feeds {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, rows]) => [
      name,
      tensorOf("int64", [rows.length, rows[0]!.length], BigInt64Array.from(rows.flat(), BigInt)),
    ]),
  );
}

/** Names of the settings here, by those of transformers. */
const names: Readonly<Record<string, keyof GenerationSettings>> = {
  bad_words_ids: "badWords",
  decoder_start_token_id: "decoderStartToken",
  early_stopping: "earlyStopping",
  eos_token_id: "eosToken",
  forced_bos_token_id: "forcedBosToken",
  forced_eos_token_id: "forcedEosToken",
  length_penalty: "lengthPenalty",
  max_new_tokens: "maxNewTokens",
  min_length: "minLength",
  no_repeat_ngram_size: "noRepeatNgramSize",
  num_beams: "beams",
  pad_token_id: "padToken",
  repetition_penalty: "repetitionPenalty",
};

const settingsOf = ({ settings }: Case): GenerationSettings =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [names[name]!, value]));

const labelled = cases.map((each) => [`${each.name}: ${JSON.stringify(each.settings)}`, each] as const);

describe("judging what was written", () => {
  const each = cases.find(({ name, settings }) => name === "an encoder with two decoders" && "num_beams" in settings)!;
  const words = (tokens: readonly number[]) => tokens.map((token) => `w${token}`).join(" ");
  const samples = each.inputs["input_ids"]!.map((_, row) => ({
    feeds: Object.fromEntries(Object.entries(feedsOf({ ...each, inputs: rowsOf(each, row) }))),
    label: words(each.expected[row]!),
  }));

  function rowsOf({ inputs }: Case, row: number): Case["inputs"] {
    return Object.fromEntries(Object.entries(inputs).map(([name, rows]) => [name, [rows[row]!]]));
  }

  const file = (name: string) => ({ file: `${folder}${name}.onnx` });
  const generation = {
    ...settingsOf(each),
    encoder: file("t5-encoder"),
    decoderWithPast: file("t5-decoder-with-past"),
  };
  const evaluated = (model: string, more: object, metric: Metric) =>
    evaluate({
      executor,
      model: file(model),
      dataset: datasetOf("texts", () => samples, samples.length),
      metric,
      generation: { ...generation, ...more },
      batchSize: 2,
    });

  it("gives texts to metrics of texts", async () => {
    const same = await evaluated("t5-decoder", { decode: words }, rougeMetric("l"));
    expect(same).toMatchObject({ count: samples.length, value: 1 });
    const shorter = await evaluated("t5-decoder", { decode: words, maxNewTokens: 3 }, rougeMetric("l"));
    expect(shorter.value).toBeGreaterThan(0);
    expect(shorter.value).toBeLessThan(1);
  });

  it("gives ids to those that decode", async () => {
    const decode = (ids: readonly number[]) => words(ids.filter((id) => id !== 0));
    expect((await evaluated("t5-decoder", {}, rougeMetric("l", { decode }))).value).toBe(1);
  });
});

describe("generating", () => {
  it.each(labelled)("writes what transformers writes with %s", async (_, each) => {
    const texts = await generate(await modelsOf(each), feedsOf(each), settingsOf(each));
    expect(texts.map(({ tokens }) => tokens)).toEqual(each.expected);
  });

  it("refuses models that can't", async () => {
    const encoder = await model("t5-encoder");
    const inputs = feedsOf(cases[0]!);
    await expect(generate({ decoder: encoder }, inputs)).rejects.toMatchObject({ code: "EVALUATE_NOT_GENERATIVE" });
    await expect(generate({ decoder: await model("gpt2") }, {})).rejects.toMatchObject({
      code: "EVALUATE_NOT_GENERATIVE",
    });
    await expect(generate({ decoder: await model("gpt2") }, inputs, { beams: 0 })).rejects.toMatchObject({
      code: "EVALUATE_INVALID_OPTION",
    });
  });
});
