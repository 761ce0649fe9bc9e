// The calibrators of the house keep the laws that plugins are held to.

import { describe, it } from "vitest";
import { percentileOf, standardCalibrators } from "@tersor/quantize";
import { calibratorChecks } from "@tersor/testing";

describe.each([...standardCalibrators, percentileOf(99.9)])("$name", (calibrator) => {
  for (const { name, run } of calibratorChecks(calibrator)) it(name, run);
});
