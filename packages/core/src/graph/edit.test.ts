import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { constant, graphOf, op, subgraph } from "../test-support/graphs.ts";
import { edit, editEverywhere, GraphDraft, sortNodes } from "./edit.ts";
import { attribute, nodeOf, subgraphsOf, type Node } from "./graph.ts";
import { originOf } from "./origin.ts";
import { problemsOf } from "./verify.ts";

const chain = () =>
  graphOf({ inputs: ["x"], outputs: ["c"], nodes: [op("Relu", "x", "a"), op("Neg", "a", "b"), op("Add", "a b", "c")] });

describe("a draft", () => {
  it("gives the same graph back when nothing changed", () => {
    const graph = chain();
    expect(edit(graph, (draft) => draft.consumers("a"))).toBe(graph);
    expect(edit(graph, (draft) => draft.removeWeight("none"))).toBe(graph);
    expect(edit(graph, (draft) => draft.raiseOpset("", 13))).toBe(graph);
  });

  it("never changes the graph it came from", () => {
    const graph = chain();
    const before = structuredClone(graph);
    edit(graph, (draft) => {
      draft.remove(draft.producer("b")!);
      draft.redirect("b", "a");
      draft.setOutputs([]);
    });
    expect(graph).toEqual(before);
  });

  it("redirects readers, also one that reads a value twice", () => {
    const after = edit(chain(), (draft) => {
      draft.redirect("b", "a");
      draft.remove(draft.producer("b")!);
    });
    expect(after.nodes.map(({ inputs }) => inputs)).toEqual([["x"], ["a", "a"]]);
    expect(problemsOf(after)).toEqual([]);
  });

  it("redirects captures, inside bodies of bodies too", () => {
    const inner = subgraph([op("Neg", "a", "i")], ["i"]);
    const outer = subgraph(
      [nodeOf("If", "in", ["x"], ["o"], { then_branch: attribute.graph(inner), else_branch: attribute.graph(inner) })],
      ["o"],
    );
    const node = nodeOf("If", "out", ["x"], ["y"], {
      then_branch: attribute.graph(outer),
      else_branch: attribute.graph(outer),
    });
    const graph = graphOf({ inputs: ["x"], outputs: ["y"], nodes: [op("Relu", "x", "a"), op("Abs", "x", "b"), node] });
    const after = edit(graph, (draft) => {
      draft.redirect("a", "b");
      draft.remove(draft.producer("a")!);
    });
    expect(problemsOf(after)).toEqual([]);
    expect(edit(after, (draft) => expect(draft.consumers("b")).toHaveLength(1))).toBe(after);
  });

  it("sorts what was inserted out of order", () => {
    const after = edit(chain(), (draft) => {
      draft.insertAfter(draft.producer("c")!, op("Abs", "x", "late"));
      draft.redirect("b", "late", ({ op: type }) => type === "Add");
    });
    expect(problemsOf(after)).toEqual([]);
  });

  it("forgets stated types of what nodes that changed make", () => {
    const type = { kind: "tensor", dtype: "float32" } as const;
    const graph = {
      ...chain(),
      types: new Map([
        ["a", type],
        ["b", type],
      ]),
    };
    const after = edit(graph, (draft) => draft.update(draft.producer("b")!, { op: "Abs" }));
    expect([...after.types.keys()]).toEqual(["a"]);
  });

  it("makes names that nothing has, in bodies and around them", () => {
    const body = subgraph([op("Neg", "x", "w_1")], ["w_1"]);
    const node = nodeOf("If", "if", ["x"], ["w"], {
      then_branch: attribute.graph(body),
      else_branch: attribute.graph(body),
    });
    const draft = new GraphDraft(graphOf({ inputs: ["x"], outputs: ["w"], nodes: [node] }), () => ["w_2"]);
    expect([draft.fresh("w"), draft.fresh("w"), draft.fresh("v")]).toEqual(["w_3", "w_4", "v"]);
  });

  it("knows who reads a value alone", () => {
    const draft = new GraphDraft(chain());
    expect(draft.onlyConsumer("a")).toBeUndefined();
    expect(draft.onlyConsumer("b")).toBe(draft.producer("c"));
    expect(draft.onlyConsumer("c")).toBeUndefined();
  });

  it("refuses nodes that are not its own", () => {
    const draft = new GraphDraft(chain());
    const node = draft.producer("a")!;
    draft.remove(node);
    expect(() => draft.remove(node)).toThrow(expect.objectContaining({ code: "CORE_NODE_NOT_IN_DRAFT" }));
  });

  it("raises operator sets, never lowers them", () => {
    const after = edit(chain(), (draft) => {
      draft.raiseOpset("", 21);
      draft.raiseOpset("", 13);
      draft.raiseOpset("com.microsoft", 1);
    });
    expect([...after.opsets]).toEqual([
      ["", 21],
      ["com.microsoft", 1],
    ]);
  });

  it("puts nodes in front of an empty graph", () => {
    const after = edit(graphOf({ inputs: ["x"], outputs: ["y"], nodes: [] }), (draft) =>
      draft.prepend(op("Relu", "x", "y")),
    );
    expect(problemsOf(after)).toEqual([]);
  });
});

describe("editEverywhere", () => {
  it("changes bodies before what is around them", () => {
    const body = subgraph([op("Neg", "x", "i")], ["i"]);
    const node = nodeOf("If", "if", ["x"], ["y"], {
      then_branch: attribute.graph(body),
      else_branch: attribute.graph(body),
    });
    const after = editEverywhere(graphOf({ inputs: ["x"], outputs: ["y"], nodes: [node] }), (level) =>
      edit(level, (draft) => draft.setWeight("k", { source: { ...sourceStub }, origin: originOf("k") })),
    );
    expect(after.weights.has("k")).toBe(true);
    expect(subgraphsOf(after.nodes[0]!).map(({ graph }) => graph.weights.has("k"))).toEqual([true, true]);
  });
});

const sourceStub = {
  dtype: "float32",
  shape: [],
  sizeBytes: 4,
  bytes: () => new Uint8Array(4),
  tensor: () => constant([0], []),
} as const;

describe("sortNodes", () => {
  it("puts any order of any acyclic graph right, and leaves a right one as it is", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(), { maxLength: 3 }), { maxLength: 30 }),
        fc.infiniteStream(fc.nat()),
        (edges, random) => {
          const nodes: Node[] = edges.map((from, i) =>
            op("Sum", ["x", ...(i > 0 ? from.map((j) => `v${j % i}`) : [])].join(" "), `v${i}`),
          );
          expect(sortNodes(nodes)).toEqual(nodes);
          const shuffled = nodes.toSorted(() => (random.next().value! % 3) - 1);
          const outputs = nodes.map(({ outputs: [name] }) => name!);
          expect(problemsOf(graphOf({ inputs: ["x"], outputs, nodes: sortNodes(shuffled) }))).toEqual([]);
        },
      ),
    );
  });

  it("goes deeper than the call stack", () => {
    const nodes = Array.from({ length: 100_000 }, (_, i) => op("Neg", `v${i}`, `v${i + 1}`)).reverse();
    expect(sortNodes(nodes).at(-1)).toBe(nodes[0]);
  });

  it("keeps the nodes of a cycle", () => {
    const nodes = [op("Neg", "b", "a"), op("Neg", "a", "b")];
    expect(new Set(sortNodes(nodes))).toEqual(new Set(nodes));
  });
});
