// The coding of one node's weight: which matrix it is, which algorithm rounds it, and in which form it is stored.

import type { Graph, GroupsSpec, Node, Weight } from "@tersor/core";
import { intAttribute } from "../formats/attributes.ts";
import { sourceMatrix } from "../weights.ts";
import type { RoundingAlgorithm } from "./algorithm.ts";
import type { CodedWeight, CodingBench, CodingJob } from "./code-weight.ts";
import { matrixOf, type Matrix } from "./matrix.ts";
import { bnb4Form } from "./stored/bnb4.ts";
import { elementsForm } from "./stored/elements.ts";
import type { StoredForm } from "./stored/form.ts";
import { blocksForm, tableForm } from "./stored/rows.ts";

/** What all levels of a model share. */
export interface GroupsContext {
  readonly format: "matmulnbits" | "qdq";
  readonly accuracyLevel?: number;
  readonly algorithm: (spec: GroupsSpec) => RoundingAlgorithm;
  /** The weights of the source model by name. */
  readonly originals: Graph["weights"];
  readonly bench: CodingBench;
  /** Weights that were coded beforehand, by node. */
  readonly coded: ReadonlyMap<string, CodedWeight>;
}

/** The job of coding the weight of a node. A weight that was turned on the way from the source is read as it lies there. */
export function codingJobOf(
  node: Node,
  name: string,
  weight: Weight,
  spec: GroupsSpec,
  { format, originals, algorithm }: GroupsContext,
): CodingJob {
  const inputMajor = isInputMajor(node);
  const inPlace = format === "qdq";
  const matrix = inPlace ? matrixOf(weight.source, inputMajor) : straight(weight, inputMajor, originals);
  const form = inPlace ? elementsForm(matrix, spec) : rowsFormOf(node, matrix, spec);
  return { weight: name, matrix, spec, algorithm: algorithm(spec), form };
}

/** Whether the weight of a product lies input after input; a table lies row after row. */
export function isInputMajor(node: Node): boolean {
  return node.op === "MatMul" || (node.op === "Gemm" && intAttribute(node, "transB", 0) === 0);
}

function rowsFormOf({ op }: Node, matrix: Matrix, spec: GroupsSpec): StoredForm {
  if (spec.codebook !== "integer") return bnb4Form(matrix, spec);
  return op === "Gather" ? tableForm(matrix, spec) : blocksForm(matrix, spec);
}

function straight(weight: Weight, inputMajor: boolean, originals: Graph["weights"]): Matrix {
  const origin = sourceMatrix(weight);
  const original = origin?.turned ? originals.get(origin.source)?.source : undefined;
  const [rows, columns] = weight.source.shape;
  const isSame = original?.dtype === weight.source.dtype && original.shape.join() === `${columns},${rows}`;
  return isSame ? matrixOf(original, !inputMajor) : matrixOf(weight.source, inputMajor);
}
