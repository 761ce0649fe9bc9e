// A graph as a list of facts, to say where two graphs differ. What a door keeps for itself (carrier, path) is left out.

import type { Attribute, Graph, LocalFunction, Node, Subgraph, TensorSource } from "@tersor/core";
import type { Finding } from "./check.ts";
import { fingerprint } from "./fingerprint.ts";

type Facts = Map<string, string>;

/** The first fact in which two graphs differ. */
export function graphDifference(first: Graph, second: Graph): Finding {
  const [before, after] = [factsOf(first), factsOf(second)];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [a, b] = [before.get(name), after.get(name)];
    if (a !== b) return `${name} was ${shorten(a)} and is ${shorten(b)}`;
  }
  return undefined;
}

function factsOf(graph: Graph): Facts {
  const facts: Facts = new Map();
  facts.set("the operator sets", fingerprint([...graph.opsets].sort()));
  facts.set("the metadata", fingerprint([...graph.metadata].sort()));
  addLevel(facts, "", graph);
  graph.functions.forEach((called) => addFunction(facts, called));
  return facts;
}

function addLevel(facts: Facts, where: string, graph: Subgraph): void {
  facts.set(`${where}the name of the graph`, graph.name);
  facts.set(`${where}the inputs`, fingerprint(graph.inputs));
  facts.set(`${where}the outputs`, fingerprint(graph.outputs));
  facts.set(`${where}the stated types`, fingerprint(graph.types));
  for (const [name, { source }] of graph.weights) facts.set(`${where}the weight "${name}"`, tensorText(source));
  addNodes(facts, where, graph.nodes);
}

function addFunction(facts: Facts, { name, domain, nodes, opsets, inputs, outputs, attributes }: LocalFunction): void {
  const where = `in the function ${domain}.${name}, `;
  facts.set(`${where}the signature`, fingerprint([inputs, outputs, attributes, [...opsets].sort()]));
  addNodes(facts, where, nodes);
}

function addNodes(facts: Facts, where: string, nodes: readonly Node[]): void {
  nodes.forEach((node, i) => {
    const { name, op, domain, inputs, outputs, attributes, doc, metadata } = node;
    const title = `${where}node ${i} (${op}${name === "" ? "" : ` "${name}"`})`;
    facts.set(title, fingerprint([op, domain, inputs, outputs, doc, metadata]));
    for (const [key, value] of Object.entries(attributes)) addAttribute(facts, `${title}, attribute "${key}"`, value);
  });
}

function addAttribute(facts: Facts, title: string, attribute: Attribute): void {
  switch (attribute.kind) {
    case "tensor":
      return void facts.set(title, tensorText(attribute.value));
    case "tensors":
      return void facts.set(title, attribute.value.map(tensorText).join(" "));
    case "graph":
      return addLevel(facts, `${title}: `, attribute.value);
    case "graphs":
      return attribute.value.forEach((graph, i) => addLevel(facts, `${title}, ${i}: `, graph));
    case "opaque":
      return void facts.set(title, attribute.kind);
    default:
      facts.set(title, fingerprint(attribute));
  }
}

function tensorText({ dtype, shape, tensor, bytes }: TensorSource): string {
  const content = dtype === "string" ? fingerprint(tensor().data) : hashOf(bytes());
  return `${dtype}[${shape.join(", ")}] ${content}`;
}

/** FNV-1a, 32 bits, with the length: enough to see that bytes changed by accident. */
function hashOf(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return `${bytes.length}:${(hash >>> 0).toString(16)}`;
}

function shorten(text: string | undefined): string {
  if (text === undefined) return "absent";
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
