// All architectures of the bank in all forms: each quantizes, loads, runs and stays finite; how near the results come
// as medians, and the size of the files against the incumbent's.
import { createExecutor } from "@tersor/onnx";
import { afterAll, describe, expect, it } from "vitest";
import { bankModels } from "../inference/bank.ts";
import { bankModel, incumbentBytes, modes, quantizeAndRun, type BankRun, type Mode } from "./bank-runs.ts";

/** Least median of the SQNR, in dB. */
const floors: Readonly<Record<Mode, number>> = { dynamic: 27.7, qdq: 24, qoperator: 23 };
/** SQNR below which an output hardly resembles the float one. */
const POOR = 10;
/** Models below that may be at most this many. Not counted are lists of detections, where one more moves all others. */
const MOST_POOR = 3;

describe.skipIf(bankModels.length === 0)("the bank (skipped where TERSOR_BANK names no folder)", () => {
  const executor = createExecutor({ inProcess: true });
  afterAll(() => executor.dispose());
  const runs: BankRun[] = [];
  const of = (mode: Mode): readonly BankRun[] => runs.filter((run) => run.mode === mode);

  it.each(bankModels)("%s quantizes, loads and runs", async (name) => {
    const model = await bankModel(name);
    for (const mode of modes) {
      const run = await quantizeAndRun(executor, model, mode);
      runs.push(run);
      expect(run, mode).toMatchObject({ nonFinite: 0 });
      expect(run.quantized, mode).toBeGreaterThan(0);
    }
  });

  it("ran all of them", () => expect(runs.length).toBe(bankModels.length * modes.length));

  it.each(modes)("%s comes near enough in the median", (mode) => {
    const sorted = of(mode)
      .map(({ sqnr }) => sqnr)
      .filter(Number.isFinite)
      .sort((a, b) => a - b);
    expect((sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2).toBeGreaterThanOrEqual(floors[mode]);
  });

  it.each(modes)("%s leaves few results far from the float ones", (mode) => {
    const poor = of(mode).filter(({ sqnr, isList }) => sqnr < POOR && !isList);
    expect(poor.length, poor.map(({ model, sqnr }) => `${model} ${sqnr}`).join()).toBeLessThanOrEqual(MOST_POOR);
  });

  it.each(modes)("%s writes files that are no larger than the incumbent's", (mode) => {
    const theirs = incumbentBytes();
    const larger = of(mode).filter(({ model, bytes }) => bytes > (theirs(model, mode) ?? Infinity) * 1.02 + 4096);
    expect(larger.map(({ model, bytes }) => `${model} ${bytes} ${theirs(model, mode)}`)).toEqual([]);
  });
});
