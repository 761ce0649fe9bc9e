// Random access to the bytes of a weight file. A file is opened anew for each read, so that tensors read from it
// never leak a handle, and one that changed meanwhile is noticed.

import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { fileChanged, fileUnreadable } from "../errors.ts";

/** Opening a pipe without this would wait for a writer for ever; Windows has neither. */
const WITHOUT_WAITING = constants.O_NONBLOCK ?? 0;

/** Bytes of a file that can be read at any place. */
export class ByteFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly #opened: Stats;
  #held: number | undefined;

  /** @throws TORCH_FILE_UNREADABLE when it is not there, not a regular file or not permitted. */
  constructor(path: string) {
    this.path = path;
    this.#opened = withHandle(path, (handle) => fstatSync(handle));
    if (!this.#opened.isFile()) throw fileUnreadable({ file: path, why: "it is not a file" });
    this.sizeBytes = this.#opened.size;
  }

  /**
   * `length` bytes from `offset`, both within the file.
   * @throws TORCH_FILE_CHANGED
   */
  read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    if (this.#held !== undefined) return this.#fill(this.#held, bytes, offset);
    return this.#whileOpened((handle) => this.#fill(handle, bytes, offset));
  }

  /** Keeps the file open while `work` reads many small parts of it. */
  held<T>(work: () => T): T {
    return this.#whileOpened((handle) => {
      this.#held = handle;
      try {
        return work();
      } finally {
        this.#held = undefined;
      }
    });
  }

  #whileOpened<T>(work: (handle: number) => T): T {
    return withHandle(this.path, (handle) => {
      const { size, mtimeMs, ino } = fstatSync(handle);
      const same = size === this.#opened.size && mtimeMs === this.#opened.mtimeMs && ino === this.#opened.ino;
      if (!same) throw fileChanged({ file: this.path });
      return work(handle);
    });
  }

  #fill(handle: number, bytes: Uint8Array, offset: number): Uint8Array {
    for (let done = 0; done < bytes.length;) {
      const count = readSync(handle, bytes, done, bytes.length - done, offset + done);
      if (count === 0) throw fileChanged({ file: this.path });
      done += count;
    }
    return bytes;
  }
}

function withHandle<T>(path: string, work: (handle: number) => T): T {
  const handle = open(path);
  try {
    return work(handle);
  } finally {
    closeSync(handle);
  }
}

function open(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | WITHOUT_WAITING);
  } catch (error) {
    throw fileUnreadable({ file: path, why: reasonOf(error) }, error);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is not a folder",
  ELOOP: "its links go in a circle",
  EROFS: "the disk is read-only",
  ENAMETOOLONG: "the name is too long",
  ENOSPC: "there is no room on the disk",
};

/** An error of the file system in words. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  return reasons[code] ?? (code || String(error));
}

/** The code of an error of the file system, such as "ENOENT", or "". */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
