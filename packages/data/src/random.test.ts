import { checkFeeds, numbersOf, type Dim, type ModelInput, type Sample } from "@tersor/core";
import { describe, expect, it } from "vitest";
import { random } from "./random.ts";

const inputs: ModelInput[] = [
  { name: "input_ids", type: { kind: "tensor", dtype: "int64", shape: ["batch", "sequence"] } },
  { name: "attention_mask", type: { kind: "tensor", dtype: "int64", shape: ["batch", "sequence"] } },
  { name: "token_type_ids", type: { kind: "tensor", dtype: "int64", shape: ["batch", "sequence"] } },
  { name: "pixels", type: { kind: "tensor", dtype: "float32", shape: [1, 3, 40, 40] } },
];

async function walk(samples: AsyncIterable<Sample>): Promise<Sample[]> {
  const found: Sample[] = [];
  for await (const sample of samples) found.push(sample);
  return found;
}

describe("random data", () => {
  it("fits the model, and means what the names say", async () => {
    const [sample] = await walk(random({ inputs, samples: 1, dims: { sequence: 8 } }));
    checkFeeds(sample!.feeds, inputs);
    expect(sample!.feeds["input_ids"]!.shape).toEqual([1, 8]);
    expect(Array.from(numbersOf(sample!.feeds["input_ids"]!)).every((id) => id >= 0 && id < 100)).toBe(true);
    expect(new Set(numbersOf(sample!.feeds["attention_mask"]!) as Float64Array)).toEqual(new Set([1]));
    expect(new Set(numbersOf(sample!.feeds["token_type_ids"]!) as Float64Array)).toEqual(new Set([0]));
  });

  it("has the mean and variance of a normal distribution", async () => {
    const values = (await walk(random({ inputs, samples: 10 }))).flatMap((sample) =>
      Array.from(numbersOf(sample.feeds["pixels"]!)),
    );
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(variance - 1)).toBeLessThan(0.03);
  });

  it("is the same for the same seed, and another for another", async () => {
    const first = await walk(random({ inputs, seed: 1 }));
    expect(await walk(random({ inputs, seed: 1 }))).toEqual(first);
    expect(await walk(random({ inputs, seed: 2 }))).not.toEqual(first);
  });

  it("gives one size to each named dimension, also in expressions", async () => {
    const shapes: Dim[][] = [
      ["batch", "past"],
      ["batch", "past+1"],
      ["batch", 3, "height", "width"],
    ];
    const decoder = shapes.map((shape, i): ModelInput => ({
      name: `x${i}`,
      type: { kind: "tensor", dtype: "float32", shape },
    }));
    const [sample] = await walk(random({ inputs: decoder, samples: 1, dims: { past: 4 } }));
    expect(Object.values(sample!.feeds).map(({ shape }) => shape)).toEqual([
      [1, 4],
      [1, 5],
      [1, 3, 224, 224],
    ]);
  });

  it("refuses what it can't fill", () => {
    const failure = expect.objectContaining({ code: "DATA_OPTION" });
    expect(() => random({ inputs: [{ name: "x", type: { kind: "unknown" } }] })).toThrow(failure);
    expect(() => random({ inputs, dims: { sequence: 1e12 } })).toThrow(failure);
    expect(() => random({ inputs, dims: { sequence: -1 } })).toThrow(failure);
    expect(() => random({ inputs, dims: { seq: 1 } })).toThrow(/dimensions .* are "batch", "sequence"/);
    expect(() => random({ inputs, samples: 0 })).toThrow(failure);
  });
});
