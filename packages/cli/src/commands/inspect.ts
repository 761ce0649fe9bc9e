// tersor inspect <model>

import { Command } from "commander";
import { renderInspection, renderProfile, type TerminalOptions } from "@tersor/evaluate";
import type { CommonOptions } from "../api/session.ts";
import { answer, withReport, type Answer, type Context, type OutputFlags } from "./answer.ts";
import { dataHelp, dataSource, dimension, dimensionsOf } from "./data-flags.ts";

interface Flags extends OutputFlags {
  readonly dim?: readonly string[];
  readonly nodes?: boolean;
  readonly profile?: true;
  readonly data?: string;
}

const examples = `
Examples:
  Inputs, outputs, operators by precision, the largest weights
    $ tersor inspect model.onnx

  With multiply-accumulates for inputs of a certain size
    $ tersor inspect model.onnx --dim batch=1 --dim sequence=128

  The names of all nodes, as --exclude takes them
    $ tersor inspect model.onnx --nodes

  Where its time goes, as a page to read
    $ tersor inspect model.onnx --profile --report page.html
`;

/** The command `inspect`. */
export function inspectCommand(context: Context): Command {
  const command = new Command("inspect")
    .summary("show what is in a model")
    .description("Shows inputs, outputs, operators with their precision, weights by size, and multiply-accumulates.")
    .argument("<model>", "the model")
    .option("--dim <name=size>", "size of a named dimension (repeatable)", dimension)
    .option("--nodes", "list the nodes by name")
    .option("--profile", "time the operators, as the runtime runs them")
    .option("-d, --data <data>", `inputs to time them on (default: "random"): ${dataHelp}`);
  return withReport(command)
    .addHelpText("after", examples)
    .action((model: string, flags: Flags) => answer(context, flags, (_, common) => run(model, flags, common)));
}

async function run(model: string, flags: Flags, common: CommonOptions): Promise<Answer> {
  const { inspect, inspectReport } = await import("../api/inspect.ts");
  const { dim = [], nodes = false, profile = false, data = "random", report } = flags;
  const source = await dataSource(data, data === "random" ? { dim } : {});
  const options = { ...common, dims: dimensionsOf(dim), profile, data: source };
  const found = report === undefined ? undefined : await inspectReport(model, options);
  const inspection = found?.inspection ?? (await inspect(model, options));
  const list = inspection.nodes.map(({ node, op }) => `${op}  ${node}\n`).join("");
  const times = (looks: TerminalOptions) => (inspection.profile ? `\n${renderProfile(inspection.profile, looks)}` : "");
  return {
    data: inspection,
    ...(found && { report: found }),
    text: (looks) => (nodes ? list : `${renderInspection(inspection, looks)}${times(looks)}`),
  };
}
