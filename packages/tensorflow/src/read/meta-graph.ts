// A graph with what belongs to it (MetaGraphDef): signatures that name its inputs and outputs, and variables whose
// values a checkpoint has. SavedModels hold some of these, a checkpoint's .meta is one.

import { draftOfNode, flatReference } from "../graphdef/draft.ts";
import { libraryOf } from "../graphdef/function.ts";
import type { TensorFlowGraph, TensorFlowInput } from "../graphdef/graph.ts";
import type { Level } from "../graphdef/inline.ts";
import { sizesOf, typeText } from "../graphdef/attributes.ts";
import { nodeOfReference } from "../graphdef/draft.ts";
import type { tensorflow } from "../wire/messages.generated.js";
import type { Bundle } from "./bundle.ts";
import { notAModel, signatureMissing, tensorMissing } from "./errors.ts";
import { freeze, openGraph } from "./freeze.ts";
import { inputOf, portsOf, type PortOptions, type Ports } from "./ports.ts";
import { restoredVariables } from "./restored.ts";
import { noVariables } from "./variables.ts";

/** What of a graph with signatures is read. */
export interface SignatureOptions extends PortOptions {
  /** The signature to read. Default "serving_default", or the only one; not looked at where inputs or outputs are named. */
  readonly signature?: string;
}

const DEFAULT_SIGNATURE = "serving_default";
/** Signatures that TensorFlow adds for itself. */
const INITIALIZER = "__saved_model_init_op";

/**
 * Reads a graph, with its values where it has variables.
 * @throws TENSORFLOW_NOT_A_MODEL, TENSORFLOW_SIGNATURE_MISSING, TENSORFLOW_TENSOR_MISSING, TENSORFLOW_OUTPUTS_UNKNOWN,
 * and those of `freeze`, `openGraph` and `Bundle`
 */
export function readMetaGraph(
  meta: tensorflow.MetaGraphDef.$Properties,
  bundle: Bundle | undefined,
  options: SignatureOptions,
  name: string,
  file: string,
): TensorFlowGraph {
  const graph = meta.graphDef;
  if (!graph?.node?.length) throw notAModel({ file, why: "there is no node in it" });
  const open = openGraph({ file, nodes: graph.node.map(draftOfNode), library: libraryOf(graph) });
  const producer = graph.versions?.producer ?? 0;
  const signature = options.inputs || options.outputs ? undefined : chosenSignature(meta, options.signature, file);
  const ports = signature
    ? portsOfSignature(signature, open.level, producer, file)
    : portsOf(open.level, options, file, producer);
  const stored = bundle ? restoredVariables(open.level, bundle) : noVariables(file);
  return freeze(open, { name, ...ports }, stored);
}

function chosenSignature(meta: tensorflow.MetaGraphDef.$Properties, wish: string | undefined, file: string) {
  const signatures = Object.entries(meta.signatureDef ?? {}).filter(([name]) => name !== INITIALIZER);
  const names = signatures.map(([name]) => name);
  const only = names.length === 1 ? names[0]! : DEFAULT_SIGNATURE;
  const name = wish ?? (names.includes(DEFAULT_SIGNATURE) ? DEFAULT_SIGNATURE : only);
  const chosen = signatures.find(([key]) => key === name)?.[1];
  if (chosen === undefined && (wish !== undefined || names.length > 0))
    throw signatureMissing({ file, signature: name, signatures: names });
  return chosen;
}

function portsOfSignature(
  { inputs, outputs }: tensorflow.SignatureDef.$Properties,
  level: Level,
  producer: number,
  file: string,
): Ports {
  const tensorOf = (name: string, info: tensorflow.TensorInfo.$Properties, role: string): string => {
    const tensor = flatReference(info.name ?? "");
    if (level.nodes.has(nodeOfReference(level.resolve(tensor)))) return tensor;
    throw tensorMissing({ file, tensor: info.name || name, role });
  };
  return {
    inputs: Object.entries(inputs ?? {}).map(([name, info]) =>
      withInfo(inputOf(tensorOf(name, info, "input"), level, producer, name), info),
    ),
    outputs: Object.entries(outputs ?? {}).map(([name, info]) => ({ name, tensor: tensorOf(name, info, "output") })),
  };
}

/** A signature may know the shape better than the Placeholder. */
function withInfo(input: TensorFlowInput, { dtype, tensorShape }: tensorflow.TensorInfo.$Properties): TensorFlowInput {
  const shape = tensorShape ? sizesOf(tensorShape) : undefined;
  return { ...input, ...(dtype ? { dtype: typeText(dtype) } : {}), ...(shape && { shape }) };
}
