// Labels that the float models give themselves: what they make is taken for right.

import { datasetOf, numbersOf, type Dataset, type Executor, type Feeds, type Label, type Sample } from "@tersor/core";
import { runRecorded, type Files } from "./executor.ts";
import type { Pipeline } from "./models.ts";

/** The samples of a dataset with the results of a pipeline as labels. */
export async function labelledByResults(
  executor: Executor,
  files: Files,
  pipeline: Pipeline,
  dataset: Dataset,
): Promise<Dataset> {
  const { outputs } = await runRecorded(executor, files, pipeline, dataset);
  const samples: Sample[] = [];
  for await (const sample of dataset) samples.push({ ...sample, label: labelOf(outputs[samples.length]!) });
  return datasetOf(dataset.name, () => samples, samples.length);
}

function labelOf(outputs: Feeds): Label {
  const made = Object.values(outputs)[0]!;
  return made.dtype === "string" ? (made.data as readonly string[])[0]! : Array.from(numbersOf(made));
}
