// Oracle: AWQ's formulas by exhaustion in numpy (fixtures/make_rounding.py).
import { float32, sourceOf, type GroupsSpec } from "@tersor/core";
import { describe, expect, it } from "vitest";
import { correlatedMoment, outputError, roundingOracle } from "../test-support/rounding-oracle.ts";
import { bestFactors } from "./awq-search.ts";
import { awq } from "./awq.ts";
import { decode } from "./grid.ts";
import { matrixOf } from "./matrix.ts";
import { rtn } from "./rtn/rtn.ts";

const { inputs, groupSize, factors, clippedScale, ...stored } = roundingOracle.awq;
const groups: GroupsSpec = { algorithm: "awq", bits: 4, groupSize, scheme: "asymmetric", codebook: "integer" };
const weight = Float32Array.from(stored.weight);
const outputs = weight.length / inputs;
const rows = Array.from({ length: stored.x.length / inputs }, (_, i) =>
  Float32Array.from(stored.x.slice(i * inputs, (i + 1) * inputs)),
);

function momentOf(x: readonly Float32Array[]): Float64Array {
  const moment = new Float64Array(inputs * inputs);
  for (const row of x)
    for (let i = 0; i < inputs; i++) for (let j = 0; j < inputs; j++) moment[i * inputs + j]! += row[i]! * row[j]!;
  return moment;
}

function matrix(data: Float32Array, inputMajor = false) {
  return matrixOf(sourceOf(float32(inputMajor ? [inputs, outputs] : [outputs, inputs], data)), inputMajor);
}

describe("AWQ", () => {
  it("finds the scales that exhaustion finds, however the weight lies", () => {
    const found = bestFactors(rows, [{ matrix: matrix(weight), groups }]);
    found!.forEach((value, i) => {
      expect(value / factors[i]!).toBeCloseTo(1, 5);
    });
    const turned = Float32Array.from(weight, (_, i) => weight[(i % outputs) * inputs + Math.floor(i / outputs)]!);
    expect(bestFactors(rows, [{ matrix: matrix(turned, true), groups }])).toEqual(found);
  });

  it("leaves weights alone where no scale helps", () => {
    const exact = weight.map((_, i) => (i % 16) - 7);
    expect(bestFactors(rows, [{ matrix: matrix(exact), groups }])).toBeUndefined();
    expect(bestFactors([], [{ matrix: matrix(weight), groups }])).toBeUndefined();
  });

  it("clips each group where the error of its output is least", () => {
    const round = awq.open(groups, inputs, { secondMoment: momentOf(rows), rows: rows.length });
    const { scale } = round({ data: weight, outputs, inputs });
    scale.forEach((value, i) => {
      expect(value / clippedScale[i]!).toBeCloseTo(1, 6);
    });
  });

  it.each([16, 300])("errs less than rounding to nearest in groups of %i", (size) => {
    let state = 7;
    const random = (): number => (state = (state * 48271) % 2147483647) / 2147483647;
    const secondMoment = correlatedMoment(random, 300, 400);
    const data = Float32Array.from({ length: 8 * 300 }, () => (random() - 0.5) ** 3);
    const spec = { ...groups, groupSize: size };
    const panel = { data, outputs: 8, inputs: 300 };
    const error = (codes: Parameters<typeof decode>[1]): number =>
      outputError(data, decode(spec, codes, 300), secondMoment);
    const clipped = error(awq.open(spec, 300, { secondMoment, rows: 400 })(panel));
    expect(clipped).toBeLessThan(0.95 * error(rtn().open(spec, 300, {})(panel)));
  });

  it("refuses moments that are missing or of no use", () => {
    const open = (secondMoment?: Float64Array) => () => awq.open(groups, 4, secondMoment ? { secondMoment } : {});
    expect(open()).toThrow(expect.objectContaining({ code: "QUANTIZE_SECOND_MOMENTS_MISSING" }));
    expect(open(new Float64Array(9))).toThrow(expect.objectContaining({ code: "QUANTIZE_SECOND_MOMENTS_UNUSABLE" }));
    expect(open(new Float64Array(16).fill(Infinity))).toThrow(
      expect.objectContaining({ code: "QUANTIZE_SECOND_MOMENTS_UNUSABLE" }),
    );
  });
});
