import { type ModelInput, type Sample } from "@tersor/core";
import { describe, expect, it } from "vitest";
import { jsonLines, type JsonLinesOptions } from "./json-lines.ts";

async function read(content: string, options: JsonLinesOptions = {}): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const sample of jsonLines(new TextEncoder().encode(content), options)) samples.push(sample);
  return samples;
}

const input = (name: string, dtype: "float32" | "int32" | "bool"): ModelInput => ({
  name,
  type: { kind: "tensor", dtype },
});

describe("JSON lines", () => {
  it("gives tensors with the shape of the lists, and labels", async () => {
    const [first, second] = await read(
      '{"x":[[1,2.5]],"ids":[[1,2],[3,4]],"label":2}\n\n{"x":[[0,1]],"ids":[[5]],"label":[1,0]}\n',
    );
    expect(first!.feeds["x"]).toEqual({ dtype: "float32", shape: [1, 2], data: Float32Array.of(1, 2.5) });
    expect(first!.feeds["ids"]).toEqual({ dtype: "int64", shape: [2, 2], data: BigInt64Array.of(1n, 2n, 3n, 4n) });
    expect([first!.label, second!.label, second!.id]).toEqual([2, [1, 0], "line 3"]);
  });

  it("takes element types from the model", async () => {
    const [sample] = await read('{"a":[1,2],"b":[3],"c":[true],"d":7,"e":["word"],"f":[]}', {
      inputs: [input("a", "float32"), input("b", "int32"), input("c", "bool")],
    });
    const types = Object.values(sample!.feeds).map((tensor) => [tensor.dtype, tensor.shape]);
    expect(types).toEqual([
      ["float32", [2]],
      ["int32", [1]],
      ["bool", [1]],
      ["int64", []],
      ["string", [1]],
      ["int64", [0]],
    ]);
  });

  it("takes labels of texts and of several parts, for metrics that read them", async () => {
    const boxes = { boxes: [[0, 0, 1, 1]], classes: [3] };
    const lines = [["a", "b"], boxes].map((label) => JSON.stringify({ x: [1], label })).join("\n");
    expect((await read(lines)).map(({ label }) => label)).toEqual([["a", "b"], boxes]);
  });

  it("takes the first samples, and leaves an input named label alone", async () => {
    expect(await read('{"x":1}\n{"x":2}\n{', { samples: 2 })).toHaveLength(2);
    const [sample] = await read('{"label":[1],"y":3}', { inputs: [input("label", "float32")] });
    expect(Object.keys(sample!.feeds)).toEqual(["label", "y"]);
  });

  it.each([
    ['{"x":[1}', /^Line 2 .* not JSON/],
    ["3", /^Line 2 .* one JSON object/],
    ['{"x":[[1,2],[3]]}', /^Line 2 .* different lengths in "x"/],
    ['{"x":[[1],2]}', /^Line 2 .* different lengths/],
    ['{"x":[1,"a"]}', /^Line 2 .* other than numbers in "x"/],
    ['{"x":[null]}', /^Line 2 .* other than numbers/],
    ['{"x":{"y":1}}', /^Line 2 .* other than numbers/],
    ['{"n":[1.5]}', /^Line 2 .* fractions in "n"/],
    ['{"n":[3000000000]}', /^Line 2 .* out of range in "n"/],
    ['{"label":null}', /^Line 2 .* label/],
    ['{"label":[1,"a"]}', /^Line 2 .* label/],
    [`{"x":${"[".repeat(5000)}${"]".repeat(5000)}}`, /^Line 2 /],
  ])("names the line of %s", async (line, message) => {
    await expect(read(`{"x":1}\n${line}`, { inputs: [input("n", "int32")] })).rejects.toThrow(message);
  });

  it("refuses a file without samples", async () => {
    await expect(read("\n\n")).rejects.toMatchObject({ code: "DATA_EMPTY" });
    await expect(read('{"x":1}', { samples: 0 })).rejects.toMatchObject({ code: "DATA_OPTION" });
  });
});
