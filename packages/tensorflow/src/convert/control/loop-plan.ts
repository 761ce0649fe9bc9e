// What a While does with each value that it carries, read off its functions: most values of TensorFlow's loops are not
// carried at all in ONNX. Limits and weights never change, counters are the number of the round, and a list that gets
// its element of each round in order is a scan output.

import type { TensorFlowFunction, TensorFlowNode } from "../../graphdef/graph.ts";
import { makersOf, neededFor, throughIdentities, type Makers } from "./order.ts";

/** What happens to a carried value in a round. */
export type Role =
  | { readonly kind: "unchanged" }
  /** Grows by one. */
  | { readonly kind: "counter" }
  /** A list to which only `value` is written, at the place of the counter (or, without one, at its end). */
  | { readonly kind: "list"; readonly value: string; readonly counter: number | undefined }
  /** A list of one element, `value` in every round: what a layer that returns its last output writes to. */
  | { readonly kind: "last"; readonly value: string }
  | { readonly kind: "carried" };

/** Tensors of operations on lists: `list` is read, and for writes the output is the new list. */
const writes: Readonly<Record<string, (node: TensorFlowNode) => Write>> = {
  TensorListSetItem: ({ inputs }) => ({ list: inputs[0]!, index: inputs[1]!, value: inputs[2]! }),
  TensorArrayWriteV3: ({ inputs }) => ({ list: inputs[3]!, index: inputs[1]!, value: inputs[2]! }),
  TensorListPushBack: ({ inputs }) => ({ list: inputs[0]!, index: undefined, value: inputs[1]! }),
};

interface Write {
  readonly list: string;
  readonly index: string | undefined;
  readonly value: string;
}

/** The roles of a loop's values, in their order. `isOne` tells whether the loop starts with a 1 at a place. */
export function rolesOf(
  cond: TensorFlowFunction,
  body: TensorFlowFunction,
  isOne: (place: number) => boolean,
): readonly Role[] {
  const makers = makersOf(body.nodes);
  const isFixed = body.inputs.map((input, i) => throughIdentities(body.outputs[i]!.tensor, makers) === input.tensor);
  const isStep = (tensor: string): boolean => {
    const place = body.inputs.findIndex((input) => input.tensor === tensor);
    return place < 0 ? isConstant(makerOf(tensor, makers), 1) : isFixed[place]! && isOne(place);
  };
  const simple = body.inputs.map((_, i) => simpleRole(body, i, makers, isStep));
  const needed = neededFor(
    body.outputs.map(({ tensor }) => tensor),
    makers,
  );
  return simple.map((role, i) =>
    role.kind === "carried" && !reads(cond, i) ? (listRole(body, i, simple, makers, needed) ?? role) : role,
  );
}

function simpleRole(
  { inputs, outputs }: TensorFlowFunction,
  i: number,
  makers: Makers,
  isStep: (tensor: string) => boolean,
): Role {
  const own = inputs[i]!.tensor;
  const result = throughIdentities(outputs[i]!.tensor, makers);
  if (result === own) return { kind: "unchanged" };
  const node = makerOf(result, makers);
  if (node?.op !== "Add" && node?.op !== "AddV2") return { kind: "carried" };
  const operands = node.inputs.map((input) => throughIdentities(input, makers));
  const other = operands.find((operand) => operand !== own);
  return { kind: operands.includes(own) && other !== undefined && isStep(other) ? "counter" : "carried" };
}

function makerOf(tensor: string, makers: Makers): TensorFlowNode | undefined {
  return makers.get(tensor.slice(0, tensor.lastIndexOf(":")));
}

function isConstant(node: TensorFlowNode | undefined, number: number): boolean {
  const value = node?.op === "Const" ? node.attributes["value"] : undefined;
  if (value?.kind !== "tensor" || value.value.shape.length > 0 || !value.value.dtype.startsWith("int")) return false;
  return Number(value.value.tensor().data[0]) === number;
}

