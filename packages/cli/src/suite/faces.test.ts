// The metrics of faces: verification against numpy's figure (fixtures/make-faces.py), detection against cases that can be
// counted by hand.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { float32, type Feeds } from "@tersor/core";
import { fixture } from "../test-support/run.ts";
import { detectedFaces, faceDetection, faceVerification } from "./faces.ts";

interface Oracle {
  readonly verification: {
    readonly embeddings: readonly (readonly number[])[];
    readonly same: readonly number[];
    readonly accuracy: number;
  };
}
const { verification } = JSON.parse(readFileSync(fixture("faces.json"), "utf8")) as Oracle;

describe("face-verification", () => {
  it("is LFW's accuracy over ten folds, whichever way the samples are batched", () => {
    const { embeddings, same, accuracy } = verification;
    expect(accuracy).toBeGreaterThan(0.6);
    expect(accuracy).toBeLessThan(1);
    for (const size of [1, 2, 5]) {
      const run = faceVerification.begin();
      for (let at = 0; at < embeddings.length; at += size) {
        const rows = embeddings.slice(at, at + size);
        const labels = rows.map((_, i) => same[Math.floor((at + i) / 2)]!);
        run.update({ embedding: float32([rows.length, 16], rows.flat()) }, labels);
      }
      expect(run.value()).toBeCloseTo(accuracy, 12);
    }
  });
});

/** Anchors of a model, as [score, box]. */
function outputsOf(anchors: readonly (readonly [number, readonly number[]])[]): Feeds {
  return {
    scores: float32(
      [1, anchors.length, 2],
      anchors.flatMap(([score]) => [1 - score, score]),
    ),
    boxes: float32(
      [1, anchors.length, 4],
      anchors.flatMap(([, box]) => box),
    ),
  };
}

describe("face-detection", () => {
  const [left, right] = [[0, 0, 0.4, 0.4] as const, [0.5, 0.5, 0.9, 0.9] as const];
  const label = { boxes: [left, right], classes: [0, 0] };
  const value = (anchors: Parameters<typeof outputsOf>[0]) => {
    const run = faceDetection.begin();
    run.update(outputsOf(anchors), [label]);
    return run.value();
  };

  it("counts a face that several anchors see once", () => {
    const seen = [
      [0.9, left],
      [0.8, [0.01, 0, 0.4, 0.4]],
      [0.7, right],
    ] as const;
    expect(value(seen)).toBe(1);
  });

  it("loses what is not found, and precision where something else is surer", () => {
    expect(value([[0.9, left]])).toBe(0.5);
    expect(
      value([
        [0.9, [0.6, 0, 0.8, 0.2]],
        [0.8, left],
        [0.7, right],
      ]),
    ).toBeCloseTo(2 / 3, 12);
  });

  it("takes its own faces for right", () => {
    const outputs = outputsOf([
      [0.9, left],
      [0.7, right],
      [0.01, [0.5, 0, 0.6, 0.1]],
    ]);
    expect(detectedFaces(outputs)).toEqual({
      boxes: [left, right].map((box) => box.map((x) => Math.fround(x))),
      classes: [0, 0],
    });
  });
});
