// Every layer that is converted, against what Keras computed: Keras 2.15, and what Keras 3 writes in another way.

import { afterAll, describe, expect, it } from "vitest";
import { readKeras } from "../read/read.ts";
import { difference, run, Scratch, storedRun } from "../test-support/fixtures.ts";

const scratch = new Scratch();
afterAll(() => scratch.remove());

const models = [
  ["images", "images.h5"],
  ["spaces", "spaces.h5"],
  ["vectors", "vectors.h5"],
  ["sequences", "sequences.h5"],
  ["sequential", "sequential.h5"],
  ["nested", "nested.h5"],
  ["nested", "nested.keras"],
  ["keras3", "keras3.keras"],
  ["keras3-nested", "keras3-nested.keras"],
] as const;

describe.each(models)("%s in %s", (name, file) => {
  it("gives what Keras gave", async () => {
    const graph = await readKeras(scratch.fixture(file));
    const { feeds, outputs } = await storedRun(scratch, name);
    const found = await run(graph, feeds);
    const far = graph.outputs.flatMap(({ name: layer }, i) => {
      const distance = difference(found[i]!, outputs[i]!);
      return distance < 1e-5 ? [] : [{ layer, distance, shapes: [found[i]!.shape, outputs[i]!.shape] }];
    });
    expect(far).toEqual([]);
    expect(found.length).toBe(outputs.length);
  });
});
