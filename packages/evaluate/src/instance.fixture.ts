// A process of a benchmark for tests: runs take 2 ms, and it tells the cores that it may use as its batch size.

import { float32 } from "@tersor/core";
import { allowedCores } from "./cores.ts";
import { fakeExecutor } from "./fake-executor.fixture.ts";
import { runInstance } from "./instance.ts";

const executor = fakeExecutor({ m: { run: (feeds) => feeds, wallMs: () => 2 } });

await runInstance(async () => ({
  executor,
  model: { file: process.argv[2] ?? "m" },
  feeds: { x: float32([1], [0]) },
  iterations: 20,
  batchSize: allowedCores().length,
}));
