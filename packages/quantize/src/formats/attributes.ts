// Reading plain attributes of a node, with ONNX's defaults.

import type { Node } from "@tersor/core";

export function intAttribute(node: Node, name: string, otherwise: number): number {
  const value = node.attributes[name];
  return value?.kind === "int" ? value.value : otherwise;
}

export function floatAttribute(node: Node, name: string, otherwise: number): number {
  const value = node.attributes[name];
  return value?.kind === "float" ? value.value : otherwise;
}
