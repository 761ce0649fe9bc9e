// Oracle: the Python package tokenizers, which wraps the Rust one (fixtures/make_text.py).
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadTokenizer, type LoadedTokenizer } from "./tokenizer.ts";

interface Encodings {
  single: number[][];
  cut12: number[][];
  pairs: { length: number; ids: number[]; types: number[] }[];
}

const folder = fileURLToPath(new URL("../fixtures/text/", import.meta.url));
const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as {
  sentences: string[];
  extra: string[];
} & Record<"wordpiece" | "byte-level" | "minilm", Encodings>;
const { sentences, extra } = expected;

function sameAs(tokenizer: LoadedTokenizer, truth: Encodings): void {
  const texts = [...sentences, ...extra];
  expect(texts.map((text) => tokenizer.encode(text, undefined, 1e6).ids)).toEqual(truth.single);
  expect(texts.map((text) => tokenizer.encode(text, undefined, 12).ids)).toEqual(truth.cut12);
  for (const [i, { length, ids }] of truth.pairs.entries()) {
    const at = i % (sentences.length - 1);
    expect(tokenizer.encode(sentences[at]!, sentences[at + 1]!, length).ids).toEqual(ids);
  }
}

describe("tokenizers", () => {
  it.each(["wordpiece", "byte-level"] as const)("give the ids of the Rust library: %s, cut and in pairs", (name) => {
    sameAs(loadTokenizer(join(folder, name)), expected[name]);
  });

  it("tell first and second text apart", () => {
    const tokenizer = loadTokenizer(join(folder, "wordpiece", "tokenizer.json"));
    const { length, types } = expected.wordpiece.pairs[0]!;
    expect(tokenizer.encode(sentences[0]!, sentences[1]!, length).types).toEqual(types);
  });

  it("read padding and the longest length from the configuration", () => {
    expect(loadTokenizer(join(folder, "wordpiece"))).toMatchObject({
      maxLength: 128,
      padding: { side: "right", id: 0 },
    });
    expect(loadTokenizer(join(folder, "byte-level"))).toMatchObject({
      maxLength: undefined,
      padding: { side: "left", id: 1 },
    });
  });

  it("refuse files that are no tokenizers", () => {
    const scratch = mkdtempSync(join(tmpdir(), "tersor-tokenizer-"));
    const failing = {
      "no.json": "{",
      "list.json": "[]",
      "empty.json": "{}",
      "odd.json": '{"model":{"type":"Unheard"},"added_tokens":[]}',
    };
    for (const [name, content] of Object.entries(failing)) {
      writeFileSync(join(scratch, name), content);
      expect(() => loadTokenizer(join(scratch, name)), name).toThrow(
        expect.objectContaining({ code: "DATA_TOKENIZER" }),
      );
    }
    expect(() => loadTokenizer(scratch)).toThrow(expect.objectContaining({ code: "DATA_NOT_FOUND" }));
  });
});

const real = join(process.env["TERSOR_BANK"] ?? "", "real/sst2-minilm-l6");

describe.skipIf(!existsSync(join(real, "tokenizer.json")))("a real vocabulary (needs TERSOR_BANK)", () => {
  it("gives the ids of the Rust library", () => sameAs(loadTokenizer(real), expected.minilm));
});
