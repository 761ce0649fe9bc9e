// The context that a rule is run in: its operation, its inputs and what is known of them.

import { numbersOf, TersorError, type GraphBuilder } from "@tersor/core";
import { functionMissing, type UnsupportedOperation } from "../errors.ts";
import type {
  AttributeValues,
  TensorFlowAttribute,
  TensorFlowFunction,
  TensorFlowGraph,
  TensorFlowNode,
} from "../graphdef/graph.ts";
import type { ReservedList, RuleContext, TensorFlowRule } from "./rule.ts";

/** What all levels of one conversion share. */
export interface Conversion {
  readonly graph: TensorFlowGraph;
  readonly rules: ReadonlyMap<string, TensorFlowRule>;
  readonly unsupported: UnsupportedOperation[];
  readonly lists: Map<string, ReservedList>;
  /** Work on bodies that may still be done: they are inside one another, and hostile ones multiply. */
  readonly budget: { left: number };
  /** Functions that are being converted, outermost first: one that calls itself is refused. */
  readonly open: string[];
  convertFunction(
    called: TensorFlowFunction,
    into: GraphBuilder,
    inputs: readonly string[],
    conversion: Conversion,
  ): readonly string[];
}

/** The context of one operation. */
export function contextOf(
  node: TensorFlowNode,
  to: GraphBuilder,
  inputs: readonly string[],
  read: ReadonlySet<string>,
  conversion: Conversion,
): RuleContext {
  const known = (input: number) => (inputs[input] === undefined ? undefined : to.known(inputs[input]));
  const shape = (input: number) => (inputs[input] === undefined ? undefined : to.shape(inputs[input]));
  return {
    node,
    to,
    inputs,
    known,
    shape,
    numbers: (input) => {
      const tensor = known(input) ?? refuse(`its input ${input} has to be constant, and is not`);
      return Array.from(numbersOf(tensor));
    },
    rank: (input) => shape(input)?.length ?? refuse(`the rank of its input ${input} can't be told`),
    attribute: (name, kind) => valueOfKind(node.attributes[name], kind),
    callFunction: (called, into, values) => conversion.convertFunction(called, into, values, conversion),
    functionNamed: (name) =>
      conversion.graph.functions.get(name) ?? throwing(functionMissing({ function: name, node: node.name })),
    isRead: (output) => read.has(`${node.name}:${output}`),
    lists: conversion.lists,
    refuse,
  };
}

function valueOfKind<K extends keyof AttributeValues>(
  attribute: TensorFlowAttribute | undefined,
  kind: K,
): AttributeValues[K] | undefined {
  return attribute?.kind === kind ? (attribute.value as AttributeValues[K]) : undefined;
}

/** Thrown and caught within a conversion, which goes on to find what else it can't convert. */
function refuse(why: string): never {
  throw new TersorError("TENSORFLOW_REFUSED", why, { why });
}

function throwing(error: TersorError): never {
  throw error;
}
