// The laws hold for a plain kind of dataset, and each planted fault is caught by the law it breaks.

import { describe, expect, it } from "vitest";
import {
  datasetOf,
  defineDataset,
  float32,
  TersorError,
  type Dataset,
  type DatasetDefinition,
  type Sample,
} from "@tersor/core";
import { brokenLaws } from "./broken-laws.fixture.ts";
import { datasetChecks } from "./dataset.ts";

interface Counting {
  readonly counting: number;
}

function sampleOf(i: number): Sample {
  return { feeds: { x: float32([1, 2], [i, i * i]) }, label: i % 2, id: `sample ${i}` };
}

function open({ counting }: Counting): Dataset {
  if (typeof counting !== "number") throw new TersorError("EXAMPLE_COUNT", "Say how far to count.");
  return datasetOf("counting", () => Array.from({ length: counting }, (_, i) => sampleOf(i)), counting);
}

const sound = defineDataset<Counting>({ name: "counting", open });
const example = {
  description: { counting: 5 },
  context: { folder: ".", inputs: [] },
  wrong: [{ counting: "far" }, {}],
};

function wrong(change: (description: Counting) => Dataset): DatasetDefinition<Counting> {
  return { ...sound, open: change };
}

let opened = 0;

/** Every walk goes on where the one before it ended. */
function once(description: Counting): Dataset {
  const walk = open(description)[Symbol.asyncIterator]();
  return { name: "once", [Symbol.asyncIterator]: () => ({ next: () => walk.next() }) };
}

/** All walks share one place, and begin anew when a walk begins. */
function oneCursor(description: Counting): Dataset {
  let at = 0;
  const next = (): Promise<IteratorResult<Sample>> =>
    Promise.resolve(
      at < description.counting ? { value: sampleOf(at++), done: false } : { value: undefined, done: true },
    );
  return {
    name: "cursor",
    [Symbol.asyncIterator]: () => {
      at = 0;
      return { next };
    },
  };
}

/** A walk that was left early is taken up again. */
function resuming(description: Counting): Dataset {
  let at = 0;
  const walk = function* (): Generator<Sample> {
    while (at < description.counting) yield sampleOf(at++);
    at = 0;
  };
  return datasetOf("resuming", walk);
}

const planted: readonly (readonly [law: string, fault: DatasetDefinition<Counting>])[] = [
  ["its name is a word that recipes can say", { ...sound, name: "Counting!" }],
  ["a second walk gives the same samples in the same order", wrong(once)],
  ["opening it again gives the same samples", wrong(({ counting }) => open({ counting: counting + (opened++ % 2) }))],
  ["a walk that ends early leaves the next one whole", wrong(resuming)],
  ["two walks at once do not disturb each other", wrong(oneCursor)],
  [
    "its length, where it is known, is the number of samples",
    wrong((description) => ({ ...open(description), length: 7 })),
  ],
  [
    "tensors hold as many elements as their shape says, behind a batch axis",
    wrong(() => datasetOf("scalars", () => [0, 1].map((i) => ({ feeds: { x: float32([], [i]) } })))),
  ],
  ["a wrong description is refused with a TersorError", wrong(() => open({ counting: 2 }))],
];

describe("the laws of datasets", () => {
  it("hold for counting", async () => {
    expect(await brokenLaws(datasetChecks(sound, example))).toEqual(new Map());
  });

  it.each(planted)('notice what breaks "%s"', async (law, fault) => {
    const broken = await brokenLaws(datasetChecks(fault, example));
    expect(broken.get(law)).toContain(`breaks the law "${law}"`);
  });

  it("are each broken by some planted fault", () => {
    const names = datasetChecks(sound, example).map(({ name }) => name);
    expect(new Set(planted.map(([law]) => law))).toEqual(new Set(names));
  });

  it("want an example that can show something", async () => {
    const broken = await brokenLaws(datasetChecks(sound, { ...example, description: { counting: 1 } }));
    expect(broken.get("opening it again gives the same samples")).toContain("give two or more");
  });
});
