// What changed between two models: operators, weights, interface. What they compute is for `checkModel`.

import type { Value } from "@tersor/core";
import type { Inspection } from "./inspect.ts";
import { typeText } from "./type-text.ts";

/** What `compareInspections` found; equal parts are left out. */
export interface ModelDifference {
  /** Operator types whose number differs. */
  readonly ops: readonly { readonly op: string; readonly before: number; readonly after: number }[];
  /** Bytes of weights by element type, of all types that one of them has. */
  readonly weights: readonly { readonly dtype: string; readonly before: number; readonly after: number }[];
  /** Opset versions that differ; absent ones are undefined. */
  readonly opsets: readonly {
    readonly domain: string;
    readonly before: number | undefined;
    readonly after: number | undefined;
  }[];
  /** Inputs and outputs that are new, gone or of another type, as sentences. */
  readonly interface: readonly string[];
}

/** What changed from `before` to `after`. */
export function compareInspections(before: Inspection, after: Inspection): ModelDifference {
  return {
    ops: differing(countsOf(before), countsOf(after)).map(({ key, ...counts }) => ({ op: key, ...counts })),
    weights: allOf(bytesOf(before), bytesOf(after)).map(({ key, ...bytes }) => ({ dtype: key, ...bytes })),
    opsets: opsetChanges(before, after),
    interface: [
      ...valueChanges("input", before.inputs, after.inputs),
      ...valueChanges("output", before.outputs, after.outputs),
    ],
  };
}

interface Change {
  readonly key: string;
  readonly before: number;
  readonly after: number;
}

function allOf(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): readonly Change[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  return keys.map((key) => ({ key, before: before.get(key) ?? 0, after: after.get(key) ?? 0 }));
}

function differing(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): readonly Change[] {
  return allOf(before, after).filter((change) => change.before !== change.after);
}

function countsOf({ ops }: Inspection): ReadonlyMap<string, number> {
  return new Map(ops.map(({ op, count }) => [op, count]));
}

function bytesOf({ weights }: Inspection): ReadonlyMap<string, number> {
  const bytes = new Map<string, number>();
  for (const { dtype, sizeBytes } of weights) bytes.set(dtype, (bytes.get(dtype) ?? 0) + sizeBytes);
  return bytes;
}

function opsetChanges(before: Inspection, after: Inspection): ModelDifference["opsets"] {
  const domains = [...new Set([...Object.keys(before.opsets), ...Object.keys(after.opsets)])].sort();
  return domains
    .map((domain) => ({ domain, before: before.opsets[domain], after: after.opsets[domain] }))
    .filter((change) => change.before !== change.after);
}

function valueChanges(what: string, before: readonly Value[], after: readonly Value[]): readonly string[] {
  const old = new Map(before.map(({ name, type }) => [name, typeText(type)]));
  const now = new Map(after.map(({ name, type }) => [name, typeText(type)]));
  const gone = [...old.keys()].filter((name) => !now.has(name)).map((name) => `${what} "${name}" is gone`);
  const changed = Array.from(now, ([name, type]) => {
    const was = old.get(name);
    if (was === type) return undefined;
    return was === undefined ? `${what} "${name}" is new: ${type}` : `${what} "${name}" was ${was}, is ${type}`;
  });
  return [...gone, ...changed.filter((text) => text !== undefined)];
}
