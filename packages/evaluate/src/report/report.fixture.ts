// A report with every part, and one of which nothing ran, as ResNet-20 on CIFAR-10 might give it; the numbers are made up.

import type { Latency, Report } from "@tersor/core";

const latency = (ms: number): Latency => ({
  wallMs: { p50: ms, p90: ms * 1.1, p99: ms * 1.5, mean: ms * 1.05, min: ms * 0.9, max: ms * 2 },
  cpuMs: { p50: ms, p90: ms * 1.1, p99: ms * 1.5, mean: ms * 1.05, min: ms * 0.9, max: ms * 2 },
  throughput: 8000 / ms,
  batchSize: 8,
  threads: 1,
  warmup: 5,
  iterations: 50,
});

export const bareReport: Report = {
  version: 1,
  command: "quantize",
  model: { path: "models/resnet20.onnx", sizeBytes: 1_090_000 },
  output: [{ path: "models/resnet20.qdq.onnx", sizeBytes: 296_000, format: "qdq", dataFiles: ["resnet20.qdq.data"] }],
  machine: { cpu: "Example CPU", cores: 4, platform: "linux x64", node: "20.19.0", runtime: "onnxruntime-node 1.30.0" },
  notes: ["The benchmark ran on a machine that was busy."],
  warnings: ["u8 x s8 sums saturated in 1 operator; it has 7-bit weights."],
  seconds: { read: 0.12, quantize: 1.5, check: 2.25 },
};

export const fullReport: Report = {
  ...bareReport,
  quantization: {
    mode: "static",
    format: "qdq",
    quantized: 20,
    float: [
      { node: "/softmax", op: "Softmax", reason: "has no INT8 form" },
      { node: "/fc", op: "Gemm", reason: "excluded by rule 1" },
      { node: "/head", op: "Gemm", reason: "excluded by rule 1" },
      { node: "/tail", op: "Gemm", reason: "excluded by rule 1" },
    ],
    byOp: [
      { op: "Gemm", quantized: 0, float: 3 },
      { op: "Conv", quantized: 19, float: 0 },
      { op: "Add", quantized: 1, float: 0 },
    ],
  },
  check: {
    outputs: [
      {
        name: "logits",
        kind: "float",
        sqnrDb: 8.26,
        cosine: 0.9312,
        maxAbsError: 1.23456,
        maxRelError: 0.1,
        top1Agreement: 0.975,
        elements: 400,
        nonFinite: 0,
        referenceNonFinite: 0,
      },
      {
        name: "boxes",
        kind: "not-comparable",
        reason: "the reference has shape [2, 4], the other [1, 4]",
        nonFinite: 0,
      },
      { name: "label", kind: "exact", matchRate: 0.99, elements: 100 },
    ],
    tensors: [
      {
        name: "a",
        kind: "float",
        sqnrDb: Infinity,
        cosine: 1,
        maxAbsError: 0,
        elements: 4,
        nonFinite: 0,
        referenceNonFinite: 0,
      },
      {
        name: "b",
        kind: "float",
        sqnrDb: 3,
        cosine: 0.5,
        maxAbsError: 9,
        elements: 4,
        nonFinite: 2,
        referenceNonFinite: 0,
      },
    ],
    samples: 40,
    ok: false,
    failing: [{ name: "logits", reason: "SQNR is 8.3 dB, less than 10 dB" }],
    worstOperators: [{ node: "/conv1", op: "Conv", tensor: "b", sqnrDb: 3, inputSqnrDb: Infinity }],
    minSqnrDb: 10,
  },
  evaluation: {
    int8: {
      metric: "accuracy",
      higherIsBetter: true,
      value: 0.913,
      interval: { low: 0.90487, high: 0.9205, level: 0.95, method: "wilson" },
      count: 5000,
      correct: 4565,
      seconds: 3,
    },
    fp32: {
      metric: "accuracy",
      higherIsBetter: true,
      value: 0.9148,
      interval: { low: 0.90674, high: 0.92222, level: 0.95, method: "wilson" },
      count: 5000,
      correct: 4574,
      seconds: 5,
    },
    ratio: -0.00197,
    ratioInterval: { low: -0.0065, high: 0.0026, level: 0.95, method: "paired-log-ratio" },
    mcnemar: { onlyReference: 71, onlyCandidate: 62, pValue: 0.4879 },
  },
  benchmark: {
    pair: {
      fp32: latency(12.5),
      int8: latency(5),
      wall: { value: 2.5, min: 2.31, max: 2.64 },
      cpu: { value: 2.48, min: 2.3, max: 2.6 },
      rounds: 10,
    },
  },
};
