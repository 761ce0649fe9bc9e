// What every plugin owes: it composes with others, and the parts that need no example keep the laws of their kind.

import { createTersor, type Plugin } from "@tersor/core";
import { calibratorChecks } from "./calibrator.ts";
import { checksOf, type Check, type Finding } from "./check.ts";
import { operatorChecks } from "./operator.ts";

/**
 * The laws of plugins, and those of their calibrators and operators. Adapters, metrics and datasets are tried on
 * examples, which only their author has: see `adapterChecks`, `metricChecks` and `datasetChecks`.
 * @example for (const { name, run } of pluginChecks(plugin)) test(name, run);
 */
export function pluginChecks(plugin: Plugin): readonly Check[] {
  return [
    ...checksOf(`The plugin "${plugin.name}"`, {
      "it has a name": () => (plugin.name.trim() === "" ? "it is empty" : undefined),
      "it brings something": () => emptyFinding(plugin),
      "it composes: no two parts of a kind share a name": () => {
        createTersor({ plugins: [plugin] });
        return undefined;
      },
    }),
    ...(plugin.calibrators ?? []).flatMap((part) => named(part.name, calibratorChecks(part))),
    ...(plugin.operators ?? []).flatMap((part) => named(part.type, operatorChecks(part))),
  ];
}

function emptyFinding({ name: _, ...lists }: Plugin): Finding {
  return Object.values(lists).some((list) => list.length > 0) ? undefined : "all of its lists are empty";
}

function named(part: string, checks: readonly Check[]): readonly Check[] {
  return checks.map(({ name, run }) => ({ name: `${part}: ${name}`, run }));
}
