// An encoded message as pieces: bytes, stretches of files, and elements that are fetched only when written.
// Sizes are known beforehand, so a model is written in one go without ever being in memory.

import type { ByteSource, Span } from "./bytes.ts";

/** A part of a message; `chunks` gives exactly `sizeBytes` bytes. */
export interface Piece {
  readonly sizeBytes: number;
  chunks(): Iterable<Uint8Array>;
  /** The stretch of a source that the piece is, if it is one. */
  readonly span?: Span;
}

/** The contents of a message, in order. */
export type Message = readonly Piece[];

const CHUNK_BYTES = 8 * 1024 * 1024;

export function bytesPiece(bytes: Uint8Array): Piece {
  return { sizeBytes: bytes.length, chunks: () => [bytes] };
}

export function spanPiece({ source, start, end }: Span): Piece {
  return { sizeBytes: end - start, span: { source, start, end }, chunks: () => chunksOf(source, start, end) };
}

function* chunksOf(source: ByteSource, start: number, end: number): Iterable<Uint8Array> {
  for (let at = start; at < end; at += CHUNK_BYTES) yield source.read(at, Math.min(CHUNK_BYTES, end - at));
}

export function sizeOf(message: Message): number {
  return message.reduce((sum, piece) => sum + piece.sizeBytes, 0);
}

/** A field that holds a message or bytes. */
export function framed(number: number, content: Message): Message {
  return [bytesPiece(Uint8Array.from([...varint(number * 8 + 2), ...varint(sizeOf(content))])), ...content];
}

function varint(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

/** The same message with neighbouring stretches of a source joined, so that an unchanged part is one copy. */
export function joined(message: Message): Message {
  const out: Piece[] = [];
  for (const piece of message) {
    const before = out.at(-1)?.span;
    if (before && piece.span && before.source === piece.span.source && before.end === piece.span.start) {
      out[out.length - 1] = spanPiece({ ...before, end: piece.span.end });
    } else out.push(piece);
  }
  return out;
}

/** The message in memory. */
export function bytesOfMessage(message: Message): Uint8Array {
  const whole = new Uint8Array(sizeOf(message));
  const release = holdSources(message);
  let offset = 0;
  try {
    for (const piece of joined(message)) {
      for (const chunk of piece.chunks()) {
        whole.set(chunk, offset);
        offset += chunk.length;
      }
    }
  } finally {
    release();
  }
  return whole;
}

/** Keeps the sources of a message open until the returned function is called. */
export function holdSources(message: Message): () => void {
  const sources = new Set(message.flatMap((piece) => piece.span?.source ?? []));
  const releases: (() => void)[] = [];
  const releaseAll = () => releases.forEach((release) => release());
  try {
    for (const source of sources) releases.push(source.hold());
  } catch (error) {
    releaseAll();
    throw error;
  }
  return releaseAll;
}
