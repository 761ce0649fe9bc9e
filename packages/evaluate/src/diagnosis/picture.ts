// The picture of a graph for reports: its operators in order with their precision, as a plan decided it or as the graph
// itself shows it, and who reads whom.

import {
  subgraphsOf,
  type DataType,
  type Graph,
  type GraphPicture,
  type Inference,
  type Node,
  type NodeForm,
  type PicturedNode,
  type PrecisionKind,
  type QuantizationPlan,
  type Subgraph,
} from "@tersor/core";
import { precisionOf, surroundingsOf, type Precision } from "../inspect/precision.ts";
import { precisionText } from "../report/inspection.ts";

/** What is known besides the graph. */
export interface PictureOptions {
  /** Types of values, so that float operators are told from those on shapes and indices. */
  readonly inference?: Inference;
  /** Decisions for the nodes, by name: the graph is then the one that the plan speaks of, still float. */
  readonly plan?: QuantizationPlan;
}

/** Pictures a graph; bodies of If, Loop and Scan follow the node they belong to. */
export function pictureOf(graph: Graph, { inference, plan }: PictureOptions = {}): GraphPicture {
  const planned = new Map(plan?.nodes.map((node) => [node.node, node]));
  const nodes: PicturedNode[] = [];
  walk(graph, inference, new Map(), { nodes, planned, activations: plan?.activations ?? {}, mode: plan?.mode ?? "" });
  return { nodes };
}

interface Walk {
  readonly nodes: PicturedNode[];
  readonly planned: ReadonlyMap<string, QuantizationPlan["nodes"][number]>;
  readonly activations: Readonly<Partial<QuantizationPlan["activations"]>>;
  /** Of the plan; "" without one. */
  readonly mode: string;
}

function walk(graph: Subgraph, known: Inference | undefined, outer: ReadonlyMap<string, number>, to: Walk): void {
  const around = surroundingsOf(graph, (name) => dtypeIn(known, name));
  const makers = new Map(outer);
  for (const node of graph.nodes) {
    const place = to.nodes.length;
    to.nodes.push(pictured(node, precisionOf(node, around), makers, to));
    for (const { graph: body } of subgraphsOf(node)) walk(body, known?.of(body), makers, to);
    for (const output of node.outputs) makers.set(output, place);
  }
}

function dtypeIn(known: Inference | undefined, name: string): DataType | undefined {
  const type = known?.types.get(name);
  return type?.kind === "tensor" ? type.dtype : undefined;
}

function pictured(
  node: Node,
  shown: Precision,
  makers: ReadonlyMap<string, number>,
  { planned: decisions, activations, mode }: Walk,
): PicturedNode {
  const planned = decisions.get(node.name);
  const written = node.outputs.map((name) => activations[name]).find((activation) => activation?.at === "producer");
  const inputs = [...new Set(node.inputs.flatMap((name) => makers.get(name) ?? []))];
  return {
    node: node.name || (node.outputs.find((name) => name !== "") ?? ""),
    op: node.domain === "" ? node.op : `${node.domain}.${node.op}`,
    ...(planned ? decided(planned, shown, mode) : undecided(shown, written?.dtype)),
    inputs,
  };
}

/** Float types narrower than float32 are what one wanted to see. */
function kindOf(shown: Precision): PrecisionKind {
  return shown.kind === "float" && shown.dtype !== "float32" && shown.dtype !== "float64" ? "narrow-float" : shown.kind;
}

/** An operator between two that are quantized, such as a Relu: where its result is made as integers, it is fused. */
function undecided(shown: Precision, written: string | undefined): Decided {
  if (written === undefined) return { kind: kindOf(shown), precision: precisionText(shown) };
  return { kind: "integer", precision: `its result is ${written}` };
}

type Decided = Pick<PicturedNode, "kind" | "precision" | "reason">;

function decided(planned: QuantizationPlan["nodes"][number], shown: Precision, mode: string): Decided {
  if (planned.decision === "float") return { kind: "float", precision: precisionText(shown), reason: planned.why };
  const { form, weight, groups, note } = planned;
  const remark = note === undefined ? {} : { reason: note };
  if (form === "narrow-float") return { kind: "narrow-float", precision: mode, ...remark };
  return { ...precisionOfForm(form, weight?.dtype ?? "int8", groups?.bits), ...remark };
}

function precisionOfForm(
  form: Exclude<NodeForm, "narrow-float">,
  dtype: string,
  bits: number | undefined,
): { readonly kind: PrecisionKind; readonly precision: string } {
  switch (form) {
    case "static":
    case "dynamic":
      return { kind: "integer", precision: `${dtype}, ${form}` };
    case "carried":
      return { kind: "integer", precision: "on the integers of its neighbours" };
    case "weight-only":
    case "table":
      return { kind: "weight-only", precision: `${dtype} weights` };
    case "groups":
      return { kind: "weight-only", precision: `${bits ?? 4}-bit weights` };
  }
}
