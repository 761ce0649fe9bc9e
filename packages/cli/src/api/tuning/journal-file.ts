// A journal as a file: appended line by line, replaced as a whole through a rename.

import { existsSync } from "node:fs";
import { appendFile, readFile, rename, writeFile } from "node:fs/promises";
import type { JournalStore } from "@tersor/tune";
import { fileUnreadable, outputNotWritable } from "../../errors.ts";

/** @throws TERSOR_FILE_UNREADABLE, TERSOR_OUTPUT_NOT_WRITABLE */
export function journalFile(path: string): JournalStore {
  const writing = (work: Promise<void>): Promise<void> =>
    work.catch((error: unknown) => {
      throw outputNotWritable(path, error);
    });
  return {
    read: async () => {
      if (!existsSync(path)) return "";
      return readFile(path, "utf8").catch((error: unknown) => {
        throw fileUnreadable(path, "journal", error);
      });
    },
    append: (text) => writing(appendFile(path, text)),
    replace: (text) =>
      writing(
        (async () => {
          const beside = `${path}.${process.pid}`;
          await writeFile(beside, text);
          await rename(beside, path);
        })(),
      ),
  };
}
