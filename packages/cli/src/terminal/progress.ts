// A line that says how far long work is: on a terminal only, rewritten in place, gone when the work is done.

import type { Progress } from "../api/session.ts";
import type { Output } from "./io.ts";

/** A progress line. */
export interface ProgressLine {
  show(progress: Progress): void;
  /** Removes the line. */
  clear(): void;
}

const BAR_WIDTH = 24;
/** Fast work would spend its time on drawing. */
const LEAST_MS = 80;
const CLEAR_LINE = "\r\x1b[2K";

/** Draws on `output` when `enabled`; else does nothing. */
export function progressLine(output: Output, enabled: boolean, now: () => number = Date.now): ProgressLine {
  let drawnAt = -Infinity;
  let stage = "";
  const show = (progress: Progress) => {
    if (progress.stage === stage && progress.done !== progress.total && now() - drawnAt < LEAST_MS) return;
    [drawnAt, stage] = [now(), progress.stage];
    output.write(`${CLEAR_LINE}${progressText(progress)}`);
  };
  const clear = () => {
    if (stage !== "") output.write(CLEAR_LINE);
    stage = "";
  };
  return enabled ? { show, clear } : { show: () => {}, clear: () => {} };
}

/** `calibrate  ████████░░░░  64/128`; without a total, only the count. */
export function progressText({ stage, done, total }: Progress): string {
  const name = stage.padEnd(10);
  if (done === undefined) return `${name} …`;
  if (total === undefined || total === 0) return `${name} ${done}`;
  const filled = Math.round((Math.min(done, total) / total) * BAR_WIDTH);
  return `${name} ${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)} ${done}/${total}`;
}
