// A graph as ModelProto. What was read and not changed is copied; only what is new is encoded.

import type { Graph } from "@tersor/core";
import { ModelCarrier, trackedModel, type ModelFacts } from "../tracked.ts";
import { onnx } from "../wire/messages.generated.js";
import { bytesOfMessage, bytesPiece, framed, spanPiece, type Message } from "../wire/piece.ts";
import { Encoding } from "./encoding.ts";
import { functionField, graphMessage, opsetProtos } from "./graph.ts";

/**
 * The graph as an ONNX file in memory, weights included.
 * @throws ONNX_OPAQUE_ATTRIBUTE, ONNX_WEIGHT_BYTES
 */
export function modelBytes(graph: Graph): Uint8Array {
  return bytesOfMessage(modelMessage(new Encoding(), graph));
}

const MODEL_GRAPH = 7;
const MODEL_FUNCTION = 25;
/** From this version on an initializer that is also an input may be overridden, before it was a constant. */
const OVERRIDABLE_INPUTS = 4;

export function modelMessage(encoding: Encoding, graph: Graph): Message {
  const whole = encoding.external ? undefined : trackedModel(graph);
  if (whole) return [spanPiece({ source: whole, start: 0, end: whole.sizeBytes })];
  const carrier = graph.carrier instanceof ModelCarrier ? graph.carrier : undefined;
  const about = carrier?.about ?? ownFacts;
  const irVersion = irVersionOf(graph, about.irVersion, carrier?.opset ?? 0);
  const inputs =
    about.irVersion < OVERRIDABLE_INPUTS && irVersion >= OVERRIDABLE_INPUTS ? freeInputs(graph) : graph.inputs;
  return [
    bytesPiece(modelHead(graph, about, irVersion)),
    ...framed(MODEL_GRAPH, graphMessage(encoding, { ...graph, inputs })),
    ...graph.functions.flatMap((made) => functionField(encoding, MODEL_FUNCTION, made)),
    ...(carrier?.modelRest ?? []).map(spanPiece),
  ];
}

const ownFacts: ModelFacts = { irVersion: OVERRIDABLE_INPUTS, producerName: "tersor" };

function modelHead(graph: Graph, about: ModelFacts, irVersion: number): Uint8Array {
  const metadataProps = Array.from(graph.metadata, ([key, value]) => ({ key, value }));
  return onnx.ModelProto.encode({
    ...about,
    irVersion,
    opsetImport: opsetProtos(graph.opsets),
    metadataProps,
  }).finish();
}

function freeInputs({ inputs, weights }: Graph): Graph["inputs"] {
  return inputs.filter(({ name }) => !weights.has(name));
}

/** The IR version that came with each operator set (onnx/helper.py, VERSION_TABLE), as [first opset, IR version]. */
const irVersions = [
  [25, 13],
  [24, 12],
  [23, 11],
  [21, 10],
  [19, 9],
  [15, 8],
  [12, 7],
  [11, 6],
  [10, 5],
  [9, 4],
  [1, 3],
] as const;

/** Rises only as far as a raised operator set, local functions or weights that are no inputs need. */
function irVersionOf(graph: Graph, irVersion: number, opsetBefore: number): number {
  const opset = graph.opsets.get("") ?? 0;
  const ofOpset = opset > opsetBefore ? (irVersions.find(([first]) => opset >= first)?.[1] ?? 3) : 0;
  const ofFunctions = graph.functions.length > 0 ? 8 : 0;
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  const ofWeights = [...graph.weights.keys()].every((name) => inputs.has(name)) ? 0 : OVERRIDABLE_INPUTS;
  return Math.max(irVersion, ofOpset, ofFunctions, ofWeights);
}
