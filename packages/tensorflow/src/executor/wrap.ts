// A SavedModel around the bytes of a GraphDef or MetaGraphDef, which stay as they are: tags, and one signature with the
// public names.
// Messages are put together from their fields, as protobuf allows, so that a large graph is not decoded and encoded.
// https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/saved_model.proto

import protobuf from "protobufjs/minimal.js";
import { typeNameFor, typeNumberOf } from "../dtype.ts";
import { tensorflow } from "../wire/messages.generated.js";
import type { NamedTensor } from "./protocol.ts";

/** What the signature names. */
export interface Ports {
  readonly inputs: readonly NamedTensor[];
  readonly outputs: readonly NamedTensor[];
}

/** Fields of bytes: MetaGraphDef.graph_def and SavedModel.meta_graphs have the number 2 both. */
const SECOND_FIELD = (2 << 3) | 2;
/** SavedModel.saved_model_schema_version = 1. */
const VERSION = Uint8Array.of((1 << 3) | 0, 1);

/** The contents of saved_model.pb around a GraphDef, in pieces. */
export function wrapGraphDef(graphDef: Uint8Array, ports: Ports): readonly Uint8Array[] {
  return wrapMetaGraph([fieldHead(graphDef.length), graphDef], ports);
}

/** The contents of saved_model.pb around a MetaGraphDef, in pieces. */
export function wrapMetaGraph(metaGraph: readonly Uint8Array[], { inputs, outputs }: Ports): readonly Uint8Array[] {
  const signature = tensorflow.MetaGraphDef.encode({
    metaInfoDef: { tags: ["serve"] },
    signatureDef: {
      serving_default: {
        inputs: tensorInfos(inputs),
        outputs: tensorInfos(outputs),
        methodName: "tensorflow/serving/predict",
      },
    },
  }).finish();
  const pieces = [...metaGraph, signature];
  return [VERSION, fieldHead(pieces.reduce((sum, { length }) => sum + length, 0)), ...pieces];
}

function fieldHead(length: number): Uint8Array {
  return protobuf.Writer.create().uint32(SECOND_FIELD).uint32(length).finish();
}

function tensorInfos(tensors: readonly NamedTensor[]): Record<string, tensorflow.TensorInfo.$Properties> {
  return Object.fromEntries(
    tensors.map(({ name, tensor, dtype = "float32" }) => [
      name,
      { name: tensor, dtype: typeNumberOf(typeNameFor(dtype) ?? "") ?? 1, tensorShape: { unknownRank: true } },
    ]),
  );
}
