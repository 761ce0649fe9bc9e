// tersor inspect <model>

import { Command } from "commander";
import { renderInspection } from "@tersor/evaluate";
import type { CommonOptions } from "../api/session.ts";
import { answer, withOutput, type Answer, type Context, type OutputFlags } from "./answer.ts";
import { dimension, dimensionsOf } from "./data-flags.ts";

interface Flags extends OutputFlags {
  readonly dim?: readonly string[];
  readonly nodes?: boolean;
}

const examples = `
Examples:
  Inputs, outputs, operators by precision, the largest weights
    $ tersor inspect model.onnx

  With multiply-accumulates for inputs of a certain size
    $ tersor inspect model.onnx --dim batch=1 --dim sequence=128

  The names of all nodes, as --exclude takes them
    $ tersor inspect model.onnx --nodes
`;

/** The command `inspect`. */
export function inspectCommand(context: Context): Command {
  const command = new Command("inspect")
    .summary("show what is in a model")
    .description("Shows inputs, outputs, operators with their precision, weights by size, and multiply-accumulates.")
    .argument("<model>", "the model")
    .option("--dim <name=size>", "size of a named dimension (repeatable)", dimension)
    .option("--nodes", "list the nodes by name");
  return withOutput(command)
    .addHelpText("after", examples)
    .action((model: string, flags: Flags) => answer(context, flags, (_, common) => run(model, flags, common)));
}

async function run(model: string, { dim = [], nodes = false }: Flags, common: CommonOptions): Promise<Answer> {
  const { inspect } = await import("../api/inspect.ts");
  const inspection = await inspect(model, { ...common, dims: dimensionsOf(dim) });
  const list = inspection.nodes.map(({ node, op }) => `${op}  ${node}\n`).join("");
  return { data: inspection, text: (looks) => (nodes ? list : renderInspection(inspection, looks)) };
}
