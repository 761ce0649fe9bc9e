// What every calibrator owes: a range that scale and zero point can be computed from, whatever the data.

import { isTersorError, type Calibrator, type Range, type RangeSpec } from "@tersor/core";
import { bellShaped, everyday, extreme, scaledBy, summaryOf, type Activations } from "./calibration-data.ts";
import { checksOf, firstOf, type Check, type Finding } from "./check.ts";
import { fingerprint } from "./fingerprint.ts";
import { nameFinding } from "./names.ts";

const specs: readonly RangeSpec[] = [8, 16].flatMap((bitWidth) =>
  [false, true].map((symmetric) => ({ bitWidth, symmetric })),
);
const asymmetric: RangeSpec = { bitWidth: 8, symmetric: false };
const symmetric: RangeSpec = { bitWidth: 8, symmetric: true };

/** Least share of the elements that a range has to cover. */
const BULK = 0.9;
/** How far ranges that should be equal may be apart, relative to their size: rounding, no more. */
const TOLERANCE = 1e-6;

/**
 * The laws of calibrators. The observer is run as calibration runs it, on bell-shaped, one-sided, constant, zero, tiny
 * and huge data and on outliers.
 * @example for (const { name, run } of calibratorChecks(octav)) test(name, run);
 */
export function calibratorChecks(calibrator: Calibrator): readonly Check[] {
  const rangeOf = (data: Activations, spec: RangeSpec): Range =>
    calibrator.range(summaryOf(calibrator.observer, data), spec);
  return checksOf(`The calibrator "${calibrator.name}"`, {
    "its name is a word that recipes can say": () => nameFinding(calibrator.name),
    "its observer is one that core has": () => observerFinding(calibrator),
    "a range is finite and in order, whatever the data": () =>
      overAll([...everyday, ...extreme], (data, spec) => orderFinding(rangeOf(data, spec))),
    "a range covers the bulk of the data": () =>
      overAll(everyday, (data, spec) => bulkFinding(data, rangeOf(data, spec), spec)),
    "a range does not go beyond the data": () =>
      overAll(everyday, (data, spec) => excessFinding(data, rangeOf(data, spec), spec)),
    "a range scales with the data": () =>
      overAll(everyday.slice(0, 4), (data, spec) => scaleFinding(rangeOf, data, spec)),
    "a symmetric range treats both signs alike": () => firstOf(everyday, (data) => mirrorFinding(rangeOf, data)),
    "more bits never cut more": () => firstOf(everyday, (data) => bitsFinding(rangeOf, data)),
    "the same summary gives the same range, and is left as it is": () => purityFinding(calibrator),
    "a summary of another observer is refused with a TersorError": () => refusalFinding(calibrator),
  });
}

type RangeOf = (data: Activations, spec: RangeSpec) => Range;

function overAll(data: readonly Activations[], search: (data: Activations, spec: RangeSpec) => Finding): Finding {
  return firstOf(data, (activations) =>
    firstOf(specs, (spec) => {
      const finding = search(activations, spec);
      return finding === undefined ? undefined : `${given(activations, spec)} ${finding}`;
    }),
  );
}

function given({ name }: Activations, { bitWidth, symmetric }: RangeSpec): string {
  return `for data that are ${name}, at ${bitWidth} bits${symmetric ? ", symmetric," : ","}`;
}

function text({ min, max }: Range): string {
  return `[${min}, ${max}]`;
}

function observerFinding({ observer }: Calibrator): Finding {
  const summary = summaryOf(observer, bellShaped);
  return summary.kind === observer.observer
    ? undefined
    : `it asks for "${observer.observer}", seen was "${summary.kind}"`;
}

function orderFinding(range: Range): Finding {
  const { min, max } = range;
  if (!Number.isFinite(min) || !Number.isFinite(max)) return `it gives ${text(range)}, which is not finite`;
  return min > max ? `it gives ${text(range)}, whose minimum is above its maximum` : undefined;
}

