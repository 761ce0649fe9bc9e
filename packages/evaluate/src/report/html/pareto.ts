// All trials of a tuning: the metric against what was to be small, those that no other beats joined by a line, and the
// line that the goal draws. Failed trials have no place in the picture; the table has all.

import type { Report, ReportedTrial, TuningGoal, TuningObjective, TuningReport } from "@tersor/core";
import { formatBytes, formatChange, formatMs, formatNumber, formatPercent, formatTimes, none } from "../format.ts";
import { scaleOf, type Scale } from "./axis.ts";
import { withMore, type TableCell } from "./data-table.ts";
import { html, type Html } from "./markup.ts";
import type { Section } from "./section.ts";
import { configText } from "./trial.ts";

const WIDTH = 640;
const HEIGHT = 300;
const LEFT = 66;
const BOTTOM = 44;
const FIRST = 10;
const MOST = 500;

const objectives: Readonly<
  Record<TuningObjective, { readonly title: string; readonly text: (value: number) => string }>
> = {
  latencyMs: { title: "latency", text: formatMs },
  sizeBytes: { title: "size", text: formatBytes },
  memoryBytes: { title: "peak memory", text: formatBytes },
};

/** A trial that has both numbers. */
interface Point {
  readonly trial: ReportedTrial;
  readonly metric: number;
  readonly cost: number;
}

/** The picture and the table of the trials; undefined where nothing was tuned. */
export function paretoSection({ tuning }: Report): Section | undefined {
  if (!tuning) return undefined;
  const objective = objectiveOf(tuning);
  const points = tuning.trials.flatMap((trial) => pointOf(trial, objective));
  const body = html`<p>${summary(tuning)}</p>
    ${points.length > 0 && picture(tuning, objective, points)} ${obstacles(tuning)} ${trialTable(tuning, objective)}`;
  return { id: "tuning", title: "Tuning: all trials", body };
}

/** What the picture has on its horizontal axis: the first objective that was measured. */
function objectiveOf({ goal, trials }: TuningReport): TuningObjective {
  const measured = (name: TuningObjective) => trials.some(({ outcome }) => outcome?.objectives[name] !== undefined);
  return [...goal.minimize, "latencyMs" as const, "sizeBytes" as const].find(measured) ?? "sizeBytes";
}

function pointOf(trial: ReportedTrial, objective: TuningObjective): readonly Point[] {
  const metric = trial.outcome?.metric;
  const cost = trial.outcome?.objectives[objective];
  return metric !== undefined && cost !== undefined && Number.isFinite(metric) && Number.isFinite(cost)
    ? [{ trial, metric, cost }]
    : [];
}

function summary({ strategy, trials, met, goal, ended, best }: TuningReport): string {
  const failed = trials.filter(({ outcome }) => outcome === undefined).length;
  const kept = trials.find(({ index }) => index === best);
  const drop = goal.relative ? formatPercent(goal.maxDrop) : formatNumber(goal.maxDrop);
  const result = met
    ? `met by trial ${best ?? none}`
    : kept
      ? `not met; trial ${kept.index} is the nearest`
      : "not met";
  const failures = failed > 0 ? `, ${failed} of them failed` : "";
  return `${trials.length} trials${failures} by the strategy "${strategy}" (${endings[ended]}). A drop of ${drop} was allowed: ${result}.`;
}

const endings = {
  finished: "it had nothing more to try",
  trials: "the budget of trials was used",
  minutes: "the time was up",
  stopped: "it was stopped",
} as const satisfies Record<TuningReport["ended"], string>;

/** The metric that just meets the goal. */
function limitOf({ reference, maxDrop, relative, higherIsBetter }: TuningGoal): number {
  const drop = relative ? Math.abs(reference) * maxDrop : maxDrop;
  return higherIsBetter ? reference - drop : reference + drop;
}

function picture(tuning: TuningReport, objective: TuningObjective, points: readonly Point[]): Html {
  const { goal } = tuning;
  const { title, text } = objectives[objective];
  const source = goal.referenceObjectives[objective];
  const x = scaleOf(
    [...points.map(({ cost }) => cost), ...(source === undefined ? [] : [source])],
    LEFT,
    WIDTH - 12,
    6,
  );
  const y = scaleOf([...points.map(({ metric }) => metric), goal.reference, limitOf(goal)], HEIGHT - BOTTOM, 10, 5);
  const label = `Metric against ${title}: ${points.length} trials, ${tuning.front.length} of them on the front; the table below lists them`;
  return html`<svg class="chart pareto" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">
      ${axes(x, y, text)} ${goalLine(goal, y)} ${frontLine(tuning, points, x, y)}
      ${
        source !== undefined &&
        html`<g>
          <title>FP32: ${formatNumber(goal.reference)}, ${text(source)}</title>
          <path class="source" d="M${x.at(source)} ${y.at(goal.reference)}m-6-6l12 12m0-12l-12 12" />
        </g>`
      }
      ${points.map((point) => mark(point, tuning, x, y, text))}
      <text class="axis" x="${WIDTH / 2}" y="${HEIGHT - 4}">${title}, smaller is better</text>
    </svg>
    <ul class="legend">
      <li><i class="kept"></i> kept</li>
      <li><i class="integer"></i> meets the goal</li>
      <li><i class="float"></i> does not</li>
      <li>× FP32</li>
      <li>— no other trial is better in both</li>
      <li>- - least metric that the goal allows</li>
    </ul>`;
}

