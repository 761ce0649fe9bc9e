// One run of the command line: arguments in, exit code out. The process itself is left to bin.ts.

import { exitCodeOf, tellFailure } from "./terminal/failure.ts";
import type { Io } from "./terminal/io.ts";
import { createProgram } from "./program.ts";

/** Runs `tersor` with its arguments, the program's own name left out. Never throws. */
export async function main(args: readonly string[], io: Io): Promise<number> {
  const context = { io, exitCode: 0, json: false };
  try {
    await createProgram(context).parseAsync([...args], { from: "user" });
    return context.exitCode;
  } catch (error) {
    tellFailure(error, io, context.json);
    return exitCodeOf(error, io.signal);
  }
}
