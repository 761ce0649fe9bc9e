// Variables become constants: a handle is its value, reading it is an Identity, gathering from it a gather.
// Values come from a checkpoint; graphs without one have no variables.

import { sourceOf, tensorFromNumbers, type TensorSource } from "@tersor/core";
import { dataTypeOf } from "../dtype.ts";
import { sizesOf, typeText, type AttrValues } from "../graphdef/attributes.ts";
import type { DraftNode } from "../graphdef/draft.ts";
import { variableMismatch, variableMissing } from "./errors.ts";

/** A variable's value, and what the checkpoint calls it. */
export interface StoredVariable {
  readonly key: string;
  readonly source: TensorSource;
}

/** The values of a model's variables. */
export interface StoredVariables {
  /** What they are in, for messages. */
  readonly file: string;
  /** The value of the variable that this node holds. */
  find(node: DraftNode): StoredVariable | undefined;
}

/** For formats whose graphs are frozen. */
export function noVariables(file: string): StoredVariables {
  return { file, find: () => undefined };
}

/** What a node becomes, and the variable it held. */
export interface Resolution {
  readonly nodes: readonly DraftNode[];
  readonly variable?: string;
}

const handles = new Set(["VarHandleOp", "Variable", "VariableV2"]);

/**
 * The node without variables.
 * @throws TENSORFLOW_VARIABLE_MISSING, TENSORFLOW_VARIABLE_MISMATCH
 */
export function resolveVariable(
  node: DraftNode,
  maker: (reference: string) => DraftNode | undefined,
  stored: StoredVariables,
): Resolution {
  if (handles.has(node.op)) return constantOf(node, stored);
  switch (node.op) {
    case "ReadVariableOp":
      return { nodes: [{ ...node, op: "Identity", attributes: typed(node.attributes["dtype"]) }] };
    case "ResourceGather":
      return { nodes: gatherOf(node) };
    case "ResourceGatherNd":
      return { nodes: [{ ...node, op: "GatherNd", attributes: withKeys(node.attributes, { dtype: "Tparams" }) }] };
    case "VariableShape":
      return { nodes: [{ ...node, op: "Shape" }] };
    case "While":
    case "StatelessWhile":
      return { nodes: [withTypes(node, maker, "T")] };
    case "If":
    case "StatelessIf":
    case "Case":
    case "StatelessCase":
      return { nodes: [withTypes(node, maker, "Tin")] };
    default:
      return { nodes: [node] };
  }
}

function constantOf(node: DraftNode, stored: StoredVariables): Resolution {
  const found = stored.find(node);
  const name = sharedName(node);
  if (found === undefined) throw variableMissing({ variable: name, file: stored.file });
  checkVariable(node, name, found.source);
  const attributes = { dtype: node.attributes["dtype"] ?? {} };
  const { op: _, ...rest } = node;
  return { nodes: [{ ...rest, op: "Const", inputs: [], attributes, constant: found.source }], variable: found.key };
}

/** The name a variable goes by beside that of its node. */
export function sharedName(node: DraftNode): string {
  const bytes = node.attributes["shared_name"]?.s;
  return bytes?.length ? new TextDecoder().decode(bytes) : node.name;
}

function checkVariable({ attributes }: DraftNode, variable: string, { dtype, shape }: TensorSource): void {
  const type = attributes["dtype"]?.type;
  const declared = type ? dataTypeOf(typeText(type)) : undefined;
  const sizes = attributes["shape"]?.shape ? sizesOf(attributes["shape"].shape) : undefined;
  const fits =
    (declared === undefined || declared === dtype) &&
    (sizes === undefined ||
      sizes.length === 0 ||
      (sizes.length === shape.length && sizes.every((size, axis) => size < 0 || size === shape[axis])));
  if (fits) return;
  const graph = `${declared ?? "of any type"} [${sizes?.join(", ") ?? "?"}]`;
  throw variableMismatch({ variable, graph, stored: `${dtype} [${shape.join(", ")}]` });
}

/** GatherV2 has its axis as an input. */
function gatherOf(node: DraftNode): readonly DraftNode[] {
  const axis: DraftNode = {
    name: `${node.name}/axis`,
    op: "Const",
    inputs: [],
    control: [],
    attributes: {},
    home: `${node.name}/axis`,
    constant: sourceOf(tensorFromNumbers("int32", [], [numberOfBatchDims(node)])),
  };
  const attributes = withKeys(node.attributes, { dtype: "Tparams" });
  return [axis, { ...node, op: "GatherV2", inputs: [...node.inputs.slice(0, 2), `${axis.name}:0`], attributes }];
}

function numberOfBatchDims({ attributes }: DraftNode): number {
  return Number(attributes["batch_dims"]?.i ?? 0);
}

function typed(type: AttrValues[string] | undefined): AttrValues {
  return type === undefined ? {} : { T: type };
}

function withKeys(attributes: AttrValues, renamed: Readonly<Record<string, string>>): AttrValues {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [renamed[name] ?? name, value]));
}

/** Handles among the inputs of a loop or a condition are values now, so their types are those of the values. */
function withTypes(node: DraftNode, maker: (reference: string) => DraftNode | undefined, attribute: string): DraftNode {
  const types = node.attributes[attribute]?.list?.type;
  if (!types) return node;
  const first = node.inputs.length - types.length;
  const changed = types.map((type, i) => {
    const input = node.inputs[first + i];
    const made = input === undefined ? undefined : maker(input);
    return made && handles.has(made.op) ? (made.attributes["dtype"]?.type ?? type) : type;
  });
  return { ...node, attributes: { ...node.attributes, [attribute]: { list: { type: changed } } } };
}
