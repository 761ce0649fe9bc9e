// Tensors as TensorProto: raw little-endian elements, strings as string_data.

import { dataTypes, type TensorSource } from "@tersor/core";
import { weightBytes } from "../errors.ts";
import { tensorPlace } from "../tracked.ts";
import { onnx } from "../wire/messages.generated.js";
import { bytesPiece, framed, spanPiece, type Message, type Piece } from "../wire/piece.ts";
import type { ExternalPlan } from "./external.ts";

const RAW_DATA = 9;
const STRING_DATA = 6;
const EXTERNAL = 1;

/** A tensor as a message; elements go to a data file where the plan has a place for them. */
export function tensorMessage(name: string, source: TensorSource, external?: ExternalPlan): Message {
  const { dtype, shape } = source;
  const { extras } = tensorPlace(source);
  const rest = extras ? [bytesPiece(extras)] : [];
  const about = { dims: [...shape], dataType: dataTypes[dtype].code, ...(name && { name }) };
  if (dtype === "string") return [head(about), ...rest, ...stringFields(source)];
  const elements = elementsPiece(name, source);
  const entry = external?.place(name, elements);
  if (!entry) return [head(about), ...rest, ...framed(RAW_DATA, [elements])];
  const externalData = Object.entries(entry).map(([key, value]) => ({ key, value: String(value) }));
  return [head({ ...about, externalData, dataLocation: EXTERNAL }), ...rest];
}

function head(proto: onnx.TensorProto.$Properties): Piece {
  return bytesPiece(onnx.TensorProto.encode(proto).finish());
}

/** The raw elements: a stretch of the file where they are one, else fetched whole when written. */
function elementsPiece(weight: string, source: TensorSource): Piece {
  const { raw } = tensorPlace(source);
  if (raw) return spanPiece(raw);
  const expected = source.sizeBytes;
  return {
    sizeBytes: expected,
    chunks: () => {
      const bytes = source.bytes();
      if (bytes.length !== expected) throw weightBytes({ weight, expected, received: bytes.length });
      return [bytes];
    },
  };
}

function stringFields(source: TensorSource): Message {
  const encoder = new TextEncoder();
  const texts = Array.from<unknown>(source.tensor().data);
  return texts.flatMap((text) => framed(STRING_DATA, [bytesPiece(encoder.encode(String(text)))]));
}
