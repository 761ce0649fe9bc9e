// Models that write, judged from the command's side: data, tokenizer, generation and metric in one call or recipe.
// Oracle: the texts of transformers' generate() (tools/make-generation-cases.py), which are the labels.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { evaluate, run } from "tersor";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

interface Case {
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly inputs: { readonly input_ids: readonly (readonly number[])[] };
  readonly expected: readonly (readonly number[])[];
}

const fixtures = fileURLToPath(new URL("./fixtures/", import.meta.url));
const cases = JSON.parse(readFileSync(join(fixtures, "cases.json"), "utf8")) as readonly Case[];
const each = cases.find(
  ({ name, settings }) =>
    name === "an encoder with two decoders" && settings["num_beams"] === 3 && !settings["min_length"],
)!;
const folder = mkdtempSync(join(tmpdir(), "tersor-generation-"));
const files = ["t5-encoder.onnx", "t5-decoder.onnx", "t5-decoder-with-past.onnx"];

/** Tokens that stand for nothing but their number; 0 pads, 1 ends. */
const word = (token: number) => ["<pad>", "</s>"][token] ?? `w${token}`;
const words = (tokens: readonly number[]) =>
  tokens
    .filter((token) => token > 1)
    .map(word)
    .join(" ");

beforeAll(() => {
  for (const file of files) copyFileSync(join(fixtures, file), join(folder, file));
  const vocab = Object.fromEntries(Array.from({ length: 29 }, (_, token) => [word(token), token]));
  const special = [0, 1].map((id) => ({ id, content: word(id), special: true }));
  const tokenizer = {
    version: "1.0",
    added_tokens: special,
    normalizer: null,
    pre_tokenizer: { type: "WhitespaceSplit" },
    post_processor: null,
    decoder: null,
    model: { type: "WordLevel", vocab, unk_token: word(3) },
  };
  writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(tokenizer));
  writeFileSync(join(folder, "tokenizer_config.json"), JSON.stringify({ pad_token: word(0) }));
  // The second row has an end in the middle, which no text has.
  const pair = { source: words(each.inputs.input_ids[0]!), target: words(each.expected[0]!) };
  writeFileSync(join(folder, "pairs.jsonl"), `${JSON.stringify(pair)}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const data = {
  text: "pairs.jsonl",
  tokenizer: "tokenizer.json",
  task: "sequence-to-sequence",
  column: "source",
  label: "target",
} as const;
const generate = {
  encoder: "t5-encoder.onnx",
  decoderWithPast: "t5-decoder-with-past.onnx",
  tokenizer: "tokenizer.json",
  maxNewTokens: 12,
  beams: 3,
  eosToken: 1,
  padToken: 0,
  decoderStartToken: 0,
} as const;

describe("models that write", () => {
  it("are judged by their texts", async () => {
    const model = join(folder, "t5-decoder.onnx");
    const report = await evaluate(model, { data, generate, metric: "rouge-l", dataFolder: folder });
    expect(report.metric).toMatchObject({ metric: "rouge-l", count: 1, value: 1 });
  });

  it("are quantized and judged by a recipe", async () => {
    const recipe = {
      version: 1 as const,
      model: "t5-decoder.onnx",
      output: "t5-decoder.int8.onnx",
      data: { evaluation: data },
      metric: "rouge-l",
      generate,
      steps: [{ quantize: { mode: "dynamic" as const } }],
      check: "none" as const,
    };
    const { evaluation } = await run(recipe, { folder });
    expect(evaluation?.fp32.value).toBe(1);
    expect(evaluation?.int8.count).toBe(1);
    expect(evaluation?.int8.value).toBeGreaterThan(0.2);
  });
});
