// A frozen graph as a SavedModel with one signature: the weights are constants of the graph, so there are no variables.

import { join } from "node:path";
import type { WrittenFile } from "@tersor/core";
import { typeNumberOf } from "../dtype.ts";
import { nodeOfReference } from "../graphdef/draft.ts";
import type { TensorFlowGraph } from "../graphdef/graph.ts";
import { tensorflow } from "../wire/messages.generated.js";
import { writeTogether, type WriteTogetherOptions } from "./files.ts";
import { checkSize, graphDefOf, shapeOf, writtenReference } from "./graph-def.ts";

/**
 * Writes a SavedModel folder that TensorFlow and tfjs-node load and serve.
 * @throws those of `frozenBytes` and `writeTogether`
 */
export async function writeSavedModel(
  graph: TensorFlowGraph,
  folder: string,
  options: WriteTogetherOptions = {},
): Promise<readonly WrittenFile[]> {
  const bytes = savedModelBytes(graph);
  return writeTogether([{ path: join(folder, "saved_model.pb"), pieces: () => [bytes] }], options);
}

/** The bytes of saved_model.pb. Errors as `frozenBytes`. */
export function savedModelBytes(graph: TensorFlowGraph): Uint8Array {
  checkSize(graph);
  const message: tensorflow.SavedModel.$Properties = {
    savedModelSchemaVersion: 1,
    metaGraphs: [
      {
        metaInfoDef: { tags: ["serve"], tensorflowVersion: "2.15.0" },
        graphDef: graphDefOf(graph),
        signatureDef: { serving_default: signatureOf(graph) },
      },
    ],
  };
  return tensorflow.SavedModel.encode(message).finish();
}

/** The inputs and outputs by their public names. */
export function signatureOf(graph: TensorFlowGraph): tensorflow.SignatureDef.$Properties {
  const inputs = graph.inputs.map(({ name, tensor, dtype, shape }) => {
    const type = dtype === undefined ? undefined : typeNumberOf(dtype);
    return [name, infoOf(writtenReference(graph, tensor), type, shape)] as const;
  });
  const outputs = graph.outputs.map(
    ({ name, tensor }) => [name, infoOf(writtenReference(graph, tensor), outputType(graph, tensor))] as const,
  );
  return {
    inputs: Object.fromEntries(inputs),
    outputs: Object.fromEntries(outputs),
    methodName: "tensorflow/serving/predict",
  };
}

function infoOf(name: string, dtype: number | undefined, shape?: readonly number[]): tensorflow.TensorInfo.$Properties {
  return { name, tensorShape: shapeOf(shape), ...(dtype !== undefined && { dtype }) };
}

const comparisons = /^(Equal|NotEqual|Greater|GreaterEqual|Less|LessEqual|Logical.*|IsNan|IsInf|IsFinite|All|Any)$/;
/** Attributes that give the type of the first output, the most telling one first. */
const typeAttributes = ["dtype", "DstT", "out_type", "output_type", "Tparams", "T"];

/** The type of an output as far as its node tells. */
function outputType(graph: TensorFlowGraph, tensor: string): number | undefined {
  const input = graph.inputs.find((one) => one.tensor === tensor);
  if (input) return input.dtype === undefined ? undefined : typeNumberOf(input.dtype);
  const node = graph.nodes.find(({ name }) => name === nodeOfReference(tensor));
  if (node === undefined || !tensor.endsWith(":0")) return undefined;
  if (comparisons.test(node.op)) return typeNumberOf("BOOL");
  const types = typeAttributes.map((name) => node.attributes[name]);
  const type = types.find((attribute) => attribute?.kind === "type");
  return type?.kind === "type" ? typeNumberOf(type.value) : undefined;
}
