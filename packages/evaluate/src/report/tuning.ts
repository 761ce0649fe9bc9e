// A search as tables: what was tried and what came of it, the kept trial first, and what stands in the way of the goal.

import type { ReportedTrial, TunableNode, TuningObjective, TuningReport } from "@tersor/core";
import type { TextTable } from "./diagnosis.ts";
import { formatBytes, formatMs, formatNumber, formatPercent, formatTimes, none } from "./format.ts";
import { configText } from "./html/trial.ts";

const titles: Readonly<Record<TuningObjective, string>> = {
  latencyMs: "Latency",
  sizeBytes: "Size",
  memoryBytes: "Memory",
};

const endings: Readonly<Record<TuningReport["ended"], string>> = {
  finished: "there was nothing left to try",
  trials: "all trials of the budget were made",
  minutes: "the time was over",
  stopped: "it was stopped",
};

/** The trials, and the operators with most error where nothing met the goal. */
export function tuningTables(tuning: TuningReport): readonly TextTable[] {
  return [trialTable(tuning), ...(tuning.inTheWay ? [obstacleTable(tuning.inTheWay)] : [])];
}

function trialTable(tuning: TuningReport): TextTable {
  const { strategy, trials, ended, goal, best, slower } = tuning;
  const objectives = goal.minimize.length > 0 ? goal.minimize : (["sizeBytes"] as const);
  const amounts = (values: TuningReport["goal"]["referenceObjectives"]) =>
    objectives.map((name) => amount(name, values[name]));
  const kept = trials.filter(({ index }) => index === best);
  const others = trials.filter(({ index }) => index !== best);
  const slow = slower.map(
    ({ op, slowdown }) => `${op} slows the INT8 model down ${formatTimes(slowdown)} on this machine.`,
  );
  return {
    title: `Tuning: ${trials.length} ${trials.length === 1 ? "trial" : "trials"} by "${strategy}"`,
    text: [`It ended because ${endings[ended]}.`, ...slow].join(" "),
    columns: [
      right("Trial"),
      right("Metric"),
      right("Drop"),
      ...objectives.map((name) => right(titles[name])),
      { title: "Goal" },
      { title: "Configuration" },
    ],
    rows: [
      ["source", formatNumber(goal.reference), none, ...amounts(goal.referenceObjectives), "", ""],
      ...[...kept, ...others].map((trial) => [
        String(trial.index),
        trial.outcome ? formatNumber(trial.outcome.metric) : none,
        dropText(trial, goal.relative),
        ...amounts(trial.outcome?.objectives ?? {}),
        verdictOf(tuning, trial),
        configText(trial),
      ]),
    ],
  };
}

function dropText({ drop }: ReportedTrial, relative: boolean): string {
  if (drop === undefined) return none;
  return relative ? formatPercent(drop) : formatNumber(drop);
}

function amount(objective: TuningObjective, value: number | undefined): string {
  if (value === undefined) return none;
  return objective === "latencyMs" ? formatMs(value) : formatBytes(value);
}

function verdictOf({ best, front }: TuningReport, { index, failure, met }: ReportedTrial): string {
  if (failure) return failure.code;
  const place = index === best ? ", kept" : front.includes(index) ? ", on the front" : "";
  return `${met ? "met" : "missed"}${place}`;
}

function obstacleTable(nodes: readonly TunableNode[]): TextTable {
  return {
    title: "In the way of the goal",
    text: "Operators of the kept model by the noise that they add, as a share of the signal.",
    columns: [{ title: "Node" }, { title: "Operator" }, right("At its output"), right("At the model's outputs")],
    rows: nodes.map(({ name, op, outputError, networkError }) => [name, op, share(outputError), share(networkError)]),
  };
}

function share(error: number | undefined): string {
  return error === undefined ? none : formatPercent(error);
}

function right(title: string) {
  return { title, align: "right" } as const;
}
