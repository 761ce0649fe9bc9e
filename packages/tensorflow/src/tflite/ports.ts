// The public inputs and outputs of a TensorFlow Lite file: all of it that running one asks for. Every offset is checked
// before it is followed, as the file may be anybody's.
// https://flatbuffers.dev/internals/

import type { DataType } from "@tersor/core";
import { notAModel } from "../read/errors.ts";
import { FILE_IDENTIFIER, tables, tensorTypes, type TableName } from "./schema.ts";

/** A public input or output. */
export interface LitePort {
  readonly name: string;
  readonly dtype: DataType | undefined;
  readonly shape: readonly number[];
}

/** Inputs and outputs of a model, by the names of its signature, else of its tensors. */
export interface LitePorts {
  readonly inputs: readonly LitePort[];
  readonly outputs: readonly LitePort[];
}

/** Whether the bytes begin as a TensorFlow Lite file does. */
export function beginsLikeTflite(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(4, 8)) === FILE_IDENTIFIER;
}

/**
 * Reads the ports of the first graph.
 * @throws TENSORFLOW_NOT_A_MODEL when an offset leads out of the file.
 */
export function readLitePorts(bytes: Uint8Array, file: string): LitePorts {
  if (!beginsLikeTflite(bytes)) throw notAModel({ file, why: "it does not begin as a TensorFlow Lite file does" });
  const ports = portsOrNothing(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (ports === undefined) throw notAModel({ file, why: "an offset leads out of the file" });
  return ports;
}

function portsOrNothing(view: DataView): LitePorts | undefined {
  try {
    return portsOf(view);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function portsOf(view: DataView): LitePorts | undefined {
  const model: Table = { view, at: view.getUint32(0, true), name: "Model" };
  const [graph] = vector(model, "subgraphs", "SubGraph");
  if (graph === undefined) return undefined;
  const [signature] = vector(model, "signatures", "SignatureDef");
  const tensors = vector(graph, "tensors", "Tensor");
  const named = (field: "inputs" | "outputs"): LitePort[] => {
    const names = new Map(
      (signature ? vector(signature, field, "TensorMap") : []).map((one) => [number(one, "tensor"), text(one, "name")]),
    );
    return numbers(graph, field).flatMap((index) => portOf(tensors[index], names.get(index)) ?? []);
  };
  return { inputs: named("inputs"), outputs: named("outputs") };
}

function portOf(tensor: Table | undefined, name: string | undefined): LitePort | undefined {
  if (tensor === undefined) return undefined;
  const type = number(tensor, "type");
  const [dtype] = Object.entries(tensorTypes).find(([, code]) => code === type) ?? [];
  return { name: name ?? text(tensor, "name"), dtype: dtype as DataType | undefined, shape: numbers(tensor, "shape") };
}

/** A table in the file. */
interface Table {
  readonly view: DataView;
  readonly at: number;
  readonly name: TableName | "Model";
}

/** Where a field is; undefined where it has its default. */
function placeOf({ view, at, name }: Table, field: string): number | undefined {
  const slot = tables[name].findIndex((one) => one?.[0] === field);
  const vtable = at - view.getInt32(at, true);
  const entry = 4 + 2 * slot;
  const offset = entry < view.getUint16(vtable, true) ? view.getUint16(vtable + entry, true) : 0;
  return offset === 0 ? undefined : at + offset;
}

/** Where what a field refers to begins. */
function target(table: Table, field: string): number | undefined {
  const place = placeOf(table, field);
  return place === undefined ? undefined : place + table.view.getUint32(place, true);
}

function number(table: Table, field: "tensor" | "type"): number {
  const place = placeOf(table, field);
  if (place === undefined) return 0;
  return field === "type" ? table.view.getInt8(place) : table.view.getUint32(place, true);
}

/** The length of a vector; its last byte is looked at before anything is made of it, which throws beyond the file. */
function lengthAt(view: DataView, start: number, elementSize: number): number {
  const length = view.getUint32(start, true);
  if (length > 0) view.getUint8(start + 3 + length * elementSize);
  return length;
}

function numbers(table: Table, field: string): number[] {
  const start = target(table, field);
  if (start === undefined) return [];
  return Array.from({ length: lengthAt(table.view, start, 4) }, (_, i) => table.view.getInt32(start + 4 + 4 * i, true));
}

function text(table: Table, field: string): string {
  const start = target(table, field);
  if (start === undefined) return "";
  const { view } = table;
  return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + start + 4, lengthAt(view, start, 1)));
}

function vector({ view, ...table }: Table, field: string, name: TableName): readonly Table[] {
  const start = target({ view, ...table }, field);
  if (start === undefined) return [];
  return Array.from({ length: lengthAt(view, start, 4) }, (_, i) => {
    const place = start + 4 + 4 * i;
    return { view, at: place + view.getUint32(place, true), name };
  });
}
