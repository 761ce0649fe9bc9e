// A model as the host can load it: the file it came from where nothing was changed; pieces, most of which the host
// reads from the source's own file; and a temporary file where those are too large for memory or a pipe.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Graph, Runnable } from "@tersor/core";
import { trackedModel } from "../tracked.ts";
import { holdSources, joined, sizeOf, type Message, type Piece } from "../wire/piece.ts";
import { Encoding } from "../write/encoding.ts";
import { modelMessage } from "../write/model.ts";
import { writeModel } from "../write/write-model.ts";
import type { ModelPiece, ModelSource } from "./protocol.ts";

/** A model for the host, and what to do once it has loaded it. */
export interface Materialized {
  readonly source: ModelSource;
  discard(): Promise<void>;
}

/** A pipe copies what it carries several times; a file is better for more than this. */
const MOST_PIPED_BYTES = 4 * 2 ** 20;

/** The host holds the pieces beside what the runtime makes of them; larger models are read from a file. */
const MOST_ASSEMBLED_BYTES = 256 * 2 ** 20;

export async function materialize(model: Runnable): Promise<Materialized> {
  if ("file" in model) return { source: { file: resolve(model.file) }, discard: nothing };
  const unchanged = trackedModel(model)?.file;
  if (unchanged !== undefined) return { source: { file: resolve(unchanged) }, discard: nothing };
  const message = joined(modelMessage(new Encoding(), model));
  const piped = sizeOf(message.filter((piece) => fileOf(piece) === undefined));
  if (piped > MOST_PIPED_BYTES || sizeOf(message) > MOST_ASSEMBLED_BYTES) return temporaryFile(model);
  return { source: { sizeBytes: sizeOf(message), pieces: piecesOf(message) }, discard: nothing };
}

async function nothing(): Promise<void> {}

function fileOf(piece: Piece): string | undefined {
  return piece.span?.source.file;
}

/** Holding the sources also checks that their files are still what was read. */
function piecesOf(message: Message): readonly ModelPiece[] {
  const release = holdSources(message);
  try {
    return message.flatMap((piece): ModelPiece[] => {
      const file = fileOf(piece);
      if (piece.span === undefined || file === undefined) return [...piece.chunks()];
      return [{ file: resolve(file), start: piece.span.start, end: piece.span.end }];
    });
  } finally {
    release();
  }
}

async function temporaryFile(graph: Graph): Promise<Materialized> {
  const folder = await mkdtemp(join(tmpdir(), "tersor-"));
  const discard = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const file = join(folder, "model.onnx");
    await writeModel(graph, file);
    return { source: { file }, discard };
  } catch (error) {
    await discard();
    throw error;
  }
}
