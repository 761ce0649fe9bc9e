// The small cases of single operations that TensorFlow has run: tools/make-tensorflow-op-cases.py.

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { DataType } from "@tersor/core";
import type { TensorFlowGraph } from "../graphdef/graph.ts";
import { readFrozenGraph } from "../read/frozen.ts";

/** A tensor as it is stored: elements in base64. */
export interface StoredTensor {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly data: string;
}

/** One case: its part of the family's graph begins with its name. */
export interface OperationCase {
  readonly name: string;
  readonly inputs: readonly (readonly [name: string, tensor: StoredTensor])[];
  readonly outputs: readonly (readonly [name: string, tensor: StoredTensor])[];
  /** Whether sizes of its inputs are left open. */
  readonly open?: boolean;
  /** Largest relative difference, where it is not that of float32. */
  readonly tolerance?: number;
}

/** Cases that share a graph, a frozen GraphDef in base64. */
export interface OperationFamily {
  readonly graph: string;
  readonly cases: readonly OperationCase[];
}

const file = new URL("../../fixtures/operations.json.gz", import.meta.url);

/** All cases by family. */
export const operationFamilies = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Readonly<
  Record<string, OperationFamily>
>;

/** The part of a family's graph that some of its cases need. */
export function graphOfCases({ graph }: OperationFamily, cases: readonly OperationCase[]): TensorFlowGraph {
  const outputs = cases.flatMap((row) => row.outputs.map(([output]) => output));
  return readFrozenGraph(Buffer.from(graph, "base64"), { outputs });
}
