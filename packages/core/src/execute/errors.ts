// Errors of observers.

import { TersorError } from "../errors.ts";
import type { Shape } from "../tensor/tensor.ts";

/** A tensor whose shape does not fit what the observer saw before, or what its request says. */
export function observedShape(facts: {
  readonly tensor: string;
  readonly shape: Shape;
  readonly expected: string;
}): TersorError {
  return new TersorError(
    "CORE_OBSERVED_SHAPE",
    `The tensor "${facts.tensor}" has the shape [${facts.shape.join(", ")}], but its observer needs ${facts.expected}.`,
    facts,
  );
}

/** A request whose parameters make no sense. */
export function observerRequest(facts: {
  readonly tensor: string;
  readonly observer: string;
  readonly expected: string;
}): TersorError {
  return new TersorError(
    "CORE_OBSERVER_REQUEST",
    `The request for "${facts.observer}" of "${facts.tensor}" is wrong: ${facts.expected}.`,
    facts,
  );
}

/** A calibrator of a plugin that asks for an observer which is not on the list. */
export function observerUnknown(observer: unknown): TersorError {
  return new TersorError(
    "CORE_OBSERVER_UNKNOWN",
    `There is no observer "${String(observer)}". Observers are a closed list: min-max, moving, histogram, channel-absmax, sum, second-moment, sample.`,
    { observer },
  );
}

/** Two summaries of different kinds or sizes. */
export function summariesDiffer(facts: { readonly left: string; readonly right: string }): TersorError {
  return new TersorError(
    "CORE_SUMMARIES_DIFFER",
    `Only summaries of the same request can be merged, but these are of ${facts.left} and of ${facts.right}.`,
    facts,
  );
}
