// What a search says of itself: trials held against the goal, the front, what is slower here, what stands in the way.

import type { EvaluationReport, GoalResult, ReportedTrial, Trial, TunableNode, TuningReport } from "@tersor/core";
import { formatTimes } from "@tersor/evaluate";
import { dropOf, meets, paretoFront, type TuningResult } from "@tersor/tune";
import type { TuneOptions } from "./options.ts";

/** The part of a report about the search. */
export function tuningReport(result: TuningResult, strategy: string, options: TuneOptions): TuningReport {
  const { search, trials, best, met, ended } = result;
  const { goal, dimensions, nodes } = search;
  return {
    strategy,
    seed: options.seed ?? 0,
    goal,
    budget: budgetOf(options),
    dimensions,
    trials: trials.map((trial) => reported(result, trial)),
    ...(best && { best: best.index }),
    met,
    front: paretoFront(goal, trials).map(({ index }) => index),
    ended,
    ...(!met && best && { inTheWay: inTheWay(nodes, best) }),
    slower: slowerOf(nodes),
  };
}

/** The limits of a search; 0 is none. */
export function budgetOf({ minutes = 0, trials = 50 }: TuneOptions): TuningReport["budget"] {
  return { minutes, trials };
}

function reported({ search: { goal } }: TuningResult, trial: Trial): ReportedTrial {
  const met = meets(goal, trial);
  return trial.outcome === undefined ? { ...trial, met } : { ...trial, drop: dropOf(goal, trial.outcome.metric), met };
}

/** The nodes that the trial has quantized, the ones with most error first. */
function inTheWay(nodes: readonly TunableNode[], { config }: Trial): readonly TunableNode[] {
  const errorOf = ({ networkError, outputError = -1 }: TunableNode): number => networkError ?? outputError;
  return nodes.filter(({ name }) => !config.float.includes(name)).sort((a, b) => errorOf(b) - errorOf(a));
}

function slowerOf(nodes: readonly TunableNode[]): TuningReport["slower"] {
  const byOp = new Map(nodes.flatMap(({ op, slowdown }) => (slowdown === undefined ? [] : [[op, slowdown] as const])));
  return Array.from(byOp, ([op, slowdown]) => ({ op, slowdown }));
}

/** Whether the kept model meets the goal. */
export function goalOf({ search: { goal }, met }: TuningResult, { int8 }: EvaluationReport): GoalResult {
  const { maxDrop, relative } = goal;
  return { maxDrop, relative, drop: dropOf(goal, int8.value), met };
}

/** What a reader should know beside the tables. */
export function notesOf({ search, trials, best, met }: TuningResult, journal: string): readonly string[] {
  const failed = trials.filter(({ failure }) => failure !== undefined).length;
  const float = new Set(best?.config.float);
  const slower = slowerOf(search.nodes).map(({ op, slowdown }) => {
    const left = search.nodes.some((node) => node.op === op && float.has(node.name));
    return `${op} is slower in INT8 on this machine: the whole model takes ${formatTimes(slowdown)} the time it takes with ${op} float, and the kept model has it ${left ? "float" : "quantized"}.`;
  });
  return [
    ...(met ? [] : ["No configuration met the goal; the nearest was kept."]),
    ...slower,
    ...(failed > 0 ? [`${failed} of ${trials.length} trials failed; the report says why.`] : []),
    `The journal is "${journal}"; with it, more trials or minutes go on where this search ended.`,
  ];
}
