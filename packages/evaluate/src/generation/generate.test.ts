// Texts of tiny models on onnxruntime. Oracle: generate() of transformers 4.46 (tools/make-generation-cases.py).
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { tensorOf, type Executable, type Feeds } from "@tersor/core";
import { createExecutor } from "@tersor/onnx";
import { afterAll, describe, expect, it } from "vitest";
import { generate, type GenerationSettings } from "./generate.ts";
import type { GenerationModels } from "./stepper.ts";

interface Case {
  readonly name: string;
  readonly models: { readonly decoder: string; readonly encoder?: string; readonly decoderWithPast?: string };
  readonly settings: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly expected: readonly (readonly number[])[];
}

const folder = fileURLToPath(new URL("../../fixtures/generation/", import.meta.url));
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
