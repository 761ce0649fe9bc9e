// ModelProto: from a file or bytes to a Graph. Weights stay in the file until they are asked for.

import { dirname } from "node:path";
import type { Graph } from "@tersor/core";
import { emptyFile, notAModel } from "../errors.ts";
import { ModelCarrier, rememberModel, type ModelFacts } from "../tracked.ts";
import { fileSource, memorySource, type ByteSource } from "../wire/bytes.ts";
import { onnx } from "../wire/messages.generated.js";
import { placeIn, Scanner, type Place } from "../wire/scanner.ts";
import { split, type Field } from "../wire/walker.ts";
import { ExternalFiles } from "./external.ts";
import { opsetsOf, readFunction, readGraphParts } from "./graph.ts";
import { numberOf, Reading } from "./reading.ts";

/** How a model is read. */
export interface ReadOptions {
  /** Folder that external data is looked for in, and must stay inside. Default: the model's own. */
  readonly dataFolder?: string;
}

/**
 * Reads an ONNX model. Structure and small tensors are read at once, other weights when they are asked for,
 * so the file must stay as it is while the graph is in use.
 * @throws ONNX_FILE_UNREADABLE, ONNX_EMPTY, ONNX_NOT_A_MODEL, ONNX_MALFORMED and its kin, ONNX_TENSOR_*, ONNX_EXTERNAL_DATA_*
 */
export async function readModel(model: string | Uint8Array, options: ReadOptions = {}): Promise<Graph> {
  return typeof model === "string" ? readModelFile(model, options) : readModelBytes(model, options);
}

/** Reads an ONNX model from memory; the bytes must not change while the graph is in use. Errors as `readModel`. */
export function readModelBytes(bytes: Uint8Array, options: ReadOptions = {}): Graph {
  return readModelFrom(memorySource(bytes), new ExternalFiles(options.dataFolder));
}

function readModelFile(path: string, options: ReadOptions): Graph {
  const folder = options.dataFolder ?? dirname(path);
  return readModelFrom(fileSource(path), new ExternalFiles(folder), path);
}

const modelFields = { graph: 7, functions: 25 } as const;
const modelSmall = new Set([1, 2, 3, 4, 5, 6, 8, 14]);

/** Reads a model from any source of bytes; `path` is where it came from, if from a file. */
export function readModelFrom(source: ByteSource, external: ExternalFiles, path?: string): Graph {
  if (source.sizeBytes === 0) throw emptyFile({ file: source.name });
  const release = source.hold();
  try {
    return readGraph(new Reading(new Scanner(source), external), path);
  } finally {
    release();
  }
}

function readGraph(reading: Reading, path: string | undefined): Graph {
  const { scanner, external } = reading;
  const whole = { start: 0, end: scanner.source.sizeBytes };
  const model: Place = { label: "model" };
  const { head, rest } = split(scanner, whole, model, (number) => modelSmall.has(number));
  const proto = reading.decode(head, model, 0, (reader) => onnx.ModelProto.decode(reader));
  const { rest: graphRest, ...parts } = readMainGraph(reading, rest);
  const functions = rest
    .filter((field) => field.number === modelFields.functions)
    .map((field, index) => readFunction(reading, field, placeIn(model, "functions", index)));
  reading.nameDims();
  const known = new Set<number>(Object.values(modelFields));
  const modelRest = reading.spans(rest.filter((field) => !known.has(field.number)));
  const opsets = proto.opsetImport?.length ? opsetsOf(proto.opsetImport) : beforeOpsets;
  const graph: Graph = {
    ...parts,
    opsets,
    functions,
    metadata: new Map((proto.metadataProps ?? []).map(({ key, value }) => [key ?? "", value ?? ""])),
    ...(path !== undefined && { path }),
    carrier: new ModelCarrier(graphRest, factsOf(proto), opsets.get("") ?? 0, modelRest),
  };
  if (external.count === 0) rememberModel(graph, scanner.source);
  return graph;
}

/** Before IR version 3 a model named no operator sets: all of it was version 1. */
const beforeOpsets: ReadonlyMap<string, number> = new Map([["", 1]]);

function readMainGraph(reading: Reading, fields: readonly Field[]) {
  const graphs = fields.filter((field) => field.number === modelFields.graph);
  const file = reading.scanner.source.name;
  const only = graphs[0];
  if (!only || graphs.length > 1)
    throw notAModel({ file, why: only ? "it holds more than one graph" : "it holds no graph" });
  const place: Place = { label: "graph" };
  return readGraphParts(reading, reading.message(only, place), place);
}

function factsOf(proto: onnx.ModelProto.$Properties): ModelFacts {
  const { producerName, producerVersion, domain, docString, modelVersion } = proto;
  return {
    irVersion: numberOf(proto.irVersion ?? 0),
    ...(producerName != null && { producerName }),
    ...(producerVersion != null && { producerVersion }),
    ...(domain != null && { domain }),
    ...(modelVersion != null && { modelVersion: numberOf(modelVersion) }),
    ...(docString != null && { docString }),
  };
}
