// What a search finds out before its first trial: how right the source is, which operators there are, what each costs and
// errs, what is slower quantized on this machine. It is kept in the journal, so that a search that goes on sees the same.

import {
  byteLengthOf,
  costOf,
  elementCount,
  inferTypes,
  isTersorError,
  type Feeds,
  type Graph,
  type MetricValue,
  type QuantizationPlan,
  type TunableNode,
  type TuningDimension,
  type TuningGoal,
  type TuningObjective,
  type TuningStrategy,
} from "@tersor/core";
import { metricValueOf, type Evaluation } from "@tersor/evaluate";
import { explainQuantization, optionsOfMode, prepare, type QuantizationMode } from "@tersor/quantize";
import { configOf, defaultSettings, type Beginning } from "@tersor/tune";
import { evaluationOf } from "../evaluate.ts";
import { modelFacts, type OpenModel } from "../model.ts";
import { settingsOf } from "../quantize-report.ts";
import { compose, type CommonOptions } from "../session.ts";
import { blockOf } from "./blocks.ts";
import { measureErrors, measureSlowdowns, type Measured } from "./diagnose.ts";
import type { MeasureAnswer } from "./messages.ts";
import { dimensionsOf, judgingOf, objectivesOf, stepOf, type TuneOptions } from "./options.ts";

/** What the journal keeps of the source beside the search. */
export interface SourceFacts {
  readonly fp32: MetricValue;
  /** Whether each sample is right, as digits. */
  readonly correct: string;
}

/** What it takes to begin. */
export interface BeginJob {
  readonly source: OpenModel;
  readonly options: TuneOptions;
  readonly strategy: TuningStrategy;
  /** One batch of typical inputs. */
  readonly feeds: Feeds;
  /** Runs the source by turns with itself, to know its time and memory. */
  readonly measure: (model: string) => Promise<MeasureAnswer>;
  readonly tools: Measured;
  readonly common: CommonOptions;
}

/** Finds out what a search is about. @throws what judging the source throws. */
export async function beginSearch(job: BeginJob): Promise<Beginning> {
  const { source, options, strategy, common } = job;
  const { maxDrop = 0.01, relative = true } = options;
  const fp32 = await evaluationOf(source.path, { ...judgingOf(options), ...common });
  const { higherIsBetter, value: reference } = fp32;
  const minimize = objectivesOf(options);
  const referenceObjectives = await objectivesOfSource(job, minimize);
  const goal: TuningGoal = { maxDrop, relative, higherIsBetter, reference, minimize, referenceObjectives };
  const dimensions = dimensionsOf(options);
  const nodes = tunableNodes(source.graph, options, dimensions, job.feeds);
  const search = { dimensions, nodes, goal };
  const needs = strategy.needs ?? [];
  const config = configOf(search, defaultSettings(search));
  const errors = await measureErrors(job.tools, config, nodes, needs);
  const slow = needs.includes("slowdown") && minimize.includes("latencyMs");
  const slowdowns = slow ? await measureSlowdowns(job.tools, config, nodes) : new Map<string, number>();
  const facts: SourceFacts = { fp32: metricValueOf(fp32), correct: digitsOf(fp32) };
  return { search: { ...search, nodes: nodes.map((node) => withFacts(node, errors, slowdowns)) }, facts };
}

/** Whether each sample is right, as digits. */
export function digitsOf({ verdicts }: Pick<Evaluation, "verdicts">): string {
  return verdicts.map(({ correct }) => Number(correct)).join("");
}

async function objectivesOfSource(
  { source, measure }: BeginJob,
  minimize: readonly TuningObjective[],
): Promise<TuningGoal["referenceObjectives"]> {
  const { sizeBytes } = modelFacts(source);
  if (!minimize.includes("latencyMs") && !minimize.includes("memoryBytes")) return { sizeBytes };
  const { pair, memoryBytes } = await measure(source.path);
  return { sizeBytes, latencyMs: pair.fp32.wallMs.p50, ...(memoryBytes !== undefined && { memoryBytes }) };
}

/** The operators that any mode of the search can quantize on their own account, in graph order. */
function tunableNodes(
  graph: Graph,
  options: TuneOptions,
  dimensions: readonly TuningDimension[],
  feeds: Feeds,
): readonly TunableNode[] {
  const modes = dimensions.find(({ name }) => name === "mode")?.values ?? [options.mode ?? "static"];
  const plans = modes.flatMap((mode) => planOf(graph, options, mode as QuantizationMode));
  const planned = new Map(
    plans.flatMap(({ nodes }) =>
      nodes.flatMap((node) => (node.decision === "quantized" && node.form !== "carried" ? [[node.node, node]] : [])),
    ),
  );
  const prepared = prepare(graph);
  const macs = macsOf(prepared, feeds);
  const order = new Map(prepared.nodes.map(({ name }, i) => [name, i]));
  return [...planned.values()]
    .sort((a, b) => (order.get(a.node) ?? Infinity) - (order.get(b.node) ?? Infinity))
    .map(({ node, op, weights = [] }) => {
      const [cost, block] = [macs.get(node), blockOf(node)];
      return {
        name: node,
        op,
        weightBytes: weights.reduce((sum, name) => sum + bytesOf(prepared, name), 0),
        ...(block !== undefined && { block }),
        ...(cost !== undefined && { macs: cost }),
      };
    });
}

/** The plan of a mode; none where it does not fit the model, which its trials will tell. */
function planOf(graph: Graph, options: TuneOptions, mode: QuantizationMode): readonly QuantizationPlan[] {
  try {
    const roundings = compose(options).roundings.list();
    return [explainQuantization(graph, optionsOfMode({ ...settingsOf(stepOf(options, EMPTY)), mode }), { roundings })];
  } catch (error) {
    if (isTersorError(error) && error.code.startsWith("QUANTIZE_")) return [];
    throw error;
  }
}

const EMPTY = { settings: {}, float: [] };

function bytesOf({ weights }: Graph, name: string): number {
  const source = weights.get(name)?.source;
  return source === undefined ? 0 : byteLengthOf(source.dtype, elementCount(source.shape));
}

/** Multiply-accumulates by node, at the shapes of typical inputs. */
function macsOf(graph: Graph, feeds: Feeds): ReadonlyMap<string, number> {
  const inputs = Object.fromEntries(Object.entries(feeds).map(([name, { shape }]) => [name, shape]));
  const { byNode } = costOf(graph, inferTypes(graph, { inputs }));
  return new Map([...byNode].flatMap(([{ name }, macs]) => (Number.isFinite(macs) ? [[name, macs] as const] : [])));
}

function withFacts(
  node: TunableNode,
  { outputError, networkError }: Awaited<ReturnType<typeof measureErrors>>,
  slowdowns: ReadonlyMap<string, number>,
): TunableNode {
  const [output, network, slowdown] = [outputError.get(node.name), networkError.get(node.name), slowdowns.get(node.op)];
  return {
    ...node,
    ...(output !== undefined && { outputError: output }),
    ...(network !== undefined && { networkError: network }),
    ...(slowdown !== undefined && { slowdown }),
  };
}
