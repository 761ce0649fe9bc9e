// The process of the command: signals, a reader that goes away, and the exit code.

import { main } from "./main.ts";
import { exitCodes } from "./terminal/exit-code.ts";
import { stopped } from "./errors.ts";

const controller = new AbortController();

/** The first signal asks the work to stop, the second ends the process; what lies around is removed either way. */
function stopOn(signal: "SIGINT" | "SIGTERM", code: number): void {
  process.on(signal, () => {
    if (controller.signal.aborted) process.exit(code);
    controller.abort(stopped(signal));
  });
}

/** `tersor inspect model.onnx | head` closes the pipe early, which is no error. */
function endQuietlyOnClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? exitCodes.ok : exitCodes.error);
  });
}

stopOn("SIGINT", exitCodes.interrupted);
stopOn("SIGTERM", exitCodes.terminated);
endQuietlyOnClosedPipe(process.stdout);
endQuietlyOnClosedPipe(process.stderr);
const { stdout, stderr, env } = process;
process.exitCode = await main(process.argv.slice(2), { stdout, stderr, env, signal: controller.signal });
