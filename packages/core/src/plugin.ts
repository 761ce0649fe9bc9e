// Composition: a plugin is a plain object with lists, and createTersor puts the lists of all plugins together.
// Nothing registers itself by being imported.

import type { DatasetDefinition } from "./execute/dataset.ts";
import type { Executor } from "./execute/executor.ts";
import type { Kernels } from "./kernels/kernels.ts";
import { referenceKernels } from "./kernels/reference.ts";
import type { OpDefinition } from "./ops/define.ts";
import { createRegistry, type Registry } from "./registry.ts";
import type { Adapter } from "./strategy/adapter.ts";
import type { Calibrator } from "./strategy/calibrator.ts";
import type { Metric } from "./strategy/metric.ts";
import type { RoundingAlgorithm } from "./strategy/rounding.ts";
import type {
  DistillationLoss,
  PruningCriterion,
  PruningPattern,
  QuantizationStrategy,
  Schedule,
} from "./strategy/strategies.ts";
import type { TuningStrategy } from "./strategy/tuning.ts";

/** What a package brings; every list is optional. */
export interface Plugin {
  readonly name: string;
  readonly adapters?: readonly Adapter[];
  readonly operators?: readonly OpDefinition[];
  readonly calibrators?: readonly Calibrator[];
  readonly quantizations?: readonly QuantizationStrategy[];
  readonly roundings?: readonly RoundingAlgorithm[];
  readonly criteria?: readonly PruningCriterion[];
  readonly patterns?: readonly PruningPattern[];
  readonly schedules?: readonly Schedule[];
  readonly losses?: readonly DistillationLoss[];
  readonly tunings?: readonly TuningStrategy[];
  readonly metrics?: readonly Metric[];
  readonly datasets?: readonly DatasetDefinition[];
}

/** Everything that can be named in a recipe, in one place. */
export interface Tersor {
  readonly plugins: readonly string[];
  readonly kernels: Kernels;
  readonly executor?: Executor;
  readonly adapters: Registry<Adapter>;
  readonly calibrators: Registry<Calibrator>;
  readonly quantizations: Registry<QuantizationStrategy>;
  readonly roundings: Registry<RoundingAlgorithm>;
  readonly criteria: Registry<PruningCriterion>;
  readonly patterns: Registry<PruningPattern>;
  readonly schedules: Registry<Schedule>;
  readonly losses: Registry<DistillationLoss>;
  readonly tunings: Registry<TuningStrategy>;
  readonly metrics: Registry<Metric>;
  readonly datasets: Registry<DatasetDefinition>;
}

/** What `createTersor` puts together. */
export interface TersorOptions {
  readonly plugins: readonly Plugin[];
  /** Faster arithmetic with the same results; default the TypeScript reference. */
  readonly kernels?: Kernels;
  readonly executor?: Executor;
}

/**
 * Composes plugins.
 * @throws CORE_REGISTERED_TWICE when two of them bring the same name of a kind.
 */
export function createTersor({ plugins, kernels = referenceKernels, executor }: TersorOptions): Tersor {
  const all = <T extends { readonly name: string }>(
    kind: string,
    list: (plugin: Plugin) => readonly T[] | undefined,
  ): Registry<T> =>
    createRegistry(
      kind,
      plugins.flatMap((plugin) => list(plugin) ?? []),
    );
  return {
    plugins: createRegistry("plugin", plugins)
      .list()
      .map(({ name }) => name),
    kernels,
    ...(executor && { executor }),
    adapters: all("adapter", (plugin) => plugin.adapters),
    calibrators: all("calibrator", (plugin) => plugin.calibrators),
    quantizations: all("quantization", (plugin) => plugin.quantizations),
    roundings: all("weight-only algorithm", (plugin) => plugin.roundings),
    criteria: all("pruning criterion", (plugin) => plugin.criteria),
    patterns: all("pruning pattern", (plugin) => plugin.patterns),
    schedules: all("schedule", (plugin) => plugin.schedules),
    losses: all("distillation loss", (plugin) => plugin.losses),
    tunings: all("tuning strategy", (plugin) => plugin.tunings),
    metrics: all("metric", (plugin) => plugin.metrics),
    datasets: all("dataset", (plugin) => plugin.datasets),
  };
}
