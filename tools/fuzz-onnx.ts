// Fuzzes the ONNX reader and writer: damaged models must give a graph or a typed error, within a second.
// Run: npx tsx --conditions=@tersor/source tools/fuzz-onnx.ts --cases 10000 --seed 1

import { parseArgs } from "node:util";
import { isTersorError } from "@tersor/core";
import { damages, randomBelow, useModel } from "../packages/onnx/src/test-support/damage.ts";
import { fixtureBytes, fixtures } from "../packages/onnx/src/test-support/described.ts";

const { values } = parseArgs({
  options: { cases: { type: "string", default: "10000" }, seed: { type: "string", default: "1" } },
});
const cases = Number(values.cases);
const seed = Number(values.seed);

const models = fixtures.filter((name) => name !== "external").map((name) => [name, fixtureBytes(name)] as const);
const kinds = Object.entries(damages);
const outcomes = new Map<string, number>();
let slowestMs = 0;

for (let number = 0; number < cases; number++) {
  const [model, bytes] = models[number % models.length]!;
  const [kind, damage] = kinds[Math.floor(number / models.length) % kinds.length]!;
  const random = randomBelow(seed * 1_000_003 + number);
  const code = outcomeOf(damage(bytes, random), `case ${number} (seed ${seed}): ${model}, ${kind}`);
  outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
}

process.stdout.write(`${cases} cases, slowest ${slowestMs.toFixed(0)} ms\n`);
for (const [code, count] of [...outcomes].sort((a, b) => b[1] - a[1])) process.stdout.write(`${count}\t${code}\n`);

function outcomeOf(bytes: Uint8Array, label: string): string {
  const cpuBefore = process.cpuUsage();
  try {
    useModel(bytes);
    return "usable";
  } catch (error) {
    if (!isTersorError(error)) throw new Error(`${label}: not a typed error`, { cause: error });
    return error.code;
  } finally {
    const { user, system } = process.cpuUsage(cpuBefore);
    slowestMs = Math.max(slowestMs, (user + system) / 1000);
    if (slowestMs > 1000) throw new Error(`${label}: took ${slowestMs} ms`);
  }
}
