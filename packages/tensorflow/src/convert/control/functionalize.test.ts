// Control flow in one form: what is left of loops, and graphs that have no such form. What the forms compute is held
// against TensorFlow in the suite of conversion.
import { sourceOf, tensorFromNumbers } from "@tersor/core";
import { describe, expect, it } from "vitest";
import type { TensorFlowAttribute, TensorFlowFunction, TensorFlowGraph, TensorFlowNode } from "../../graphdef/graph.ts";
import { functionalize } from "./functionalize.ts";

function node(
  op: string,
  name: string,
  inputs = "",
  attributes: Readonly<Record<string, TensorFlowAttribute>> = {},
): TensorFlowNode {
  return { name, op, inputs: inputs.split(" ").filter(Boolean).map(reference), control: [], attributes };
}

function reference(tensor: string): string {
  return tensor.includes(":") ? tensor : `${tensor}:0`;
}

const frame = { frame_name: { kind: "string", value: "loop" } } as const;
const one = { value: { kind: "tensor", value: sourceOf(tensorFromNumbers("int32", [], [1])) } } as const;

function level(name: string, inputs: string, outputs: string, ...nodes: readonly TensorFlowNode[]): TensorFlowFunction {
  const ports = (names: string) => names.split(" ").map((tensor) => ({ name: tensor, tensor: reference(tensor) }));
  return { name, inputs: ports(inputs), outputs: ports(outputs), nodes };
}

function graph(main: TensorFlowFunction, ...functions: readonly TensorFlowFunction[]): TensorFlowGraph {
  return { ...main, functions: new Map(functions.map((each) => [each.name, each])), variables: new Map() };
}

/** Doubles x while i < n; i is not read afterwards, k is carried in vain. */
const loop = [
  node("Const", "one", "", one),
  node("Enter", "i/enter", "start", frame),
  node("Enter", "x/enter", "x", frame),
  node("Enter", "k/enter", "x", frame),
  node("Enter", "n/enter", "n", frame),
  node("Merge", "i", "i/enter i/next"),
  node("Merge", "y", "x/enter y/next"),
  node("Merge", "k", "k/enter k/next"),
  node("Less", "less", "i n/enter"),
  node("LoopCond", "cond", "less"),
  node("Switch", "i/switch", "i cond"),
  node("Switch", "y/switch", "y cond"),
  node("Switch", "k/switch", "k cond"),
  node("AddV2", "i/add", "i/switch:1 one"),
  node("AddV2", "y/add", "y/switch:1 y/switch:1"),
  node("NextIteration", "i/next", "i/add"),
  node("NextIteration", "y/next", "y/add"),
  node("NextIteration", "k/next", "k/switch:1"),
  node("Exit", "result", "y/switch"),
];
const looping = level("main", "start x n", "result", ...loop);

describe("functionalize", () => {
  it("leaves a graph without control flow alone", () => {
    const plain = graph(level("main", "x", "y", node("Relu", "y", "x")));
    expect(functionalize(plain)).toBe(plain);
  });

  it("makes a While of a frame, and carries only what counts", () => {
    const { nodes, outputs, functions } = functionalize(graph(looping));
    expect(nodes.map(({ op, inputs }) => [op, ...inputs])).toEqual([["While", "start:0", "x:0", "n:0"]]);
    expect(outputs).toEqual([{ name: "result", tensor: "loop:1" }]);
    const named = (attribute: string) => functions.get(String(nodes[0]!.attributes[attribute]!.value))!;
    expect(named("cond").nodes.map(({ op }) => op)).toEqual(["Less"]);
    expect(named("body").nodes.map(({ op }) => op)).toEqual(["Const", "AddV2", "AddV2"]);
    expect(named("body").outputs.map(({ tensor }) => tensor)).toEqual(["i/add:0", "y/add:0", "n:0"]);
  });

  it("prunes loops of TensorFlow 2 inside branches", () => {
    const branches = {
      then_branch: { kind: "function", value: "f" },
      else_branch: { kind: "function", value: "f" },
    } as const;
    const parts = { cond: { kind: "function", value: "cond" }, body: { kind: "function", value: "body" } } as const;
    const outer = level("main", "p i x", "y", node("If", "y", "p i x", branches));
    const f = level("f", "i x", "w", node("While", "w", "i x x", parts));
    const body = level("body", "i x k", "j y k", node("Neg", "j", "i"), node("Neg", "y", "x"));
    const cond = level("cond", "i x k", "c", node("Greater", "c", "i i"));
    const { nodes, functions } = functionalize(graph(outer, f, body, cond));
    const called = functions.get(String(nodes[0]!.attributes["then_branch"]!.value))!;
    expect(called.nodes.map(({ op, inputs }) => [op, ...inputs])).toEqual([["While", "i:0"]]);
    const kept = functions.get(String(called.nodes[0]!.attributes["body"]!.value))!;
    expect(kept.nodes.map(({ name }) => name)).toEqual(["j"]);
  });

  it("ends where a function calls itself", () => {
    const attributes = { cond: { kind: "function", value: "f" }, body: { kind: "function", value: "f" } } as const;
    const main = level("main", "x", "w", node("While", "w", "x", attributes));
    const f = level("f", "x", "w", node("While", "w", "x", attributes));
    expect(functionalize(graph(main, f)).nodes).toHaveLength(1);
  });

  it.each([
    ["a loop has no condition", loop.filter(({ op }) => op !== "LoopCond"), "it has 0 conditions"],
    ["a loop has two", [...loop, node("LoopCond", "cond2", "less")], "it has 2 conditions"],
    [
      "a Merge has no start",
      loop.map((each) => (each.name === "i" ? node("Merge", "i", "one i/next") : each)),
      "does not merge a start with a next value",
    ],
    ["an Enter names no frame", [node("Enter", "result", "x")], "does not name its frame"],
    [
      "frames are inside one another",
      [
        node("Enter", "a", "d", frame),
        node("Enter", "b", "a", { frame_name: { kind: "string", value: "other" } }),
        node("Relu", "c", "b"),
        node("Enter", "d", "c", frame),
        node("Exit", "result", "d"),
      ],
      "inside one another",
    ],
    [
      "a value needs itself",
      [node("Neg", "a", "b"), node("Neg", "b", "a"), node("Merge", "result", "a b")],
      "its own result",
    ],
    ["one side never meets the other", [node("Switch", "s", "x p"), node("Neg", "result", "s:1")], "never meets"],
    ["both sides are needed at once", [node("Switch", "s", "x p"), node("Add", "result", "s:0 s:1")], "both sides"],
    ["a Merge is of nothing", [node("Merge", "result", "x p")], "not the sides of one condition"],
    [
      "a Merge is of three",
      [node("Switch", "s", "x p"), node("Merge", "result", "s:0 s:1 x x")],
      "not the sides of one condition",
    ],
  ])("refuses where %s", (_, nodes, why) => {
    const broken = graph(level("main", "start x n p", "result", ...nodes));
    expect(() => functionalize(broken)).toThrowError(expect.objectContaining({ code: "TENSORFLOW_CONTROL_FLOW" }));
    expect(() => functionalize(broken)).toThrow(why);
  });
});
