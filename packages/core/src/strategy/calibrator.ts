// A calibrator turns what an observer saw of an activation into the range that its integers will cover.

import type { ObserverRequest, Summary } from "../execute/observer.ts";

type WithoutTensor<R> = R extends unknown ? Omit<R, "tensor"> : never;

/** What the range is for. */
export interface RangeSpec {
  readonly bitWidth: number;
  readonly symmetric: boolean;
}

/** Range of an activation, in its own unit; contains 0 once it is turned into scale and zero point. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** A method that chooses ranges, one file each. `range` is pure and runs in the caller. */
export interface Calibrator {
  readonly name: string;
  readonly observer: WithoutTensor<ObserverRequest>;
  range(summary: Summary, spec: RangeSpec): Range;
}

/** Defines a calibrator; an identity function whose job is inference. */
export function defineCalibrator(calibrator: Calibrator): Calibrator {
  return calibrator;
}
