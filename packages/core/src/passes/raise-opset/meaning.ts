// Operators that a later version names or reads in another way, and those that it can't say any more.

import { attribute, type Node } from "../../graph/graph.ts";
import { intOf, refuse, stringOf, without, type RaiseRule } from "./rule.ts";

/** Version 9 has no statistics per pixel; its attribute for them is gone. */
const batchNormSpatial: RaiseRule = {
  version: 9,
  ops: ["BatchNormalization"],
  raise: (node, { draft }) => {
    if (intOf(node, "spatial") === 0) throw refuse(node, 9, "it normalises every pixel on its own (spatial = 0)");
    if (node.attributes["spatial"]) draft.update(node, { attributes: without(node, "spatial") });
  },
};

/** Before version 14 more than one output meant training; then the outputs changed. */
const batchNormOutputs: RaiseRule = {
  version: 14,
  ops: ["BatchNormalization"],
  raise: (node, { draft }) => {
    if (node.outputs.slice(1).some((name) => name !== "" && (draft.isOutput(name) || draft.consumers(name).length > 0)))
      throw refuse(node, 14, "its statistics of training are read");
    if (node.outputs.length > 1) draft.update(node, { outputs: node.outputs.slice(0, 1) });
  },
};

const scan: RaiseRule = {
  version: 9,
  ops: ["Scan"],
  raise: (node: Node) => {
    throw refuse(node, 9, "it scans every sample of a batch on its own, which later versions can't");
  },
};

const scatter: RaiseRule = {
  version: 11,
  ops: ["Scatter"],
  raise: (node, { draft }) => void draft.update(node, { op: "ScatterElements" }),
};

/** Version 16 shifts regions by half a pixel unless told otherwise. */
const roiAlign: RaiseRule = {
  version: 16,
  ops: ["RoiAlign"],
  raise: (node, { draft }) => {
    const mode = attribute.string("output_half_pixel");
    draft.update(node, { attributes: { ...node.attributes, coordinate_transformation_mode: mode } });
  },
};

const gridModes: ReadonlyMap<string, string> = new Map([
  ["bilinear", "linear"],
  ["bicubic", "cubic"],
]);

const gridSample: RaiseRule = {
  version: 20,
  ops: ["GridSample"],
  raise: (node, { draft }) => {
    const mode = gridModes.get(stringOf(node, "mode") ?? "");
    if (mode !== undefined) draft.update(node, { attributes: { ...node.attributes, mode: attribute.string(mode) } });
  },
};

const groupNorm: RaiseRule = {
  version: 21,
  ops: ["GroupNormalization"],
  raise: (node: Node) => {
    throw refuse(node, 21, "it has one scale per group, and later versions one per channel");
  },
};

export const meaningRules: readonly RaiseRule[] = [
  batchNormSpatial,
  batchNormOutputs,
  scan,
  scatter,
  roiAlign,
  gridSample,
  groupNorm,
];
