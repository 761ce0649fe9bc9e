// What a command sees of the world around it: where it writes, what the environment says, when to stop. Tests hand in
// their own.

import { wantsColor, type TerminalOptions } from "@tersor/evaluate";

/** A stream that text goes to. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The surroundings of a run. */
export interface Io {
  /** Results. */
  readonly stdout: Output;
  /** Progress, notices and errors. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** How text for a stream looks: colours on a terminal that wants them, and its width. */
export function looks(output: Output, env: Io["env"]): TerminalOptions {
  return { color: wantsColor(output, env), ...(output.columns !== undefined && { width: output.columns }) };
}
