// The report of report.fixture.ts with every part of a diagnosis and a tuning; the numbers are made up.

import type { GraphPicture, PicturedNode, Report, ReportedTrial, TensorHistogram } from "@tersor/core";
import { fullReport } from "./report.fixture.ts";

const kinds = {
  Conv: { kind: "integer", precision: "int8" },
  Relu: { kind: "integer", precision: "int8" },
  Gather: { kind: "weight-only", precision: "int8 weights" },
  Softmax: { kind: "float", precision: "float32", reason: "has no INT8 form" },
  Shape: { kind: "other", precision: "other" },
  QuantizeLinear: { kind: "conversion", precision: "conversion" },
} as const satisfies Record<string, Pick<PicturedNode, "kind" | "precision" | "reason">>;

/** A chain of operators of all kinds, `length` long, in blocks of ten, with a shortcut in each block. */
export function pictureOf(length: number): GraphPicture {
  const ops = Object.keys(kinds) as (keyof typeof kinds)[];
  const nodes = Array.from({ length }, (_, i): PicturedNode => {
    const op = ops[i % ops.length]!;
    const inputs = i === 0 ? [] : i % 10 === 9 ? [i - 1, i - 6] : [i - 1];
    return { node: `/encoder/layer.${Math.floor(i / 10)}/block/${op}_${i}`, op, ...kinds[op], inputs };
  });
  return { nodes };
}

const bell = (width: number) =>
  Array.from({ length: 64 }, (_, i) => Math.round(1e4 * Math.exp(-(((i - 32) / width) ** 2))));

const histograms: readonly TensorHistogram[] = [
  {
    tensor: "relu1",
    kind: "activation",
    min: -1.2,
    max: 5.9,
    from: -2,
    to: 6,
    counts: bell(7),
    chosen: { min: -1.1, max: 4.1, dtype: "uint8" },
    clipped: 0.0012,
  },
  {
    tensor: "conv1.weight",
    kind: "weight",
    min: -0.4,
    max: 0.41,
    from: -0.5,
    to: 0.5,
    counts: bell(12),
    chosen: { min: -0.41, max: 0.41, dtype: "int8" },
    clipped: 0,
  },
  { tensor: "zeros", kind: "activation", min: 0, max: 0, from: 0, to: 0, counts: [] },
];

const trial = (index: number, metric: number, sizeBytes: number, float: readonly string[]): ReportedTrial => ({
  index,
  config: { settings: { calibrator: index % 2 === 0 ? "mse" : "entropy" }, float },
  outcome: { metric, objectives: { sizeBytes, latencyMs: 4 + index / 5 } },
  seconds: 2,
  drop: 0.9148 - metric,
  met: metric > 0.9098,
});

const trials: readonly ReportedTrial[] = [
  trial(0, 0.9052, 296_000, []),
  trial(1, 0.9081, 297_000, []),
  trial(2, 0.9102, 340_000, ["/conv1"]),
  trial(3, 0.9118, 410_000, ["/conv1", "/conv2"]),
  trial(4, 0.911, 470_000, ["/conv1", "/conv3"]),
  {
    index: 5,
    config: { settings: {}, float: [] },
    failure: { code: "ONNX_RUN_TIMEOUT", message: "the trial took too long" },
    seconds: 60,
    met: false,
  },
];

export const diagnosedReport: Report = {
  ...fullReport,
  goal: { maxDrop: 0.01, relative: true, drop: 0.002, met: true },
  graph: pictureOf(64),
  sensitivity: {
    samples: 8,
    tensors: Array.from({ length: 30 }, (_, i) => ({
      tensor: `t${i}`,
      node: `/encoder/layer.${i}/Conv`,
      op: "Conv",
      sqnrDb: i === 29 ? Infinity : 8 + i * 1.5,
      inputSqnrDb: i === 28 ? Infinity : 12 + i * 1.5,
      addedNoise: i === 29 ? 0 : 0.1 / (i + 1),
      cosine: 0.99,
      maxAbsError: 0.5 / (i + 1),
    })),
    weights: [
      {
        weight: "conv1.weight",
        node: "/conv1",
        op: "Conv",
        sqnrDb: 38.2,
        maxAbsError: 0.0016,
        dtype: "int8",
        scales: 16,
        shape: [16, 3, 3, 3],
      },
    ],
  },
  histograms,
  saturation: {
    samples: 8,
    layers: [
      {
        node: "/conv1",
        op: "Conv",
        share: 0.00021,
        curedShare: 0,
        sqnrDb: 21.5,
        curedSqnrDb: Infinity,
        cure: "narrower weights",
      },
      { node: "/conv2", op: "Conv", share: 0, curedShare: 0, sqnrDb: Infinity, curedSqnrDb: Infinity },
    ],
    models: [
      {
        arithmetic: "exact",
        cured: false,
        sqnrDb: 22.1,
        metric: { metric: "accuracy", value: 0.913, count: 1000, correct: 913 },
      },
      {
        arithmetic: "saturating",
        cured: false,
        sqnrDb: 9.4,
        metric: { metric: "accuracy", value: 0.862, count: 1000, correct: 862 },
      },
      {
        arithmetic: "exact",
        cured: true,
        sqnrDb: 21.9,
        metric: { metric: "accuracy", value: 0.913, count: 1000, correct: 913 },
      },
      {
        arithmetic: "saturating",
        cured: true,
        sqnrDb: 21.9,
        metric: { metric: "accuracy", value: 0.912, count: 1000, correct: 912 },
      },
    ],
  },
  profile: {
    fp32: {
      nodes: [
        { node: "/conv1", op: "Conv", meanMs: 8 },
        { node: "/fc", op: "Gemm", meanMs: 2 },
      ],
      byOp: [
        { op: "Conv", count: 19, meanMs: 10 },
        { op: "Gemm", count: 1, meanMs: 2 },
      ],
      totalMs: 12,
      iterations: 20,
    },
    int8: {
      nodes: [
        { node: "/conv1_quant", op: "QLinearConv", meanMs: 3 },
        { node: "/q", op: "QuantizeLinear", meanMs: 0.2 },
      ],
      byOp: [
        { op: "QLinearConv", count: 19, meanMs: 4 },
        { op: "QuantizeLinear", count: 1, meanMs: 0.2 },
      ],
      totalMs: 4.2,
      iterations: 20,
    },
  },
  tuning: {
    strategy: "auto",
    seed: 0,
    goal: {
      maxDrop: 0.005,
      relative: false,
      higherIsBetter: true,
      reference: 0.9148,
      minimize: ["sizeBytes"],
      referenceObjectives: { sizeBytes: 1_090_000, latencyMs: 12.5 },
    },
    budget: { minutes: 10, trials: 20 },
    dimensions: [],
    trials,
    best: 2,
    met: true,
    front: [0, 1, 2, 3],
    ended: "finished",
    inTheWay: [{ name: "/conv1", op: "Conv", weightBytes: 1728 }],
    slower: [{ op: "Softmax", slowdown: 1.3 }],
  },
  recipe: { version: 1, model: "models/resnet20.onnx", steps: [{ quantize: { mode: "static", format: "qdq" } }] },
};
