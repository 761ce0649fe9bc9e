// Opens a Keras model, whichever of the formats it is in: told by what the file begins with, not by its name.

import { statSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { StoredModel } from "../convert/convert.ts";
import { formatUnknown } from "../errors.ts";
import { openArchive } from "./archive.ts";
import { openLegacy } from "./legacy.ts";
import { openTfjs } from "./tfjs.ts";

/** A format of this door. */
export type KerasFormat = "h5" | "keras" | "tfjs-layers";

/** A model and the format it was in. */
export interface OpenedModel extends StoredModel {
  readonly format: KerasFormat;
  /** The file itself; the model.json of a folder. */
  readonly path: string;
}

const H5_SIGNATURE = "\x89HDF\r\n\x1a\n";
const ZIP_SIGNATURE = "PK\x03\x04";
/** An HDF5 file may begin with a block of the user's, whose size is 512 times a power of two. */
const USER_BLOCKS = [0, 512, 1024, 2048] as const;

/** The format of what is at a path; undefined where it is none of this door's. */
export async function formatOf(path: string): Promise<{ format: KerasFormat; path: string } | undefined> {
  const file = modelPath(path);
  if (file === undefined) return undefined;
  const start = await firstBytes(file, 2056);
  if (USER_BLOCKS.some((at) => start.startsWith(H5_SIGNATURE, at))) return { format: "h5", path: file };
  if (start.startsWith(ZIP_SIGNATURE))
    return (await openArchive.isKeras(file)) ? { format: "keras", path: file } : undefined;
  return start.trimStart().startsWith("{") && (await openTfjs.isLayersModel(file))
    ? { format: "tfjs-layers", path: file }
    : undefined;
}

/**
 * Opens a model.
 * @throws KERAS_FORMAT, and what the format's own reader throws.
 */
export async function openModel(path: string, config?: string): Promise<OpenedModel> {
  const found = await formatOf(path);
  if (found === undefined) throw formatUnknown({ file: path, why: "it begins like none of the formats" });
  return { ...found, ...(await readers[found.format](found.path, config)) };
}

const readers: Readonly<Record<KerasFormat, (path: string, config?: string) => Promise<StoredModel>>> = {
  h5: openLegacy,
  keras: openArchive.read,
  "tfjs-layers": openTfjs.read,
};

/** A folder stands for the model.json in it. */
function modelPath(path: string): string | undefined {
  const state = statSync(path, { throwIfNoEntry: false });
  if (state === undefined) return undefined;
  return state.isDirectory() ? join(path, "model.json") : path;
}

/** As Latin-1, none where the path is no file that can be read; reading it tells why. */
async function firstBytes(path: string, count: number): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return "";
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(count), 0, count, 0);
    return Buffer.from(buffer.subarray(0, bytesRead)).toString("latin1");
  } catch {
    return "";
  } finally {
    await file.close();
  }
}
