// The whole command line, as one tree of commands.

import { Command } from "commander";
import type { Context } from "./commands/answer.ts";
import { benchmarkCommand } from "./commands/benchmark.ts";
import { compareCommand } from "./commands/compare.ts";
import { convertCommand } from "./commands/convert.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { evaluateCommand } from "./commands/evaluate.ts";
import { inspectCommand } from "./commands/inspect.ts";
import { quantizeCommand } from "./commands/quantize.ts";
import { runCommand } from "./commands/run.ts";
import { tuneCommand } from "./commands/tune.ts";
import { packageVersion } from "./version.ts";

const intro = `
Start here:
  $ tersor quantize model.onnx                                    a smaller model, no data needed
  $ tersor quantize model.onnx --calibration data.npz             faster too: ranges found on typical inputs
  $ tersor evaluate model.onnx model.qdq.onnx --data dev.tsv      what it costs in accuracy
  $ tersor benchmark model.onnx model.qdq.onnx                    what it brings in speed

"tersor <command> --help" has the options of a command and examples. The first model is always the source.
`;

const commands = [
  quantizeCommand,
  tuneCommand,
  convertCommand,
  evaluateCommand,
  benchmarkCommand,
  compareCommand,
  inspectCommand,
  doctorCommand,
  runCommand,
];

/** Makes the command line; actions leave their exit code in the context. */
export function createProgram(context: Context): Command {
  const { stdout, stderr } = context.io;
  const program = new Command("tersor")
    .description(
      "Makes neural networks smaller and faster: quantizes ONNX, TensorFlow, Keras and PyTorch models, checks and measures the result.",
    )
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .addHelpText("after", intro);
  for (const make of commands) program.addCommand(make(context));
  for (const command of [program, ...program.commands])
    command
      .exitOverride()
      .showHelpAfterError("(add --help for what there is)")
      .configureOutput({
        writeOut: (text) => stdout.write(text),
        writeErr: (text) => stderr.write(text),
        getOutHelpWidth: () => stdout.columns ?? 100,
        getErrHelpWidth: () => stderr.columns ?? 100,
      });
  return program;
}
