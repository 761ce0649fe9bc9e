// What every plugin owes: it composes with others, and its parts keep the laws of their kind.

import { createTersor, type Plugin } from "@tersor/core";
import { adapterChecks, type AdapterExample } from "./adapter.ts";
import { calibratorChecks } from "./calibrator.ts";
import { checksOf, type Check, type Finding } from "./check.ts";
import { datasetChecks, type DatasetExample } from "./dataset.ts";
import { metricChecks, type MetricExample } from "./metric.ts";
import { operatorChecks, type OperatorExample } from "./operator.ts";

/** What the parts of a plugin are tried on, by their names. Calibrators and operators can do without. */
export interface PluginExamples {
  readonly adapters?: Readonly<Record<string, AdapterExample>>;
  readonly datasets?: Readonly<Record<string, DatasetExample>>;
  readonly metrics?: Readonly<Record<string, MetricExample>>;
  readonly operators?: Readonly<Record<string, OperatorExample>>;
}

/**
 * The laws of plugins, and those of their calibrators and operators; adapters, datasets and metrics have to bring an
 * example.
 * @example for (const { name, run } of pluginChecks(plugin)) test(name, run);
 */
export function pluginChecks(plugin: Plugin, examples: PluginExamples = {}): readonly Check[] {
  const { adapters = [], calibrators = [], datasets = [], metrics = [], operators = [] } = plugin;
  return [
    ...checksOf(`The plugin "${plugin.name}"`, {
      "it has a name": () => (plugin.name.trim() === "" ? "it is empty" : undefined),
      "it brings something": () => emptyFinding(plugin),
      "it composes: no two parts of a kind share a name": () => {
        createTersor({ plugins: [plugin] });
        return undefined;
      },
      "each adapter, dataset and metric has an example": () => missingFinding(plugin, examples),
    }),
    ...calibrators.flatMap((part) => named(part.name, calibratorChecks(part))),
    ...operators.flatMap((part) => named(part.type, operatorChecks(part, examples.operators?.[part.type]))),
    ...tried(adapters, examples.adapters, adapterChecks),
    ...tried(datasets, examples.datasets, datasetChecks),
    ...tried(metrics, examples.metrics, metricChecks),
  ];
}

function emptyFinding({ name: _, ...lists }: Plugin): Finding {
  return Object.values(lists).some((list) => list.length > 0) ? undefined : "all of its lists are empty";
}

function missingFinding(plugin: Plugin, examples: PluginExamples): Finding {
  const missing = (["adapters", "datasets", "metrics"] as const).flatMap((kind) =>
    (plugin[kind] ?? []).filter(({ name }) => examples[kind]?.[name] === undefined).map(({ name }) => `"${name}"`),
  );
  return missing.length === 0 ? undefined : `there is none for ${missing.join(", ")}`;
}

function tried<Part extends { readonly name: string }, Example>(
  parts: readonly Part[],
  examples: Readonly<Record<string, Example>> | undefined,
  checks: (part: Part, example: Example) => readonly Check[],
): readonly Check[] {
  return parts.flatMap((part) => {
    const example = examples?.[part.name];
    return example === undefined ? [] : named(part.name, checks(part, example));
  });
}

function named(part: string, checks: readonly Check[]): readonly Check[] {
  return checks.map(({ name, run }) => ({ name: `${part}: ${name}`, run }));
}
