// Every ONNX operator is defined, with the versions and attributes that ONNX's schemas give (tools/make-op-schemas.py).

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { standardOps } from "./index.ts";

interface Schema {
  readonly since: readonly number[];
  readonly attributes: readonly string[];
}

const schemas = JSON.parse(readFileSync(new URL("cases/schemas.json", import.meta.url), "utf8")) as Readonly<
  Record<string, Schema>
>;
const ours = standardOps.filter(({ domain, type }) => domain === "" && schemas[type] !== undefined);

/** Versions that onnxruntime added before ONNX had the operator. */
const early: Readonly<Record<string, readonly number[]>> = { LayerNormalization: [1] };

describe("operators and ONNX's schemas", () => {
  it("defines every operator of opset 23", () => {
    const defined = new Set(ours.map(({ type }) => type));
    const missing = Object.keys(schemas).filter((type) => !defined.has(type));
    expect(missing).toEqual([]);
  });

  it.each(ours.map((op) => [op.type, op] as const))("%s", (type, { since, attributeNames }) => {
    expect(since.filter((version) => !early[type]?.includes(version))).toEqual(schemas[type]!.since);
    expect(schemas[type]!.attributes.filter((name) => !attributeNames.includes(name))).toEqual([]);
  });
});
