// No metric crashes on what does not fit: outputs and labels are hostile input. Every pair gives a number or a TersorError.

import {
  float32,
  int64,
  isTersorError,
  seededRandom,
  tensorFromNumbers,
  tensorOf,
  type Feeds,
  type Label,
} from "@tersor/core";
import { expect, test } from "vitest";
import { metricFrom, metricNames } from "./index.ts";

const tensors = [
  float32([], [1]),
  float32([0], []),
  float32([0, 4], []),
  float32([2], [0, NaN]),
  float32([2, 1], [1, 0]),
  float32([2, 0], []),
  float32([2, 4], [0, 1, Infinity, -Infinity, NaN, NaN, NaN, NaN]),
  float32([2, 2, 4], new Float32Array(16).fill(0.5)),
  float32([2, 3, 2, 2], new Float32Array(24)),
  int64([2], [-1, 2n ** 62n]),
  int64([2, 2], [0, 1, 1, 0]),
  tensorFromNumbers("float16", [2, 3], [0, 1, 2, 3, 4, 5]),
  tensorFromNumbers("int4", [2], [1, -1]),
  tensorOf("bool", [2], Uint8Array.of(0, 1)),
  tensorOf("string", [2], ["a b", ""]),
  tensorOf("complex64", [2], new Float32Array(4)),
  tensorOf("float8e4m3fn", [2, 2], new Uint8Array(4)),
];

const labels: readonly Label[] = [
  ...[0, 1, -100, 0.5, NaN, 2 ** 40, "", "text"],
  ...[[], [0, 1], [1, -100, 3], [NaN], ["a", "b"], ["O", "B-X"]],
  ...tensors,
  ...[{}, { references: [] }, { boxes: [], classes: [] }, { boxes: [[0, 0, 1]], classes: [1] }, { dtype: "float32" }],
  { boxes: [[0, 0, 5, 5], [NaN, 0, Infinity, 1]], classes: [1, NaN], iscrowd: [true, 0], area: [-1, 1e400] }, // prettier-ignore
  { boxes: tensors[7], classes: [[[0]]], width: -1, height: "x" },
  { answers: ["a"], context: "abc", offsets: [[0, 1], null, [5, 2], [1e9, 2e9]] },
  { answers: [], context: "", offsets: [] },
  { answers: [null], context: "c", offsets: int64([1, 2], [0, 1]) },
];

const outputNames = ["boxes", "scores", "labels", "start_logits", "end_logits", "num_detections", "y"];

test.each(metricNames.map((name) => (name === "top-k" ? "top-2" : name)))("%s", (name) => {
  const metric = metricFrom(name === "tagging-f1" ? { name, tags: ["O", "B-X", "I-X", "B-Y"] } : name);
  const random = seededRandom(name.length);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const counts = { given: 0, refused: 0 };
  for (let i = 0; i < 800; i++) {
    const first = pick(tensors);
    const outputs: Feeds = Object.fromEntries(
      outputNames.filter(() => random() < 0.8).map((output) => [output, random() < 0.6 ? first : pick(tensors)]),
    );
    const given = Array.from({ length: pick([0, 1, 2, 2, 2, 3]) }, () => pick(labels));
    const run = metric.begin();
    try {
      run.update(outputs, given);
      expect(typeof run.value()).toBe("number");
      const all = run.resampling?.();
      if (all) expect(typeof all.valueOf(new Uint32Array(all.count).fill(1))).toBe("number");
      counts.given++;
    } catch (error) {
      if (!isTersorError(error)) throw error;
      counts.refused++;
    }
  }
  expect(counts.refused).toBeGreaterThan(100);
});
