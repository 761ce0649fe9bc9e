// Several objectives at once: dominance, fronts and crowding (Deb, Pratap, Agarwal & Meyarivan 2002, NSGA-II, section III).
// All objectives are better when smaller.

import type { Trial, TuningGoal } from "@tersor/core";
import { dropOfTrial } from "./goal.ts";

/** One value per objective. */
export type Point = readonly number[];

/** What a trial is judged by where nothing is preferred: the drop of the metric and each objective. */
export function pointOf(goal: TuningGoal, trial: Trial): Point {
  const wanted = goal.minimize.length > 0 ? goal.minimize : (["sizeBytes"] as const);
  return [dropOfTrial(goal, trial), ...wanted.map((name) => trial.outcome?.objectives[name] ?? Infinity)];
}

/** Whether `a` is nowhere worse than `b` and somewhere better. */
export function dominates(a: Point, b: Point): boolean {
  return a.every((value, i) => value <= b[i]!) && a.some((value, i) => value < b[i]!);
}

/** Indexes of the points by front: those that no point dominates, then those that only the first front does, and so on. */
export function fronts(points: readonly Point[]): readonly (readonly number[])[] {
  const found: number[][] = [];
  let left = points.map((_, i) => i);
  while (left.length > 0) {
    const front = left.filter((i) => !left.some((j) => dominates(points[j]!, points[i]!)));
    found.push(front);
    left = left.filter((i) => !front.includes(i));
  }
  return found;
}

/** How much room each point of a front has: the distance of its neighbours along each objective, Infinity at the ends. */
export function crowding(front: readonly Point[]): readonly number[] {
  const room = front.map(() => 0);
  for (let axis = 0; axis < (front[0]?.length ?? 0); axis++) {
    const order = front.map((_, i) => i).sort((a, b) => front[a]![axis]! - front[b]![axis]! || a - b);
    const at = (place: number): number => front[order[place]!]![axis]!;
    const span = at(order.length - 1) - at(0);
    room[order[0]!] = room[order.at(-1)!] = Infinity;
    if (!(span > 0) || !Number.isFinite(span)) continue;
    for (let place = 1; place < order.length - 1; place++)
      room[order[place]!]! += (at(place + 1) - at(place - 1)) / span;
  }
  return room;
}

/** The trials that no other beats in accuracy and every objective, in their order. */
export function paretoFront(goal: TuningGoal, trials: readonly Trial[]): readonly Trial[] {
  const done = trials.filter(({ outcome }) => outcome !== undefined);
  const points = done.map((trial) => pointOf(goal, trial));
  return (fronts(points)[0] ?? []).map((i) => done[i]!);
}
