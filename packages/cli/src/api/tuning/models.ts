// The models of trials on disk. Each is made in a folder of its own, stays there until its turn comes, and becomes the
// output when it is the best so far, by a rename: whatever ends the process, the output is a whole model or none.
//
//   <journal>.work/new-3-<pid>/   being made
//   <journal>.work/trial-3/       made and judged, not yet compared with the ones before
//   <output>                      the best so far

import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Models of one search. */
export interface TrialModels {
  /** Folder of what trials share. */
  readonly memory: string;
  /** Where a trial writes its model. Data files beside it get names of their own, which no other trial's have. */
  begin(index: number): string;
  /** The model that was begun is whole. */
  settle(index: number): Promise<void>;
  /** The model of a settled trial, while it waits. */
  pathOf(index: number): string | undefined;
  /** Makes the model the output; nothing where it was that already. */
  keep(index: number): Promise<void>;
  drop(index: number): void;
  /** Removes all but the output. */
  clear(): void;
}

/** The models of the search whose journal and output these are. */
export function trialModels(journal: string, output: string): TrialModels {
  const folder = `${journal}.work`;
  const stem = basename(output).replace(/\.onnx$/i, "");
  const nameOf = (index: number): string => `${stem}.trial-${index}.onnx`;
  const fresh = (index: number): string => join(folder, `new-${index}-${process.pid}`);
  const settled = (index: number): string => join(folder, `trial-${index}`);
  const drop = (index: number): void => {
    for (const place of [fresh(index), settled(index)]) rmSync(place, { recursive: true, force: true });
  };
  return {
    memory: join(folder, "summaries"),
    begin: (index) => {
      drop(index);
      mkdirSync(fresh(index), { recursive: true });
      return join(fresh(index), nameOf(index));
    },
    settle: async (index) => {
      rmSync(settled(index), { recursive: true, force: true });
      await rename(fresh(index), settled(index));
    },
    pathOf: (index) => {
      const path = join(settled(index), nameOf(index));
      return existsSync(path) ? path : undefined;
    },
    keep: async (index) => {
      const model = join(settled(index), nameOf(index));
      if (!existsSync(model)) return;
      const data = readdirSync(settled(index)).filter((name) => name !== nameOf(index));
      for (const name of data) await rename(join(settled(index), name), join(dirname(output), name));
      await rename(model, output);
      for (const name of dataOfOthers(output, stem, data)) rmSync(join(dirname(output), name), { force: true });
      drop(index);
    },
    drop,
    clear: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Data files of trials that were the best before. */
function dataOfOthers(output: string, stem: string, own: readonly string[]): readonly string[] {
  const names = readdirSync(dirname(output) || ".");
  return names.filter(
    (name) => name.startsWith(`${stem}.trial-`) && /\.trial-\d+\.onnx\.data/.test(name) && !own.includes(name),
  );
}
