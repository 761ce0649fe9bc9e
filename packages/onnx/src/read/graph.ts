// GraphProto and FunctionProto: nodes, values, weights. What Tersor does not look into is carried as spans.

import {
  originOf,
  type LocalFunction,
  type Node,
  type Subgraph,
  type Value,
  type ValueType,
  type Weight,
} from "@tersor/core";
import { duplicate } from "../errors.ts";
import { GraphCarrier } from "../tracked.ts";
import type { Range, Span } from "../wire/bytes.ts";
import { onnx } from "../wire/messages.generated.js";
import { placeIn, placeText, type Place } from "../wire/scanner.ts";
import { split, type Field } from "../wire/walker.ts";
import { domainOf, readAttributes, readNode } from "./node.ts";
import { numberOf, type Reading } from "./reading.ts";
import { readTensor } from "./tensor.ts";
import { readValue } from "./type.ts";

/** The parts of a graph, as every graph has them, and the fields that are carried. */
export interface GraphParts extends Omit<Subgraph, "carrier"> {
  readonly rest: readonly Span[];
}

const graphSmall = new Set([2, 10]);
const graphFields = { node: 1, initializer: 5, input: 11, output: 12, valueInfo: 13 } as const;

/** Reads the graph of an attribute. */
export function readSubgraph(reading: Reading, field: Field, place: Place): Subgraph {
  const range = reading.message(field, place);
  const externalBefore = reading.external.count;
  const { rest, ...parts } = reading.deeper(place, () => readGraphParts(reading, range, place));
  const graph: Subgraph = { ...parts, carrier: new GraphCarrier(rest) };
  reading.track(graph, field, graph.name, externalBefore);
  return graph;
}

export function readGraphParts(reading: Reading, range: Range, place: Place): GraphParts {
  const { head, rest } = split(reading.scanner, range, place, (number) => graphSmall.has(number));
  const proto = reading.decode(head, place, range.start, (reader) => onnx.GraphProto.decode(reader));
  const known = new Set<number>(Object.values(graphFields));
  const { node, initializer, input, output, valueInfo } = graphFields;
  return {
    name: proto.name ?? "",
    inputs: readAll(rest, input, place, "input", (field, own) => readValue(reading, field, own)),
    outputs: readAll(rest, output, place, "output", (field, own) => readValue(reading, field, own)),
    nodes: readNodes(reading, rest, node, place),
    weights: readWeights(reading, rest, initializer, place),
    types: readTypes(reading, rest, valueInfo, place),
    ...(proto.docString && { doc: proto.docString }),
    rest: reading.spans(rest.filter((field) => !known.has(field.number))),
  };
}

function readAll<T>(
  fields: readonly Field[],
  number: number,
  place: Place,
  label: string,
  read: (field: Field, place: Place) => T,
): readonly T[] {
  const own = fields.filter((field) => field.number === number);
  return own.map((field, index) => read(field, placeIn(place, label, index)));
}

function readNodes(reading: Reading, fields: readonly Field[], number: number, place: Place): readonly Node[] {
  return readAll(fields, number, place, "node", (field, own) => readNode(reading, field, own));
}

function readWeights(reading: Reading, fields: readonly Field[], number: number, place: Place) {
  const weights = new Map<string, Weight>();
  readAll(fields, number, place, "initializer", (field, own) => {
    const externalBefore = reading.external.count;
    const { name, source } = readTensor(reading, reading.message(field, own), own);
    if (weights.has(name)) throw duplicate({ where: placeText(place), what: "initializers", name });
    weights.set(name, { source, origin: originOf(name) });
    reading.track(source, field, name, externalBefore);
  });
  return weights;
}

function readTypes(reading: Reading, fields: readonly Field[], number: number, place: Place) {
  const values: readonly Value[] = readAll(fields, number, place, "value_info", (field, own) =>
    readValue(reading, field, own),
  );
  return new Map<string, ValueType>(values.map(({ name, type }) => [name, type]));
}

const functionFields = { node: 7, attributeProto: 11, valueInfo: 12 } as const;
const functionSmall = new Set([1, 4, 5, 6, 8, 9, 10, 13]);

/** Reads a model-local function. */
export function readFunction(reading: Reading, field: Field, place: Place): LocalFunction {
  const range = reading.message(field, place);
  const externalBefore = reading.external.count;
  const { head, rest } = split(reading.scanner, range, place, (number) => functionSmall.has(number));
  const proto = reading.decode(head, place, range.start, (reader) => onnx.FunctionProto.decode(reader));
  const { node, attributeProto, valueInfo } = functionFields;
  const known = new Set<number>(Object.values(functionFields));
  const withDefault = rest.filter((part) => part.number === attributeProto);
  const name = proto.name ?? "";
  const made: LocalFunction = {
    name,
    domain: domainOf(proto.domain),
    inputs: proto.input ?? [],
    outputs: proto.output ?? [],
    attributes: proto.attribute ?? [],
    defaults: readAttributes(reading, withDefault, place, "attribute_proto"),
    nodes: readNodes(reading, rest, node, place),
    opsets: opsetsOf(proto.opsetImport),
    types: readTypes(reading, rest, valueInfo, place),
    ...(proto.overload && { overload: proto.overload }),
    ...(proto.docString && { doc: proto.docString }),
    carrier: new GraphCarrier(reading.spans(rest.filter((part) => !known.has(part.number)))),
  };
  reading.track(made, field, name, externalBefore);
  return made;
}

/** Operator set versions by domain. */
export function opsetsOf(
  imports: readonly onnx.OperatorSetIdProto.$Properties[] | null | undefined,
): ReadonlyMap<string, number> {
  return new Map((imports ?? []).map(({ domain, version }) => [domainOf(domain), numberOf(version ?? 0)]));
}
