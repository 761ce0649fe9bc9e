// Upsample became Resize (10), whose coordinates were given names in version 11: before, all pixels began at the origin,
// and runtimes took the pixel below when they enlarged and the one above when they made smaller.

import { attribute, type Node } from "../../graph/graph.ts";
import { float32 } from "../../tensor/tensor.ts";
import type { DraftLevel } from "../levels.ts";
import { smallNumbers } from "../constants.ts";
import { constantFor, refuse, stringOf, type RaiseRule } from "./rule.ts";

const upsample: RaiseRule = {
  version: 10,
  ops: ["Upsample"],
  raise: (node, { draft }) => void draft.update(node, { op: "Resize" }),
};

const coordinates: RaiseRule = {
  version: 11,
  ops: ["Resize"],
  raise: (node, level) => {
    const [x, scales] = node.inputs as [string, string];
    level.draft.update(node, {
      // Version 11 wants regions of interest whether they are read or not.
      inputs: [x, constantFor(level.draft, node, "roi", float32([0], [])), scales],
      attributes: {
        ...node.attributes,
        coordinate_transformation_mode: attribute.string("asymmetric"),
        nearest_mode: attribute.string(nearestMode(node, scales, level)),
      },
    });
  },
};

function nearestMode(node: Node, name: string, level: DraftLevel): string {
  const scales = Array.from(smallNumbers(level.constant(name)?.source) ?? []);
  if (stringOf(node, "mode") === "linear" || scales.every((scale) => scale >= 1)) return "floor";
  if (scales.every((scale) => scale <= 1)) return "ceil";
  throw refuse(node, 11, "it enlarges one axis and makes another smaller, and rounds each its own way");
}

const halfPixelNearest: RaiseRule = {
  version: 13,
  ops: ["Resize"],
  raise: (node: Node) => {
    if (stringOf(node, "coordinate_transformation_mode") === "tf_half_pixel_for_nn")
      throw refuse(node, 13, 'its mode "tf_half_pixel_for_nn" was taken out');
  },
};

export const resizeRules: readonly RaiseRule[] = [upsample, coordinates, halfPixelNearest];
