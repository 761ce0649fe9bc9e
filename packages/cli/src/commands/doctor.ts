// tersor doctor

import { Command } from "commander";
import { exitCodes } from "../terminal/exit-code.ts";
import { answer, withOutput, type Answer, type Context, type OutputFlags } from "./answer.ts";

/** The command `doctor`. */
export function doctorCommand(context: Context): Command {
  const command = new Command("doctor")
    .summary("show what is installed, what is missing, and how to get it")
    .description("Loads each runtime and each optional package, and says what to do about those that can't be used.");
  return withOutput(command).action((flags: OutputFlags) => answer(context, flags, run));
}

async function run(): Promise<Answer> {
  const { doctor, renderDoctor } = await import("../api/doctor.ts");
  const report = await doctor();
  return {
    data: report,
    text: (looks) => renderDoctor(report, looks),
    exitCode: report.ok ? exitCodes.ok : exitCodes.error,
  };
}