function axes(x: Scale, y: Scale, text: (value: number) => string): Html {
  return html`${y.ticks.map(
    (tick) =>
      html`<g class="tick"
        ><line x1="${LEFT}" x2="${WIDTH}" y1="${y.at(tick)}" y2="${y.at(tick)}" /><text
          class="end"
          x="${LEFT - 6}"
          y="${Number(y.at(tick)) + 4}"
          >${formatNumber(tick)}</text
        ></g
      >`,
  )}${x.ticks.map(
    (tick) =>
      html`<g class="tick"
        ><line x1="${x.at(tick)}" x2="${x.at(tick)}" y1="6" y2="${HEIGHT - BOTTOM}" /><text
          x="${x.at(tick)}"
          y="${HEIGHT - BOTTOM + 15}"
          >${text(tick)}</text
        ></g
      >`,
  )}`;
}

function goalLine(goal: TuningGoal, y: Scale): Html {
  return html`<path class="goal" d="M${LEFT} ${y.at(limitOf(goal))}H${WIDTH}" />`;
}

function frontLine({ front }: TuningReport, points: readonly Point[], x: Scale, y: Scale): Html {
  const places = points
    .filter(({ trial }) => front.includes(trial.index))
    .sort((a, b) => a.cost - b.cost)
    .map(({ cost, metric }) => `${x.at(cost)} ${y.at(metric)}`);
  return html`<path class="front" d="${places.length > 1 ? `M${places.join("L")}` : ""}" />`;
}

function mark(
  { trial, metric, cost }: Point,
  { best }: TuningReport,
  x: Scale,
  y: Scale,
  text: (value: number) => string,
) {
  const kind = trial.index === best ? "kept" : trial.met ? "met" : "missed";
  const title = `Trial ${trial.index} (${kind}): ${formatNumber(metric)}, ${text(cost)} · ${configText(trial)}`;
  return html`<g class="trial ${kind}"
    ><title>${title}</title><circle cx="${x.at(cost)}" cy="${y.at(metric)}" r="${kind === "kept" ? 7 : 5}"
  /></g>`;
}

/** What stands in the way of a goal that was missed, and what is slower in INT8. */
function obstacles({ inTheWay = [], slower }: TuningReport): Html {
  return html`${
    inTheWay.length > 0 &&
    html`<p>
      In the way stand the operators that add most error:
      ${inTheWay.slice(0, FIRST).map(({ name, op }) => html`<code title="${op}">${name}</code> `)}
    </p>`
  }
  ${
    slower.length > 0 &&
    html`<p>
      Slower in INT8 on this machine:
      ${slower.map(({ op, slowdown }, i) => `${i > 0 ? ", " : ""}${op} (${formatTimes(slowdown)} the time)`)}.
    </p>`
  }`;
}

/** A share where the goal is one, else in units of the metric. */
function dropText(drop: number, { relative }: TuningGoal): string {
  return relative ? formatChange(-drop) : formatNumber(-drop);
}

function trialTable({ trials, best, front, goal }: TuningReport, objective: TuningObjective): Html {
  const { title, text } = objectives[objective];
  const columns = [
    { title: "Trial", numeric: true },
    { title: "Metric", numeric: true },
    { title: "Change", numeric: true },
    { title, numeric: true },
    { title: "Goal" },
    { title: "Configuration" },
  ];
  const row = (trial: ReportedTrial): readonly TableCell[] => {
    const { index, outcome, drop, met, failure } = trial;
    const cost = outcome?.objectives[objective];
    const verdict = failure ? `failed: ${failure.message}` : met ? "✓ met" : "✗ missed";
    const place = index === best ? ", kept" : front.includes(index) ? ", on the front" : "";
    return [
      index,
      { content: outcome ? formatNumber(outcome.metric) : none, sort: outcome?.metric ?? NaN },
      { content: drop === undefined ? none : dropText(drop, goal), sort: drop ?? NaN },
      { content: cost === undefined ? none : text(cost), sort: cost ?? NaN },
      `${verdict}${place}`,
      configText(trial),
    ];
  };
  return withMore(
    { id: "trials", caption: "Trials", columns, rows: trials.map(row), filter: "Find trials" },
    FIRST,
    MOST,
  );
}
