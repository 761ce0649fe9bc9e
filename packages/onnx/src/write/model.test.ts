import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { attribute, dropped, float32, nodeOf, sourceOf, subgraphsOf, type Graph } from "@tersor/core";
import { readModel, readModelBytes } from "../read/model.ts";
import { described, expectedOf, fixtureBytes, fixturePath, fixtures } from "../test-support/described.ts";
import { fresh } from "../test-support/fresh.ts";
import { modelBytes } from "./model.ts";

/** The model with every message encoded anew. */
function reencoded(graph: Graph): Uint8Array {
  return modelBytes(fresh(graph));
}

const read = (name: (typeof fixtures)[number]) => readModel(fixturePath(`${name}.onnx`));

describe("modelBytes", () => {
  for (const name of fixtures.filter((fixture) => fixture !== "external")) {
    it(`gives "${name}" back byte for byte`, async () => {
      expect(modelBytes(await read(name))).toEqual(fixtureBytes(name));
    });
  }

  for (const name of fixtures) {
    it(`encodes "${name}" anew so that it reads the same`, async () => {
      expect(described(readModelBytes(reencoded(await read(name))))).toEqual(expectedOf(name));
    });
  }

  it("copies what has not changed when one node does, unknown fields too", async () => {
    const graph = await read("unknown");
    const [first, second] = graph.nodes;
    const bytes = modelBytes({ ...graph, nodes: [first!, { ...second!, op: "Sigmoid" }] });
    expect(readModelBytes(bytes).nodes[1]!.op).toBe("Sigmoid");
    expect(occurrences(bytes, "from the future")).toBe(occurrences(fixtureBytes("unknown"), "from the future"));
    expect(occurrences(bytes, "SCALE_TENSOR")).toBe(1);
  });

  it("copies the body that has not changed when its neighbour does", async () => {
    const graph = await read("bodies");
    const nodes = graph.nodes.map((node) => {
      const branch = node.attributes["then_branch"];
      if (branch?.kind !== "graph") return node;
      return {
        ...node,
        attributes: { ...node.attributes, then_branch: attribute.graph({ ...branch.value, nodes: [] }) },
      };
    });
    const written = readModelBytes(modelBytes({ ...graph, nodes }));
    expect(subgraphsOf(written.nodes[2]!).map((body) => [body.attribute, body.graph.nodes.length])).toEqual([
      ["else_branch", 1],
      ["then_branch", 0],
    ]);
    expect(written.nodes[2]!.attributes["else_branch"]).toEqual(graph.nodes[2]!.attributes["else_branch"]);
  });

  it("encodes anew what got another name", async () => {
    const graph = await read("unknown");
    const source = graph.weights.get("w")!.source;
    const weights = new Map([["renamed", { source, origin: dropped("test") }]]);
    const written = readModelBytes(modelBytes({ ...graph, weights }));
    expect(written.weights.get("renamed")!.source.tensor()).toEqual(source.tensor());
    const moved = { ...graph.nodes[0]!, attributes: { other: attribute.int(3) } };
    expect(readModelBytes(modelBytes({ ...graph, nodes: [moved] })).nodes[0]!.attributes).toEqual(moved.attributes);
  });

  it("moves a value from the outputs to the inputs", async () => {
    const graph = await read("unknown");
    const written = readModelBytes(modelBytes({ ...graph, inputs: [...graph.inputs, ...graph.outputs], outputs: [] }));
    expect(written.inputs).toEqual([...graph.inputs, ...graph.outputs]);
    expect(written.outputs).toEqual([]);
  });

  it("keeps an attribute of a kind it does not read, under another name too", async () => {
    const graph = await read("attributes");
    const odd = graph.nodes.at(-1)!;
    const changed = { ...odd, attributes: { renamed: odd.attributes["type"]! } };
    const written = readModelBytes(modelBytes({ ...graph, nodes: [changed] })).nodes[0]!;
    expect(written.attributes).toMatchObject({ renamed: { kind: "opaque" } });
  });

  it("saturates integers that were beyond 2^53", () => {
    const node = nodeOf("Slice", "s", ["x"], ["y"], { ends: attribute.ints([2 ** 63, -(2 ** 63)]) });
    const ends = readModelBytes(modelBytes(graphOf({ nodes: [node] }))).nodes[0]!.attributes["ends"];
    expect(ends).toEqual({ kind: "ints", value: [2 ** 63, -(2 ** 63)] });
    expect(Buffer.from(modelBytes(graphOf({ nodes: [node] }))).toString("hex")).toContain("ffffffffffffffff7f");
  });

  it("keeps what the model says of itself, and raises the IR version with the operator set", async () => {
    const graph = await read("unknown");
    const raised = Buffer.from(modelBytes({ ...graph, opsets: new Map([["", 21]]) })).toString("latin1");
    expect(raised).toContain("future");
    expect(raised.startsWith("\x08\x0a")).toBe(true);
    expect(
      Buffer.from(modelBytes({ ...graph }))
        .toString("latin1")
        .startsWith("\x08\x08"),
    ).toBe(true);
  });

  it("takes weights out of the inputs when an old model must become a newer one", async () => {
    const graph = await read("old");
    const raised = readModelBytes(modelBytes({ ...graph, opsets: new Map([["", 13]]) }));
    expect(raised.inputs.map(({ name }) => name)).toEqual(["x"]);
    expect(readModelBytes(modelBytes({ ...graph })).inputs).toEqual(graph.inputs);
  });

  it("refuses an attribute that another door carries", () => {
    const node = nodeOf("Odd", "odd", [], ["y"], { foreign: { kind: "opaque", value: {} } });
    expect(() => modelBytes(graphOf({ nodes: [node] }))).toThrow(
      expect.objectContaining({ code: "ONNX_OPAQUE_ATTRIBUTE" }),
    );
  });

  it("refuses a source that gives another number of bytes than it said", () => {
    const source = { ...sourceOf(float32([2], [1, 2])), sizeBytes: 12 };
    const graph = graphOf({ weights: new Map([["w", { source, origin: dropped("test") }]]) });
    expect(() => modelBytes(graph)).toThrow(expect.objectContaining({ code: "ONNX_WEIGHT_BYTES" }));
  });

  it("writes what onnxruntime runs to the same result", async () => {
    const graph = await read("bodies");
    const feeds = {
      x: new Tensor(
        "float32",
        Float32Array.from({ length: 8 }, (_, i) => i - 3),
        [2, 4],
      ),
    };
    const outputs = [];
    for (const bytes of [fixtureBytes("bodies"), reencoded(graph), modelBytes({ ...graph, nodes: [...graph.nodes] })]) {
      const session = await InferenceSession.create(bytes);
      outputs.push((await session.run(feeds))["y"]!.data);
    }
    expect(outputs[1]).toEqual(outputs[0]);
    expect(outputs[2]).toEqual(outputs[0]);
  });

  for (const name of ["function", "old"] as const) {
    it(`writes "${name}" so that onnxruntime loads it`, async () => {
      const session = await InferenceSession.create(reencoded(await read(name)));
      expect(session.outputNames).toEqual(["y"]);
    });
  }
});

function graphOf(parts: Partial<Graph>): Graph {
  return {
    name: "g",
    inputs: [],
    outputs: [],
    nodes: [],
    weights: new Map(),
    types: new Map(),
    opsets: new Map([["", 17]]),
    functions: [],
    metadata: new Map(),
    ...parts,
  };
}

function occurrences(bytes: Uint8Array, text: string): number {
  return Buffer.from(bytes).toString("latin1").split(text).length - 1;
}
