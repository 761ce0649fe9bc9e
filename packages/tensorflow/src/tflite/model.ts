// A TensorFlow Lite model in plain data, and its bytes: a FlatBuffer, written from the back to the front.
// https://flatbuffers.dev/internals/

import { bytesOf, type Tensor } from "@tersor/core";
import { Builder } from "flatbuffers";
import {
  FILE_IDENTIFIER,
  operatorCodes,
  optionTables,
  SCHEMA_VERSION,
  tables,
  tensorTypes,
  type Fields,
  type FieldType,
  type OperatorName,
  type OptionsName,
  type TableName,
  type TensorTypeName,
} from "./schema.ts";
import { outputTooLarge } from "../write/errors.ts";

/** Integers of a tensor: value = (code - zeroPoint) * scale, one scale or one for each index of `dimension`. */
export interface LiteQuantization {
  readonly scale: readonly number[];
  readonly zeroPoint: readonly number[];
  readonly dimension: number;
}

/** A tensor; one with elements is a constant. */
export interface LiteTensor {
  readonly name: string;
  readonly dtype: TensorTypeName;
  readonly shape: readonly number[];
  readonly quantization?: LiteQuantization;
  readonly data?: Tensor;
}

/** A value of an option. */
export type OptionValue = number | boolean | readonly number[];

/** What an operator is told besides its tensors. */
export interface LiteOptions {
  readonly table: OptionsName;
  readonly values: Readonly<Record<string, OptionValue>>;
}

/** An operator; tensors are indices, -1 is one that is left out. */
export interface LiteOperator {
  readonly op: OperatorName;
  readonly version: number;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options?: LiteOptions;
}

/** A public input or output. */
export interface LiteValue {
  readonly name: string;
  readonly tensor: number;
}

/** A model of one graph. */
export interface LiteModel {
  readonly name: string;
  readonly tensors: readonly LiteTensor[];
  readonly operators: readonly LiteOperator[];
  readonly inputs: readonly LiteValue[];
  readonly outputs: readonly LiteValue[];
}

type Row = Readonly<Record<string, unknown>>;

/** Offsets are 32 bits, signed in the libraries that read them. */
const MOST_BYTES = 2 ** 31 - 2 ** 20;
/** Kernels load constants with wide instructions. */
const BUFFER_ALIGNMENT = 16;
/** Operators from this number on are only in the wider field. */
const PLACEHOLDER_CODE = 127;

/**
 * The file of a model.
 * @throws TENSORFLOW_OUTPUT_TOO_LARGE over 2 GB.
 */
export function modelBytes(model: LiteModel): Uint8Array {
  const size = model.tensors.reduce((sum, { data }) => sum + (data ? bytesOf(data).length + BUFFER_ALIGNMENT : 0), 0);
  if (size > MOST_BYTES) throw outputTooLarge({ sizeBytes: size, limitBytes: MOST_BYTES });
  const builder = new Builder(size + 1024 + 256 * (model.tensors.length + model.operators.length));
  builder.finish(writeTable(builder, tables.Model, modelRow(model)), FILE_IDENTIFIER);
  return builder.asUint8Array();
}

function modelRow(model: LiteModel): Row {
  const codes = distinctCodes(model.operators);
  const constants = model.tensors.flatMap(({ data }) => (data ? [{ data: bytesOf(data) }] : []));
  return {
    version: SCHEMA_VERSION,
    operatorCodes: codes.map(({ op, version }) => {
      const code = operatorCodes[op];
      return { code, version, deprecatedCode: Math.min(code, PLACEHOLDER_CODE) };
    }),
    subgraphs: [subgraphRow(model, codes)],
    description: "Tersor",
    buffers: [{}, ...constants], // buffer 0 is the empty one
    signatures: [signatureRow(model)],
  };
}

function distinctCodes(operators: readonly LiteOperator[]): readonly LiteOperator[] {
  return [...new Map(operators.map((operator) => [`${operator.op} ${operator.version}`, operator])).values()];
}

