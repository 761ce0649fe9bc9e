// What datasets give as labels is what metrics read: a model that answers as the labels say is right all the way.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { elementCount, float32, int64, tensorOf, type Feeds, type Label, type Sample } from "@tersor/core";
import { openDataset } from "@tersor/data";
import { metricFrom, type MetricDescription } from "@tersor/evaluate";
import { afterAll, expect, it } from "vitest";

const tokenizer = fileURLToPath(new URL("../../packages/data/fixtures/text/wordpiece", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tersor-data-metrics-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function samplesOf(rows: readonly object[], options: object): Promise<readonly Sample[]> {
  const file = join(folder, "rows.jsonl");
  writeFileSync(file, rows.map((row) => JSON.stringify(row)).join("\n"));
  const samples: Sample[] = [];
  for await (const sample of await openDataset({ text: file, tokenizer, ...options })) samples.push(sample);
  return samples;
}

function judge(description: MetricDescription, samples: readonly Sample[], answer: (sample: Sample) => Feeds): number {
  const metric = metricFrom(description);
  const run = metric.begin();
  for (const sample of samples) {
    const label = metric.labelOf ? metric.labelOf(sample) : sample.label;
    run.update(answer(sample), [label as Label]);
  }
  return run.value();
}

const tokensOf = ({ feeds }: Sample) => elementCount(feeds["input_ids"]!.shape);

/** One logit of 9 among zeros. */
function pointed(length: number, at: number) {
  return float32(
    [1, length],
    Float32Array.from({ length }, (_, i) => (i === at ? 9 : 0)),
  );
}

it("question answering: an answer in one of several windows", async () => {
  const context = `${"some long text goes on ".repeat(8)}until the cat sat on a mat and then it goes on and on`;
  const rows = [{ id: "q", question: "who sat?", context, answers: { text: ["the cat"], answer_start: [0] } }];
  const samples = await samplesOf(rows, { task: "question-answering", maxLength: 32, stride: 8 });
  expect(samples.length).toBeGreaterThan(1);
  const [from, to] = [context.indexOf("cat"), context.indexOf("cat") + 3];
  const answer = (sample: Sample): Feeds => {
    const { offsets } = sample.label as unknown as { offsets: readonly (readonly [number, number] | null)[] };
    const length = tokensOf(sample);
    const start = offsets.findIndex((span) => span?.[0] === from);
    const end = offsets.findIndex((span) => span?.[1] === to);
    return { start_logits: pointed(length, start), end_logits: pointed(length, end) };
  };
  expect(judge("squad-em", samples, answer)).toBe(1);
  expect(judge("squad-f1", samples, answer)).toBe(1);
});

it("token classification: tags on the first token of each word", async () => {
  const tags = ["O", "B-PER", "I-PER"];
  const rows = [{ tokens: ["unbelievably", "Anna", "Smithsonian", "sat"], ner_tags: [0, 1, 2, 0] }];
  const samples = await samplesOf(rows, { task: "token-classification", padding: "max", maxLength: 24 });
  const answer = ({ label }: Sample): Feeds => {
    const classes = (label as readonly number[]).map((index) => Math.max(0, index));
    return { tags: int64([1, classes.length], classes) };
  };
  expect(judge({ name: "tagging-f1", tags }, samples, answer)).toBe(1);
});

it("language modelling: every token as likely as the others", async () => {
  const samples = await samplesOf([{ text: "the cat sat" }, { text: "one long text" }], {
    task: "language-modelling",
    blocks: false,
    padding: "max",
    maxLength: 16,
  });
  const vocabulary = 500;
  const answer = (sample: Sample): Feeds => {
    const length = tokensOf(sample);
    return { logits: float32([1, length, vocabulary], new Float32Array(length * vocabulary)) };
  };
  expect(judge("perplexity", samples, answer)).toBeCloseTo(vocabulary, 6);
});

it("sequence to sequence: texts, or lists of texts that are right", async () => {
  const rows = [
    { source: "x", target: "the cat sat on the mat" },
    { source: "y", target: ["no", "the dog sat on a mat"] },
  ];
  const samples = await samplesOf(rows, { task: "sequence-to-sequence", label: "target", column: "source" });
  const answer = ({ label }: Sample): Feeds => ({
    text: tensorOf("string", [1], [Array.isArray(label) ? String(label[1]) : String(label)]),
  });
  for (const name of ["rouge-l", "exact-match"]) expect(judge(name, samples, answer)).toBe(1);
  expect(judge("bleu", samples, answer)).toBeCloseTo(100, 9);
});
