// The operators of the house keep the laws that plugins are held to.

import { it } from "vitest";
import { standardOps } from "@tersor/core";
import { operatorChecks } from "@tersor/testing";

/** No operator of ONNX needs more inputs than this. */
const mostNeeded = 8;

const named = standardOps.map((op) => [op.domain === "" ? op.type : `${op.domain}.${op.type}`, op] as const);

it.each(named)("%s", async (_, op) => {
  for (const { run } of operatorChecks(op, { inputs: mostNeeded })) await run();
});
