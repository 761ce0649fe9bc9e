// A TensorFlow.js graph model: model.json holds a GraphDef as JSON without the contents of its constants, which are in
// the files of a weights manifest. https://www.tensorflow.org/js/guide/conversion

import { existsSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { bytesOf, derivedSource, numbersOf, tensorFromNumbers, type TensorSource } from "@tersor/core";
import { dataTypeOf } from "../dtype.ts";
import { typeText } from "../graphdef/attributes.ts";
import { draftOfNode, flatReference, type DraftNode } from "../graphdef/draft.ts";
import { libraryOf } from "../graphdef/function.ts";
import type { TensorFlowGraph } from "../graphdef/graph.ts";
import { nodeOfReference } from "../graphdef/draft.ts";
import { notAModel, tensorMissing } from "../read/errors.ts";
import { freeze, openGraph, type OpenGraph } from "../read/freeze.ts";
import { inputOf, portsOf, type PortOptions, type Ports } from "../read/ports.ts";
import { noVariables } from "../read/variables.ts";
import { readWhole } from "../wire/bytes.ts";
import { malformed } from "../wire/errors.ts";
import { tensorflow } from "../wire/messages.generated.js";
import { readManifest, recordIn } from "./manifest.ts";

export const MODEL_FILE = "model.json";

/** The JSON of a model, and the folder its weights are in. */
export interface ModelJson {
  readonly file: string;
  readonly folder: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/**
 * Reads the JSON of a TensorFlow.js model of any kind, from its file or its folder.
 * @throws TENSORFLOW_FILE_UNREADABLE, TENSORFLOW_MALFORMED
 */
export function readModelJson(path: string): ModelJson {
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, MODEL_FILE) : path;
  const text = new TextDecoder().decode(readWhole(file));
  return { file, folder: dirname(file), json: recordIn(parsed(text, file), file, "its top") };
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed({ file, where: "its text", why: "it is not JSON" }, error);
  }
}

/** Whether the JSON is that of a graph model, and not of a layers model. */
export function isGraphModel({ format, modelTopology }: Readonly<Record<string, unknown>>): boolean {
  if (format !== undefined) return format === "graph-model";
  return typeof modelTopology === "object" && modelTopology !== null && "node" in modelTopology;
}

/**
 * Reads a TensorFlow.js graph model from its folder or its model.json.
 * @throws TENSORFLOW_NOT_A_MODEL, TENSORFLOW_TENSOR_MISSING, and those of `readModelJson`, `readManifest`, `freeze`
 */
export function readTfjsGraphModel(path: string, options: PortOptions = {}): TensorFlowGraph {
  const { file, folder, json } = readModelJson(path);
  if (!isGraphModel(json)) throw notAModel({ file, why: "it is not a graph model of TensorFlow.js" });
  const graph = graphOfJson(json["modelTopology"], file);
  const { weights } = readManifest(json["weightsManifest"] ?? [], folder, file);
  const sources = new Map(weights.map(({ name, source }) => [name, source]));
  const nodes = (graph.node ?? []).map((node) => withWeight(draftOfNode(node), sources));
  const open = withFunctionWeights(openGraph({ file, nodes, library: libraryOf(graph) }), sources);
  const producer = graph.versions?.producer ?? 0;
  const ports = signaturePorts(json, open, options, producer, file) ?? portsOf(open.level, options, file, producer);
  return freeze(open, { name: basename(resolve(folder)), ...ports }, noVariables(file));
}

function graphOfJson(topology: unknown, file: string): tensorflow.GraphDef {
  const record = recordIn(topology, file, "modelTopology");
  try {
    return tensorflow.GraphDef.fromObject({ ...record });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw malformed({ file, where: "modelTopology", why }, error);
  }
}

/** Constants of functions are found by their own names too, which calls have put others before. */
function withFunctionWeights(graph: OpenGraph, sources: ReadonlyMap<string, TensorSource>): OpenGraph {
  const filled = <T extends { readonly nodes: ReadonlyMap<string, DraftNode> }>(level: T): T => ({
    ...level,
    nodes: new Map(Array.from(level.nodes, ([name, node]) => [name, withWeight(node, sources)])),
  });
  return {
    level: filled(graph.level),
    functions: new Map(Array.from(graph.functions, ([name, level]) => [name, filled(level)])),
  };
}

function withWeight(node: DraftNode, sources: ReadonlyMap<string, TensorSource>): DraftNode {
  if (node.op !== "Const" || node.constant) return node;
  const source = sources.get(node.name) ?? sources.get(ownName(node));
  return source ? { ...node, constant: ofDeclaredType(source, node) } : node;
}

/** The name of a node inside its function. */
function ownName({ home }: DraftNode): string {
  return home.split("::").at(-1)!;
}

/** TensorFlow.js has no 64-bit integers and stores them in 32 bits; the graph around them still says 64. */
function ofDeclaredType(source: TensorSource, { attributes }: DraftNode): TensorSource {
  const declared = dataTypeOf(typeText(attributes["dtype"]?.type ?? 0));
  if (declared !== "int64" || source.dtype !== "int32") return source;
  return derivedSource([source], declared, source.shape, () =>
    bytesOf(tensorFromNumbers(declared, source.shape, numbersOf(source.tensor()))),
  );
}

/** The ports that the model's signature names; undefined where it has none, or others are wished for. */
function signaturePorts(
  json: Readonly<Record<string, unknown>>,
  { level }: OpenGraph,
  options: PortOptions,
  producer: number,
  file: string,
): Ports | undefined {
  const signature = signatureIn(json, file);
  if (options.inputs || options.outputs || signature === undefined) return undefined;
  const tensors = (part: "inputs" | "outputs", role: string) =>
    Object.entries(recordIn(signature[part], file, `signature.${part}`)).map(([key, info]) => {
      const { name } = recordIn(info, file, `signature.${part}`);
      const tensor = flatReference(typeof name === "string" ? name : key);
      if (level.nodes.has(nodeOfReference(level.resolve(tensor)))) return { name: withoutIndex(key), tensor };
      throw tensorMissing({ file, tensor, role });
    });
  return {
    inputs: tensors("inputs", "input").map(({ name, tensor }) => inputOf(tensor, level, producer, name)),
    outputs: tensors("outputs", "output"),
  };
}

function signatureIn(json: Readonly<Record<string, unknown>>, file: string) {
  const userDefined = json["userDefinedMetadata"];
  const signature =
    json["signature"] ?? (userDefined ? recordIn(userDefined, file, "userDefinedMetadata")["signature"] : undefined);
  if (typeof signature !== "object" || signature === null) return undefined;
  const { inputs, outputs } = signature as Readonly<Record<string, unknown>>;
  return inputs && outputs && Object.keys(outputs).length > 0 ? { inputs, outputs } : undefined;
}

/** The converter's keys are tensors, such as "scores:0". */
function withoutIndex(key: string): string {
  return key.replace(/:0$/, "");
}
