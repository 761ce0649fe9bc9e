// TensorProto: name, type and shape at once, the elements when they are asked for.
// Elements are raw bytes, a typed field (packed or not), strings, or a stretch of another file.

import {
  byteLengthOf,
  dataTypeOf,
  dataTypes,
  elementCount,
  lazySource,
  sourceOf,
  TersorError,
  type DataType,
  type TensorSource,
} from "@tersor/core";
import { tensorDims, tensorSize, tensorType } from "../errors.ts";
import { rememberTensor } from "../tracked.ts";
import type { Range, Span } from "../wire/bytes.ts";
import { onnx } from "../wire/messages.generated.js";
import { placeText, type Place } from "../wire/scanner.ts";
import { concatenate, walk, wireTypes, type Field } from "../wire/walker.ts";
import { numberOf, type Reading } from "./reading.ts";
import { countBounds, decodeStrings, decodeTyped, typedField, type Run } from "./typed-data.ts";

/** Tensors up to this size are read with the model: shapes, axes and scales are needed at once and often. */
const SMALL_BYTES = 1024;

const RAW_DATA = 9;
const EXTERNAL = 1;
const elementFields = new Set([4, 5, 6, 7, RAW_DATA, 10, 11]);

export interface NamedSource {
  readonly name: string;
  readonly source: TensorSource;
}

/** What a TensorProto says, its elements left where they are. */
interface TensorMessage {
  readonly name: string;
  /** For messages only: most tensors are in order. */
  readonly where: () => string;
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly sizeBytes: number;
  readonly head: onnx.TensorProto.$Properties;
  readonly raw: Span | undefined;
  /** Stretches of fields with typed elements, tags included. */
  readonly runs: readonly Run[];
}

export function readTensor(reading: Reading, range: Range, place: Place): NamedSource {
  const message = readMessage(reading, range, place);
  const source = sourceOfMessage(reading, message);
  return { name: message.name, source };
}

function readMessage(reading: Reading, range: Range, place: Place): TensorMessage {
  const { scanner } = reading;
  const small: Uint8Array[] = [];
  const runs: Run[] = [];
  let raw: Span | undefined;
  walk(scanner, range, place, (field) => {
    if (field.number === RAW_DATA && field.wireType === wireTypes.bytes) {
      raw = reading.span({ start: field.payload, end: field.end });
    } else if (elementFields.has(field.number)) addToRuns(runs, field);
    else {
      scanner.count(place);
      small.push(scanner.bytes(field));
    }
  });
  const head = reading.decode(concatenate(small), place, range.start, (reader) => onnx.TensorProto.decode(reader));
  const name = head.name ?? "";
  const where = () => `${placeText(place)} of "${scanner.source.name}"`;
  const dtype = dataTypeOf(head.dataType ?? 0);
  if (!dtype) throw tensorType({ tensor: name, where: where(), code: head.dataType ?? 0 });
  const shape = (head.dims ?? []).map(numberOf);
  const sizeBytes = checkedSize(name, where, dtype, shape);
  return { name, where, dtype, shape, sizeBytes, head, raw, runs };
}

function addToRuns(runs: Run[], { number, wireType, start, payload, end }: Field): void {
  const last = runs.at(-1);
  const bytes = end - payload;
  if (last?.end !== start || last.number !== number || last.wireType !== wireType) {
    runs.push({ number, wireType, start, end, fields: 1, contentBytes: bytes });
  } else {
    last.end = end;
    last.fields++;
    last.contentBytes += bytes;
  }
}

function checkedSize(tensor: string, where: () => string, dtype: DataType, dims: readonly number[]): number {
  const wrong = (why: string) => tensorDims({ tensor, where: where(), dims, why });
  if (dims.some((dim) => dim < 0)) throw wrong("a dimension can't be negative");
  const count = elementCount(dims);
  const elements = dtype === "string" ? count : count * dataTypes[dtype].bits;
  if (!Number.isSafeInteger(elements)) throw wrong("that is more than any file can hold");
  return byteLengthOf(dtype, count);
}

function sourceOfMessage(reading: Reading, message: TensorMessage): TensorSource {
  const { dtype, shape, sizeBytes, head } = message;
  const extras = extrasOf(head);
  const raw = head.dataLocation === EXTERNAL ? externalSpan(reading, message) : message.raw;
  if (raw && dtype !== "string") {
    checkBytes(message, raw.end - raw.start);
    const source = keepSmall(lazySource(dtype, shape, (offset, length) => raw.source.read(raw.start + offset, length)));
    rememberTensor(source, { raw, ...(extras && { extras }) });
    return source;
  }
  const source = dtype === "string" ? stringSource(reading, message) : typedSource(reading, message);
  if (extras) rememberTensor(source, { extras });
  return sizeBytes > SMALL_BYTES ? source : keepSmall(source);
}

function keepSmall(source: TensorSource): TensorSource {
  if (source.dtype === "string" || source.sizeBytes > SMALL_BYTES) return source;
  const bytes = source.bytes().slice();
  return sourceOf(lazySource(source.dtype, source.shape, () => bytes).tensor());
}

function externalSpan(reading: Reading, { name, where, head, sizeBytes }: TensorMessage): Span {
  const entries = new Map((head.externalData ?? []).map(({ key, value }) => [key ?? "", value ?? ""]));
  return reading.external.span({ name, where, entries, sizeBytes });
}

function checkBytes({ name, where, sizeBytes }: TensorMessage, has: number): void {
  if (has !== sizeBytes) throw tensorSize({ tensor: name, where: where(), needs: `${sizeBytes} bytes`, has: `${has}` });
}

function typedSource(reading: Reading, message: TensorMessage): TensorSource {
  const { dtype, shape, sizeBytes, name, where } = message;
  const field = typedField(dtype);
  const runs = message.runs.filter((run) => run.number === field.number);
  const needed = sizeBytes / field.bytesPerElement;
  const [least, most] = countBounds(field, runs);
  const mismatch = (has: string) => tensorSize({ tensor: name, where: where(), needs: `${needed} elements`, has });
  if (needed < least || needed > most) throw mismatch(least === most ? `${least}` : `between ${least} and ${most}`);
  const { source } = reading.scanner;
  const decode = () => decodeTyped({ source, runs, field, needed, mismatch });
  return lazySource(dtype, shape, (offset, length) => decode().subarray(offset, offset + length));
}

function stringSource(reading: Reading, message: TensorMessage): TensorSource {
  const { shape, name, where } = message;
  const field = typedField("string");
  const runs = message.runs.filter((run) => run.number === field.number);
  const has = runs.reduce((sum, run) => sum + run.fields, 0);
  const needed = elementCount(shape);
  if (has !== needed || message.raw) {
    throw tensorSize({ tensor: name, where: where(), needs: `${needed} strings`, has: `${has}` });
  }
  const { source } = reading.scanner;
  return {
    dtype: "string",
    shape,
    sizeBytes: 0,
    bytes: () => {
      throw new TersorError("CORE_STRING_BYTES", "A string tensor has no raw bytes.", { tensor: name });
    },
    tensor: () => ({ dtype: "string", shape, data: decodeStrings(source, runs) }),
  };
}

/** The doc string and unknown fields, encoded, so that a tensor can move to another file with them. */
function extrasOf({ docString, $unknowns }: onnx.TensorProto.$Properties): Uint8Array | undefined {
  if (!docString && !$unknowns) return undefined;
  const kept = { ...(docString && { docString }), ...($unknowns && { $unknowns }) };
  return onnx.TensorProto.encode(kept).finish();
}
