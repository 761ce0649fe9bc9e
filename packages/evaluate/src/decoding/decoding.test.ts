// Decoders over models made of plain arithmetic: what must come out is worked out by hand.
import { float32, numbersOf, tensorOf, type Executable, type Executor, type Feeds, type ValueType } from "@tersor/core";
import { describe, expect, it } from "vitest";
import { decoderOf } from "./decoder.ts";
import { comparePerplexity, perplexityOf } from "./perplexity.ts";

type Ports = Executable["inputs"];

const ids: ValueType = { kind: "tensor", dtype: "int64" };
const floats = (shape: readonly (number | null)[]): ValueType => ({
  kind: "tensor",
  dtype: "float32",
  shape: shape.map((dim, i) => dim ?? `d${i}`),
});

/** The logits of the next token are `score(token, sum of all tokens before it)` for three tokens. */
function model(inputs: Ports, outputs: Ports, run: (feeds: Feeds) => Feeds): Executable {
  return {
    inputs,
    outputs,
    run: (feeds) => Promise.resolve(run(feeds)),
    time: () => Promise.resolve([]),
    dispose: () => Promise.resolve(),
  };
}

const vocabulary = 3;
/** Logits after a text: they depend on its last token and on how long it is. */
function scores(last: number, length: number): number[] {
  return [last * 0.5, length * 0.25, 1 - last];
}

function rowsAfter(before: number, tokens: readonly number[]): Float32Array {
  return Float32Array.from(tokens.flatMap((token, i) => scores(token, before + i + 1)));
}

const tokensOf = (feeds: Feeds): number[] => Array.from(numbersOf(feeds["input_ids"]!));

const whole = model([{ name: "input_ids", type: ids }], [{ name: "logits", type: floats([1, null, 3]) }], (feeds) => {
  const tokens = tokensOf(feeds);
  return { logits: float32([1, tokens.length, vocabulary], rowsAfter(0, tokens)) };
});

/** The same with a cache, whose length is what was read before; it insists on mask and positions that fit. */
const cached = model(
  [
    { name: "input_ids", type: ids },
    { name: "attention_mask", type: ids },
    { name: "position_ids", type: ids },
    { name: "past_key_values.0.key", type: floats([null, 2, null, 4]) },
  ],
  [
    { name: "logits", type: floats([1, null, 3]) },
    { name: "present.0.key", type: floats([null, 2, null, 4]) },
  ],
  (feeds) => {
    const tokens = tokensOf(feeds);
    const before = feeds["past_key_values.0.key"]!.shape[2]!;
    const total = before + tokens.length;
    expect(feeds["past_key_values.0.key"]!.shape).toEqual([1, 2, before, 4]);
    expect(feeds["attention_mask"]!.shape).toEqual([1, total]);
    expect(Array.from(numbersOf(feeds["position_ids"]!))).toEqual(tokens.map((_, i) => before + i));
    return {
      logits: float32([1, tokens.length, vocabulary], rowsAfter(before, tokens)),
      "present.0.key": float32([1, 2, total, 4], new Float32Array(8 * total)),
    };
  },
);

const text = [1, 0, 2, 2, 1, 0, 0, 1, 2, 0, 1, 1];

/** exp of the mean of -log softmax, in float64. */
function perplexityByHand(tokens: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < tokens.length - 1; i++) {
    const row = Array.from(Float32Array.from(scores(tokens[i]!, i + 1)));
    const total = row.reduce((all, value) => all + Math.exp(value), 0);
    sum -= Math.log(Math.exp(row[tokens[i + 1]!]!) / total);
  }
  return Math.exp(sum / (tokens.length - 1));
}

describe("decoders", () => {
  it.each([
    ["feeds everything again where there is no cache", whole],
    ["hands the cache from step to step, with mask and positions", cached],
  ])("%s", async (_, executable) => {
    const decoder = decoderOf(executable)!;
    expect(Array.from(await decoder.step([1, 0]))).toEqual(Array.from(rowsAfter(0, [1, 0])));
    expect(Array.from(await decoder.step([2]))).toEqual(Array.from(rowsAfter(2, [2])));
    decoder.restart();
    expect(Array.from(await decoder.step([2]))).toEqual(Array.from(rowsAfter(0, [2])));
    expect(await perplexityOf(decoder, text)).toBeCloseTo(perplexityByHand(text), 9);
  });

  it("takes the branch for an empty cache first", async () => {
    const branches: number[] = [];
    const merged = model(
      [...cached.inputs, { name: "use_cache_branch", type: { kind: "tensor", dtype: "bool" } }],
      cached.outputs,
      (feeds) => {
        branches.push(numbersOf(feeds["use_cache_branch"]!)[0]!);
        const tokens = tokensOf(feeds);
        const total = feeds["past_key_values.0.key"]!.shape[2]! + tokens.length;
        return {
          logits: float32([1, tokens.length, vocabulary], rowsAfter(0, tokens)),
          "present.0.key": float32([1, 2, total, 4], new Float32Array(8 * total)),
        };
      },
    );
    const decoder = decoderOf(merged)!;
    await decoder.step([1, 2]);
    await decoder.step([0]);
    expect(branches).toEqual([0, 1]);
  });

  it.each<[what: string, inputs: Ports, outputs: Ports]>([
    [
      "an encoder's states",
      [...whole.inputs, { name: "encoder_hidden_states", type: floats([1, 2, 4]) }],
      whole.outputs,
    ],
    ["one row of logits per text", whole.inputs, [{ name: "logits", type: floats([1, 2]) }]],
    ["a cache that nothing gives back", cached.inputs, whole.outputs],
  ])("is none that needs %s", (_, inputs, outputs) => {
    expect(decoderOf(model(inputs, outputs, () => ({})))).toBeUndefined();
  });
});

describe("comparing decoders", () => {
  const executor = (models: Readonly<Record<string, Executable>>): Executor => ({
    name: "by hand",
    compile: (runnable) => Promise.resolve(models["file" in runnable ? runnable.file : ""]!),
    observe: () => Promise.resolve([]),
    dispose: () => Promise.resolve(),
  });

  it("reads one text with both", async () => {
    const uniform = model(whole.inputs, whole.outputs, (feeds) => ({
      logits: tensorOf(
        "float32",
        [1, tokensOf(feeds).length, vocabulary],
        new Float32Array(3 * tokensOf(feeds).length),
      ),
    }));
    const found = await comparePerplexity({
      executor: executor({ a: cached, b: uniform }),
      reference: { file: "a" },
      candidate: { file: "b" },
      tokens: text,
    });
    expect(found).toMatchObject({ count: text.length - 1, cached: true });
    expect(found!.reference).toBeCloseTo(perplexityByHand(text), 9);
    expect(found!.candidate).toBeCloseTo(vocabulary, 9);
  });

  it("has the reference write the text, the same one for the same seed", async () => {
    const both = { executor: executor({ a: cached, b: whole }), reference: { file: "a" }, candidate: { file: "b" } };
    const [first, again, other] = await Promise.all(
      [3, 3, 4].map((seed) => comparePerplexity({ ...both, seed, length: 20 })),
    );
    expect(first).toEqual(again);
    expect(first!.reference).toBeCloseTo(first!.candidate, 9);
    expect(other!.reference).not.toBeCloseTo(first!.reference, 9);
  });
});