/** The range that integers will cover: with zero, and the same on both sides where it is symmetric. */
function covered({ min, max }: Range, spec: RangeSpec): Range {
  const edge = Math.max(-min, max);
  return spec.symmetric ? { min: -edge, max: edge } : { min: Math.min(min, 0), max: Math.max(max, 0) };
}

function bulkFinding({ values }: Activations, range: Range, spec: RangeSpec): Finding {
  const { min, max } = covered(range, spec);
  const slack = TOLERANCE * Math.max(-min, max);
  const inside = values.filter((value) => value >= min - slack && value <= max + slack).length;
  const share = inside / values.length;
  return share >= BULK ? undefined : `it gives ${text(range)}, which holds ${(100 * share).toFixed(1)}% of them`;
}

function excessFinding({ values }: Activations, range: Range, spec: RangeSpec): Finding {
  const seen = covered({ min: Math.min(...values), max: Math.max(...values) }, spec);
  const { min, max } = covered(range, spec);
  const slack = TOLERANCE * Math.max(-seen.min, seen.max);
  const within = min >= seen.min - slack && max <= seen.max + slack;
  return within ? undefined : `it gives ${text(range)}, although they lie in ${text(seen)}: integers go to waste`;
}

function scaleFinding(rangeOf: RangeOf, data: Activations, spec: RangeSpec): Finding {
  // Powers of two, so that the bins of a histogram keep their counts.
  return firstOf([4, 2 ** -10], (factor) => {
    const range = rangeOf(data, spec);
    const expected = { min: range.min * factor, max: range.max * factor };
    const scaled = rangeOf(scaledBy(data, factor), spec);
    return near(scaled, expected) ? undefined : `${factor} times the data give ${text(scaled)}, not ${text(expected)}`;
  });
}

function mirrorFinding(rangeOf: RangeOf, data: Activations): Finding {
  const edge = (range: Range): number => covered(range, symmetric).max;
  const plain = edge(rangeOf(data, symmetric));
  const mirrored = edge(rangeOf(scaledBy(data, -1), symmetric));
  return Math.abs(plain - mirrored) <= TOLERANCE * plain
    ? undefined
    : `${given(data, symmetric)} the edge is ${plain}, and ${mirrored} once every sign is turned`;
}

function bitsFinding(rangeOf: RangeOf, data: Activations): Finding {
  const few = covered(rangeOf(data, asymmetric), asymmetric);
  const many = covered(rangeOf(data, { ...asymmetric, bitWidth: 16 }), asymmetric);
  const slack = TOLERANCE * (few.max - few.min);
  const wider = many.min <= few.min + slack && many.max >= few.max - slack;
  return wider ? undefined : `for data that are ${data.name}, 8 bits give ${text(few)} and 16 bits ${text(many)}`;
}

function near(a: Range, b: Range): boolean {
  const slack = TOLERANCE * Math.max(Math.abs(b.min), Math.abs(b.max));
  return Math.abs(a.min - b.min) <= slack && Math.abs(a.max - b.max) <= slack;
}

function purityFinding(calibrator: Calibrator): Finding {
  return firstOf(everyday, (data) => {
    const summary = summaryOf(calibrator.observer, data);
    const before = fingerprint(summary);
    const [first, second] = [calibrator.range(summary, asymmetric), calibrator.range(summary, asymmetric)];
    if (fingerprint(summary) !== before) return `the summary of data that are ${data.name} was changed`;
    return fingerprint(first) === fingerprint(second) ? undefined : `${text(first)}, then ${text(second)}`;
  });
}

function refusalFinding(calibrator: Calibrator): Finding {
  const others = [{ observer: "second-moment" }, { observer: "sample", rows: 4, seed: 1 }] as const;
  return firstOf(
    others.filter(({ observer }) => observer !== calibrator.observer.observer),
    (observer) => {
      try {
        const range = calibrator.range(summaryOf(observer, bellShaped), asymmetric);
        return `it makes ${text(range)} of a summary of kind "${observer.observer}"`;
      } catch (error) {
        return isTersorError(error) ? undefined : `it threw ${String(error)} at "${observer.observer}"`;
      }
    },
  );
}
