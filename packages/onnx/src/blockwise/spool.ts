// Activations on disk between the blocks of a model: one file for each value and batch, gone once nobody reads it.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesOf, tensorFromBytes, type DataType, type Feeds, type Shape } from "@tersor/core";

interface Stored {
  readonly file: string;
  readonly dtype: DataType;
  readonly shape: Shape;
}

/** Values by batch and name, in a folder of their own. */
export class Spool {
  readonly #folder: string;
  readonly #stored: Map<string, Stored>[] = [];
  #files = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Opens a spool in the folder for temporary files. */
  static async open(): Promise<Spool> {
    return new Spool(await mkdtemp(join(tmpdir(), "tersor-blocks-")));
  }

  /** Number of batches that were put in. */
  get batches(): number {
    return this.#stored.length;
  }

  /** Keeps values of a batch. */
  async put(batch: number, values: Feeds): Promise<void> {
    const stored = (this.#stored[batch] ??= new Map());
    for (const [name, tensor] of Object.entries(values)) {
      const file = join(this.#folder, String(this.#files++));
      await writeFile(file, bytesOf(tensor));
      stored.set(name, { file, dtype: tensor.dtype, shape: tensor.shape });
    }
  }

  /** Values of a batch. */
  async get(batch: number, names: readonly string[]): Promise<Feeds> {
    const found: [string, Feeds[string]][] = [];
    for (const name of names) {
      const value = this.#stored[batch]?.get(name);
      if (value) found.push([name, tensorFromBytes(value.dtype, value.shape, await readFile(value.file))]);
    }
    return Object.fromEntries(found);
  }

  /** Drops all values but these. */
  async keep(names: ReadonlySet<string>): Promise<void> {
    for (const stored of this.#stored) {
      for (const [name, { file }] of stored) {
        if (names.has(name)) continue;
        stored.delete(name);
        await rm(file, { force: true });
      }
    }
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