function subgraphRow({ name, tensors, operators, inputs, outputs }: LiteModel, codes: readonly LiteOperator[]): Row {
  let buffers = 0;
  return {
    name: name === "" ? "main" : name,
    tensors: tensors.map((tensor) => tensorRow(tensor, tensor.data ? ++buffers : 0)),
    inputs: inputs.map(({ tensor }) => tensor),
    outputs: outputs.map(({ tensor }) => tensor),
    operators: operators.map((operator) => operatorRow(operator, codes)),
  };
}

function tensorRow({ name, dtype, shape, quantization }: LiteTensor, buffer: number): Row {
  return { name, shape, type: tensorTypes[dtype], buffer, hasRank: true, ...(quantization && { quantization }) };
}

function operatorRow({ op, version, inputs, outputs, options }: LiteOperator, codes: readonly LiteOperator[]): Row {
  const code = codes.findIndex((one) => one.op === op && one.version === version);
  const optionsType = options ? optionTables[options.table][0] : 0;
  return { code, inputs, outputs, optionsType, ...(options && { options }) };
}

function signatureRow({ inputs, outputs }: LiteModel): Row {
  return { inputs, outputs, key: "serving_default" };
}

/** Writes a table after everything that it refers to. */
function writeTable(builder: Builder, fields: Fields, row: Row): number {
  const slots = fields.map((field) => {
    const value = field === null ? undefined : row[field[0]];
    if (field === null || value === undefined) return undefined;
    return { type: field[1], value: isInline(field[1]) ? value : writeReferred(builder, field[1], value) };
  });
  builder.startObject(fields.length);
  slots.forEach((slot, i) => {
    if (slot) addField(builder, i, slot.type, slot.value);
  });
  return builder.endObject();
}

function isInline(type: FieldType): boolean {
  return ["bool", "int8", "uint8", "int32", "uint32", "float32"].includes(type);
}

function addField(builder: Builder, slot: number, type: FieldType, value: unknown): void {
  const number = Number(value);
  // No value is a default here: fields whose default is not 0 have to be written also when they are 0.
  if (type === "bool" || type === "int8" || type === "uint8") builder.addFieldInt8(slot, number, null);
  else if (type === "int32" || type === "uint32") builder.addFieldInt32(slot, number, null);
  else if (type === "float32") builder.addFieldFloat32(slot, number, null);
  else builder.addFieldOffset(slot, number, 0);
}

/** Writes a string, a vector or a table, and gives its offset. */
function writeReferred(builder: Builder, type: FieldType, value: unknown): number {
  if (type === "string") return builder.createString(value as string);
  if (type === "bytes") return writeBytes(builder, value as Uint8Array);
  if (type === "options") return writeOptions(builder, value as LiteOptions);
  if (type === "[int32]" || type === "[int64]" || type === "[float32]")
    return writeNumbers(builder, type, value as readonly number[]);
  if (!type.startsWith("[")) return writeTable(builder, tables[type as TableName], value as Row);
  const offsets = (value as readonly Row[]).map((row) =>
    writeTable(builder, tables[type.slice(1, -1) as TableName], row),
  );
  builder.startVector(4, offsets.length, 4);
  for (const offset of offsets.toReversed()) builder.addOffset(offset);
  return builder.endVector();
}

function writeOptions(builder: Builder, { table, values }: LiteOptions): number {
  return writeTable(builder, optionTables[table][1], values);
}

function writeBytes(builder: Builder, bytes: Uint8Array): number {
  builder.prep(BUFFER_ALIGNMENT, bytes.length);
  return builder.createByteVector(bytes);
}

function writeNumbers(builder: Builder, type: "[int32]" | "[int64]" | "[float32]", numbers: readonly number[]): number {
  const size = type === "[int64]" ? 8 : 4;
  builder.startVector(size, numbers.length, size);
  for (const number of numbers.toReversed()) {
    if (type === "[int32]") builder.addInt32(number);
    else if (type === "[int64]") builder.addInt64(BigInt(number));
    else builder.addFloat32(number);
  }
  return builder.endVector();
}