/** Only one operation may see the list, and only the next round its result. */
function listRole(
  { inputs, outputs }: TensorFlowFunction,
  i: number,
  simple: readonly Role[],
  makers: Makers,
  needed: readonly TensorFlowNode[],
): Role | undefined {
  const result = throughIdentities(outputs[i]!.tensor, makers);
  const node = makerOf(result, makers);
  const write = node && writes[node.op]?.(node);
  const own = inputs[i]!.tensor;
  if (node === undefined || write === undefined || throughIdentities(write.list, makers) !== own) return undefined;
  const isPrivate = needed.every(
    (reader) => reader === node || reader.op === "Identity" || !readsAny(reader, [own, result], makers),
  );
  const results = outputs.filter(({ tensor }) => throughIdentities(tensor, makers) === result);
  if (!isPrivate || results.length > 1) return undefined;
  if (write.index === undefined) return { kind: "list", value: write.value, counter: undefined };
  const index = throughIdentities(write.index, makers);
  if (isConstant(makerOf(index, makers), 0)) return { kind: "last", value: write.value };
  const counter = inputs.findIndex(({ tensor }, k) => tensor === index && simple[k]!.kind === "counter");
  return counter < 0 ? undefined : { kind: "list", value: write.value, counter };
}

function readsAny({ inputs }: TensorFlowNode, tensors: readonly string[], makers: Makers): boolean {
  return inputs.some((input) => tensors.includes(throughIdentities(input, makers)));
}

/** Whether the function reads its input. */
export function reads({ inputs, outputs, nodes }: TensorFlowFunction, i: number): boolean {
  const own = inputs[i]!.tensor;
  return outputs.some(({ tensor }) => tensor === own) || nodes.some((node) => node.inputs.includes(own));
}

/** A bound of a counter that does not change: the loop goes on while the counter is below it (or at most it). */
export interface Bound {
  readonly counter: number;
  /** Place of the unchanging value that is the bound, or the constant in the condition. */
  readonly limit: number | TensorFlowNode;
  readonly inclusive: boolean;
}

/** The bounds that all have to hold for another round; undefined when the condition is anything else. */
export function boundsOf(cond: TensorFlowFunction, roles: readonly Role[]): readonly Bound[] | undefined {
  const makers = makersOf(cond.nodes);
  const open = [cond.outputs[0]!.tensor];
  const bounds: Bound[] = [];
  for (let tensor = open.pop(); tensor !== undefined; tensor = open.pop()) {
    const node = makerOf(throughIdentities(tensor, makers), makers);
    if (node?.op === "LogicalAnd") open.push(...node.inputs);
    else {
      const bound = node && boundOf(node, cond, roles, makers);
      if (bound === undefined) return undefined;
      bounds.push(bound);
    }
  }
  return bounds;
}

function boundOf(
  { op, inputs }: TensorFlowNode,
  cond: TensorFlowFunction,
  roles: readonly Role[],
  makers: Makers,
): Bound | undefined {
  const sides = inputs.map((input) => throughIdentities(input, makers));
  const [small, large] = op.startsWith("Less") ? sides : op.startsWith("Greater") ? sides.toReversed() : [];
  const counter = cond.inputs.findIndex(({ tensor }) => tensor === small);
  if (small === undefined || large === undefined || roles[counter]?.kind !== "counter") return undefined;
  const place = cond.inputs.findIndex(({ tensor }) => tensor === large);
  const limit = place < 0 ? makerOf(large, makers) : place;
  const isFixed = typeof limit === "number" ? roles[limit]?.kind === "unchanged" : limit?.op === "Const";
  return isFixed ? { counter, limit: limit!, inclusive: op.endsWith("Equal") } : undefined;
}

/** The body with other results, and only what those need. */
export function bodyFor(body: TensorFlowFunction, tensors: readonly string[]): TensorFlowFunction {
  const given = new Set(body.inputs.map(({ tensor }) => tensor));
  return {
    ...body,
    outputs: tensors.map((tensor, i) => ({ name: `output_${i}`, tensor })),
    nodes: neededFor(tensors, makersOf(body.nodes), given),
  };
}
