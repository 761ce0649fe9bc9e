// docs/cli.md from the commands as they are defined. `npx vitest run -u` in this package writes it anew.

import type { Command, Option } from "commander";
import { exitCodes, exitCodeTexts } from "../terminal/exit-code.ts";

const intro = `# The command line

\`tersor <command> [options]\`. The first model of a command is always the source, the second one was made from it.
Generated from the commands themselves; \`tersor <command> --help\` says the same.
`;

const environment = `## Environment

- \`NO_COLOR\`: no colours, also on a terminal. Without a terminal there are none, and no progress.
- \`TERSOR_DEBUG=1\`: the stack of an error, for reports of defects.
`;

const streams = `## Output

Results go to stdout; progress, notices and errors go to stderr. With \`--json\`, stdout has one JSON object and nothing
else: the result, or \`{ "error": { "code", "message", "data" } }\`. Numbers that JSON lacks are the strings "Infinity",
"-Infinity" and "NaN". Every error that has a code prints \`CODE: message\`; codes never change their meaning.
`;

/** The whole page. */
export function cliDocs(program: Command): string {
  const commands = program.commands.map(commandSection);
  return [intro, ...commands, streams, exitCodeSection(), environment].join("\n");
}

function commandSection(command: Command): string {
  const { args, name } = usageOf(command);
  const groups = [...new Set(command.options.map((option) => option.helpGroupHeading ?? "Options:"))];
  const tables = groups.map((group) => optionTable(group, command));
  const words = command.registeredArguments.map((argument) => `- \`${argument.name()}\`: ${argument.description}`);
  const parts = [`## ${name}`, command.description(), `\`\`\`sh\ntersor ${name} ${args}\n\`\`\``, words.join("\n")];
  return `${[...parts, ...tables, examplesOf(command)].filter((part) => part !== "").join("\n\n")}\n`;
}

function usageOf(command: Command): { readonly name: string; readonly args: string } {
  const args = command.registeredArguments.map((argument) =>
    argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
  );
  return { name: command.name(), args: [...args, "[options]"].join(" ") };
}

function optionTable(group: string, { options }: Command): string {
  const rows = options
    .filter((option) => (option.helpGroupHeading ?? "Options:") === group)
    .map((option) => `| \`${option.flags}\` | ${cell(textOf(option))} |`);
  return [`${group.replace(/:$/, "")}:`, "", "| Option | |", "| --- | --- |", ...rows].join("\n");
}

function textOf({ description, argChoices, defaultValue }: Option): string {
  const choices = argChoices ? ` One of ${argChoices.map((choice) => `\`${choice}\``).join(", ")}.` : "";
  const standard = typeof defaultValue === "string" ? ` (default: ${defaultValue})` : "";
  return `${description}${standard}${choices === "" ? "" : `.${choices}`}`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("*", "\\*");
}

/** The text after a command's help: a title, then what stands under it. */
function examplesOf(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (chunk) => (text += chunk) }).outputHelp();
  const after = /^(Examples|A recipe[^\n]*):\n.*/ms.exec(text)?.[0].trimEnd();
  if (after === undefined) return "";
  const [title, ...lines] = after.split("\n");
  return `${title}\n\n\`\`\`\n${lines.map((line) => line.replace(/^ {2}/, "")).join("\n")}\n\`\`\``;
}

function exitCodeSection(): string {
  const rows = Object.entries(exitCodes).map(
    ([name, code]) => `| ${code} | ${exitCodeTexts[name as keyof typeof exitCodes]} |`,
  );
  return ["## Exit codes", "", "| Code | |", "| ---: | --- |", ...rows, ""].join("\n");
}
