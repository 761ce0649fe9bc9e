// The entry of one process of a benchmark with several. It is started by api/benchmark-instances.ts.

import { runInstance } from "@tersor/evaluate";
import { createExecutor } from "@tersor/onnx";
import type { InstanceRequest } from "./api/benchmark-instances.ts";
import { feedsFor } from "./api/benchmark.ts";
import { openModel } from "./api/model.ts";
import { compose } from "./api/session.ts";

await runInstance(async () => {
  const { model, threads = 1, warmup, iterations, ...data }: InstanceRequest = JSON.parse(process.argv[2] ?? "{}");
  const { feeds } = await feedsFor(await openModel(model, compose({})), data);
  const counts = { ...(warmup !== undefined && { warmup }), ...(iterations !== undefined && { iterations }) };
  return { executor: createExecutor(), model: { file: model }, feeds, threads, ...counts };
});
