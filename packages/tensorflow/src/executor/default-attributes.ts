// Defaults of attributes that files may leave out (SavedModels do) and that TensorFlow.js does not know.
// https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/ops/nn_ops.cc

import type { TensorFlowNode } from "../graphdef/graph.ts";

type Attributes = TensorFlowNode["attributes"];

const channelsLast: Attributes = { data_format: { kind: "string", value: "NHWC" } };
const convolution: Attributes = {
  ...channelsLast,
  dilations: { kind: "ints", value: [1, 1, 1, 1] },
  explicit_paddings: { kind: "ints", value: [] },
};

/** Attributes by operation. */
export const defaultAttributes: Readonly<Record<string, Attributes>> = {
  AvgPool: channelsLast,
  BiasAdd: channelsLast,
  Conv2D: convolution,
  Conv2DBackpropInput: convolution,
  Conv3D: {
    data_format: { kind: "string", value: "NDHWC" },
    dilations: { kind: "ints", value: [1, 1, 1, 1, 1] },
  },
  DepthToSpace: channelsLast,
  DepthwiseConv2dNative: convolution,
  FusedDepthwiseConv2dNative: { ...convolution, leakyrelu_alpha: { kind: "float", value: 0.2 } },
  LRN: {
    alpha: { kind: "float", value: 1 },
    beta: { kind: "float", value: 0.5 },
    bias: { kind: "float", value: 1 },
    depth_radius: { kind: "int", value: 5 },
  },
  LeakyRelu: { alpha: { kind: "float", value: 0.2 } },
  MaxPool: channelsLast,
  _FusedConv2D: { ...convolution, leakyrelu_alpha: { kind: "float", value: 0.2 } },
};
