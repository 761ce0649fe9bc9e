// The entry of one process of a benchmark with several. It is started by api/benchmark-instances.ts.

import { runInstance } from "@tersor/evaluate";
import { createExecutor } from "@tersor/onnx";
import type { InstanceRequest } from "./api/benchmark-instances.ts";
import { feedsFor } from "./api/benchmark.ts";
import { openModel } from "./api/model.ts";
import { doorExecutor } from "./api/door-executor.ts";
import { compose } from "./api/session.ts";

await runInstance(async () => {
  const { model, threads = 1, warmup, iterations, ...data }: InstanceRequest = JSON.parse(process.argv[2] ?? "{}");
  const tersor = compose({});
  const { feeds } = await feedsFor(await openModel(model, tersor), data);
  const counts = { ...(warmup !== undefined && { warmup }), ...(iterations !== undefined && { iterations }) };
  return {
    executor: doorExecutor(createExecutor(), tersor.adapters.list()),
    model: { file: model },
    feeds,
    threads,
    ...counts,
  };
});
