// What every kind of dataset owes: the same samples on every walk, and a typed error for a description that is wrong.

import {
  elementCount,
  dataTypes,
  isTersorError,
  type Dataset,
  type DatasetContext,
  type DatasetDefinition,
  type Sample,
} from "@tersor/core";
import { checksOf, type Check, type Finding } from "./check.ts";
import { fingerprint } from "./fingerprint.ts";
import { nameFinding } from "./names.ts";

/** What a kind of dataset is tried on. */
export interface DatasetExample<Description = unknown> {
  /** Opens a dataset of at least two samples. */
  readonly description: Description;
  readonly context: DatasetContext;
  /** Descriptions that must be refused, when opened or on the first walk. */
  readonly wrong: readonly unknown[];
}

/** The laws of kinds of datasets, tried on an example. */
export function datasetChecks<Description>(
  definition: DatasetDefinition<Description>,
  example: DatasetExample<Description>,
): readonly Check[] {
  const { description, context, wrong } = example;
  const open = async (): Promise<Dataset> => definition.open(description, context);
  return checksOf(`The dataset "${definition.name}"`, {
    "its name is a word that recipes can say": () => nameFinding(definition.name),
    "a second walk gives the same samples in the same order": async () => {
      const dataset = await open();
      return sameFinding(await samplesOf(dataset), await samplesOf(dataset));
    },
    "opening it again gives the same samples": async () =>
      sameFinding(await samplesOf(await open()), await samplesOf(await open())),
    "a walk that ends early leaves the next one whole": async () => {
      const dataset = await open();
      const whole = await samplesOf(dataset);
      for await (const _ of dataset) break;
      return sameFinding(whole, await samplesOf(dataset));
    },
    "two walks at once do not disturb each other": async () => interleavedFinding(await open()),
    "its length, where it is known, is the number of samples": async () => lengthFinding(await open()),
    "tensors hold as many elements as their shape says, behind a batch axis": async () => {
      for await (const sample of await open()) {
        const finding = tensorsFinding(sample);
        if (finding !== undefined) return finding;
      }
      return undefined;
    },
    "a wrong description is refused with a TersorError": async () => {
      for (const given of wrong) {
        const finding = await refusalFinding(definition, given, context);
        if (finding !== undefined) return finding;
      }
      return undefined;
    },
  });
}

async function samplesOf(dataset: Dataset): Promise<readonly string[]> {
  const samples: string[] = [];
  for await (const sample of dataset) samples.push(fingerprint(sample));
  return samples;
}

function sameFinding(first: readonly string[], second: readonly string[]): Finding {
  if (first.length !== second.length) return `there were ${first.length} samples, then ${second.length}`;
  const different = first.findIndex((sample, i) => sample !== second[i]);
  if (different >= 0) return `sample ${different} is another one`;
  return first.length >= 2
    ? undefined
    : `the example has ${first.length} samples, which shows little; give two or more`;
}

async function interleavedFinding(dataset: Dataset): Promise<Finding> {
  const whole = await samplesOf(dataset);
  const both: [string[], string[]] = [[], []];
  const walks = [dataset[Symbol.asyncIterator](), dataset[Symbol.asyncIterator]()] as const;
  for (const _ of whole) {
    for (const i of [0, 1] as const) {
      const { value, done } = await walks[i].next();
      if (!done) both[i].push(fingerprint(value));
    }
  }
  for (const walk of walks) await walk.return?.();
  return sameFinding(whole, both[0]) ?? sameFinding(whole, both[1]);
}

async function lengthFinding(dataset: Dataset): Promise<Finding> {
  if (dataset.length === undefined) return undefined;
  const { length } = await samplesOf(dataset);
  return length === dataset.length ? undefined : `it says ${dataset.length}, and there are ${length}`;
}

function tensorsFinding({ feeds, id = "a sample" }: Sample): Finding {
  for (const [name, { dtype, shape, data }] of Object.entries(feeds)) {
    if (shape.length === 0) return `"${name}" of ${id} is a scalar, so samples can't be stacked`;
    const { bits, kind } = dataTypes[dtype];
    const perElement = kind === "complex" ? 2 : bits > 0 && bits < 8 ? bits / 8 : 1;
    const expected = Math.ceil(elementCount(shape) * perElement);
    if (data.length !== expected)
      return `"${name}" of ${id} has shape [${shape.join(", ")}] and ${data.length} elements`;
  }
  return undefined;
}

async function refusalFinding<Description>(
  definition: DatasetDefinition<Description>,
  given: unknown,
  context: DatasetContext,
): Promise<Finding> {
  try {
    // A recipe's description arrives unchecked, whatever type the definition hopes for.
    const dataset = await definition.open(given as Description, context);
    for await (const _ of dataset) break;
    return `it accepts ${JSON.stringify(given)}`;
  } catch (error) {
    return isTersorError(error) ? undefined : `at ${JSON.stringify(given)} it threw ${String(error)}`;
  }
}
