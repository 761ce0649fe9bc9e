// The laws hold for a plain operator, and each planted fault is caught by the law it breaks.

import { describe, expect, it } from "vitest";
import { defineOp, type Attribute, type OpDefinition } from "@tersor/core";
import { brokenLaws } from "./broken-laws.fixture.ts";
import { operatorChecks } from "./operator.ts";

/** Like Relu, in a domain of its own. */
const sound = defineOp({
  type: "Soften",
  domain: "org.example",
  since: [1, 3],
  attributes: { axis: { read: (given: Attribute | undefined) => (given?.kind === "int" ? given.value : 0) } },
  shape: ([x]) => [x?.shape],
  quantization: { kind: "activation", inputs: [0] },
});

function wrong(change: Partial<OpDefinition>): OpDefinition {
  return { ...sound, ...change };
}

let calls = 0;

const planted: readonly (readonly [law: string, fault: OpDefinition])[] = [
  ["its type is an identifier", wrong({ type: "Soften it" })],
  ["its versions are whole numbers that rise", wrong({ since: [3, 1] })],
  ["its versions are whole numbers that rise", wrong({ since: [] })],
  [
    "its rules answer whatever tensors and attributes a file has",
    wrong({ shape: ([x], { node }) => [[x!.shape[(node.attributes["axis"] as { value: number }).value]!.toString()]] }),
  ],
  ["its rules give what can be a type", wrong({ fold: { kind: "rule", run: () => [misshapen] }, shape: () => [[3]] })],
  ["its rules give the same answer twice, and leave the node as it is", wrong({ shape: () => [[calls++]] })],
  [
    "its rules give the same answer twice, and leave the node as it is",
    wrong({ shape: (_, { node }) => [Object.assign(node.attributes, { seen: calls++ }) && [1]] }),
  ],
  [
    "its part in quantization is stated, with the reason where it has none",
    wrong({ quantization: () => ({ kind: "float", why: "" }) }),
  ],
  [
    "its part in quantization is stated, with the reason where it has none",
    wrong({ quantization: () => ({ kind: "weighted", activation: 0, weight: 1, channelAxis: -1 }) }),
  ],
  ["its cost is a number that is not negative, or NaN where it is not known", wrong({ cost: () => -1 })],
];

const misshapen = { dtype: "float32", shape: [3], data: [1, 2] } as const;

/** Planted apart, as it takes its time. */
const slow = wrong({
  shape: () => {
    const start = performance.now();
    while (performance.now() - start < 20);
    return [[1]];
  },
});

describe("the laws of operators", () => {
  it("hold for one that keeps shapes", async () => {
    expect(await brokenLaws(operatorChecks(sound))).toEqual(new Map());
  });

  it.each(planted)('notice what breaks "%s"', async (law, fault) => {
    const broken = await brokenLaws(operatorChecks(fault));
    expect(broken.get(law)).toContain(`breaks the law "${law}"`);
  });

  it('notice what breaks "its rules are quick"', async () => {
    const checks = operatorChecks(slow).filter(({ name }) => name === "its rules are quick");
    expect([...(await brokenLaws(checks)).keys()]).toEqual(["its rules are quick"]);
  });

  it("are each broken by some planted fault", () => {
    const names = operatorChecks(sound).map(({ name }) => name);
    expect(new Set([...planted.map(([law]) => law), "its rules are quick"])).toEqual(new Set(names));
  });
});
