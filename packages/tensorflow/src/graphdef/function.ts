// The functions of a library: their bodies with flat references, ready to be put in the place of a call.
// https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/function.proto

import { inputMissing } from "../errors.ts";
import { sizesOf, typeText, type AttrValues } from "./attributes.ts";
import { splitInputs, type DraftNode } from "./draft.ts";
import { outputNames } from "./output-names.ts";
import type { TensorFlowInput } from "./graph.ts";
import type { tensorflow } from "../wire/messages.generated.js";

type FunctionDef = tensorflow.FunctionDef.$Properties;
type NodeDef = tensorflow.NodeDef.$Properties;

/** The functions of a model by name. */
export type Library = ReadonlyMap<string, FunctionDef>;

export function libraryOf(graph: tensorflow.GraphDef.$Properties | null | undefined): Library {
  return new Map((graph?.library?.function ?? []).map((one) => [one.signature?.name ?? "", one]));
}

/** What stands in the place of a call. */
export interface FunctionBody {
  readonly nodes: readonly DraftNode[];
  /** The tensors of the outputs, in order. */
  readonly outputs: readonly string[];
}

/** How a function is put into a graph. */
export interface BodyOptions {
  readonly library: Library;
  /** Put before the names of its nodes. */
  readonly prefix: string;
  /** The tensors that are its arguments. */
  readonly args: readonly string[];
  /** Attributes of the call, for those of the body that stand for them. */
  readonly callAttributes: AttrValues;
}

/**
 * The body of a function.
 * @throws TENSORFLOW_INPUT_MISSING for references that lead nowhere.
 */
export function bodyOf(called: FunctionDef, options: BodyOptions): FunctionBody {
  const name = called.signature?.name ?? "";
  const resolve = resolverOf(called, options);
  const nodes = (called.nodeDef ?? []).map((node) => draftOf(node, name, options, resolve));
  const outputs = (called.signature?.outputArg ?? []).map((output) => {
    const reference = called.ret?.[output.name ?? ""];
    if (reference === undefined) throw inputMissing({ node: name, input: output.name ?? "" });
    return resolve(reference, name);
  });
  return { nodes, outputs };
}

type Resolve = (reference: string, reader: string) => string;

function draftOf(node: NodeDef, home: string, options: BodyOptions, resolve: Resolve): DraftNode {
  const { prefix, callAttributes } = options;
  const { data, control } = splitInputs(node.input ?? []);
  const name = node.name ?? "";
  return {
    name: prefix + name,
    op: node.op ?? "",
    inputs: data.map((input) => resolve(input, name)),
    control: control.map((input) => prefix + input),
    attributes: withoutPlaceholders(node.attr ?? {}, callAttributes),
    home: `${home}::${name}`,
  };
}

/** References are "argument", "argument:index" or "node:output name:index". */
function resolverOf(called: FunctionDef, { library, prefix, args }: BodyOptions): Resolve {
  const positions = new Map((called.signature?.inputArg ?? []).map(({ name }, i) => [name ?? "", i]));
  const nodes = new Map((called.nodeDef ?? []).map((node) => [node.name ?? "", node]));
  return (reference, reader) => {
    const [name = "", output, index] = reference.split(":");
    const position = positions.get(name);
    const argument = position === undefined ? undefined : args[position + Number(output ?? 0)];
    if (argument !== undefined) return argument;
    const node = nodes.get(name);
    const at = node === undefined ? undefined : flatIndex(node, output, index, library);
    if (at === undefined) throw inputMissing({ node: reader, input: reference });
    return `${prefix}${name}:${at}`;
  };
}

/** The index among all outputs of a node of "output name:index". */
function flatIndex(
  { op = "" }: NodeDef,
  output: string | undefined,
  index: string | undefined,
  library: Library,
): number | undefined {
  if (index === undefined && (output === undefined || /^\d+$/.test(output))) return Number(output ?? 0);
  const called = library.get(op ?? "")?.signature?.outputArg?.map(({ name }) => name ?? "");
  const names = called ?? (Object.hasOwn(outputNames, op ?? "") ? outputNames[op ?? ""] : undefined);
  const first = names === undefined ? 0 : names.indexOf(output ?? "");
  const at = first + Number(index ?? 0);
  return first >= 0 && Number.isSafeInteger(at) ? at : undefined;
}

/** Attributes "$T" of a function's body take the value that the call gives. */
function withoutPlaceholders(attributes: AttrValues, call: AttrValues): AttrValues {
  const entries = Object.entries(attributes);
  if (!entries.some(([, { placeholder }]) => placeholder)) return attributes;
  return Object.fromEntries(
    entries.map(([name, value]) => [name, (value.placeholder ? call[value.placeholder] : undefined) ?? value]),
  );
}

/** The arguments of a function as inputs whose tensors have this prefix. */
export function inputsOfFunction(called: FunctionDef, prefix: string): readonly TensorFlowInput[] {
  return (called.signature?.inputArg ?? []).map((arg, i) => {
    const shape = called.argAttr?.[i]?.attr?.["_output_shapes"]?.list?.shape?.[0];
    const sizes = shape ? sizesOf(shape) : undefined;
    const name = arg.name ?? "";
    return {
      name,
      tensor: `${prefix}${name}:0`,
      ...(arg.type ? { dtype: typeText(arg.type) } : {}),
      ...(sizes && { shape: sizes }),
    };
  });
}
