// The public surface of @tersor/testing, hand-kept.

export { calibratorChecks } from "./calibrator.ts";
export { type Check } from "./check.ts";
