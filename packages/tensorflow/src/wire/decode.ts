// Decoding TensorFlow's messages with the generated code; whatever it throws becomes an error that names the place.

import type Long from "long";
import protobuf from "protobufjs/minimal.js";
import { malformed } from "./errors.ts";

/** The generated class of a message. */
export interface MessageType<T> {
  decode(reader: protobuf.Reader): T;
}

/**
 * Decodes a message; contents of type bytes are views of `bytes`, not copies.
 * @throws TENSORFLOW_MALFORMED naming file and place.
 */
export function decodeMessage<T>(type: MessageType<T>, bytes: Uint8Array, file: string, where: string): T {
  try {
    return type.decode(protobuf.Reader.create(bytes));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw malformed({ file, where, why }, error);
  }
}

/** A 64-bit integer as the nearest double. */
export function numberOf(value: number | Long | null | undefined): number {
  return typeof value === "object" ? (value?.toNumber() ?? 0) : (value ?? 0);
}

/** A 64-bit integer, exactly, as 64 bits. */
export function bigintOf(value: number | Long): bigint {
  if (typeof value === "number") return BigInt(value);
  return (BigInt(value.high) << 32n) | BigInt(value.low >>> 0);
}
