// Nodes that share a weight share its integers too, so they need one specification: the narrowest that one of them asks
// for. A tied embedding counts as the same weight: its rows are the columns of the projection.

import type { Graph, Node, QuantizationPlan, QuantizedNode, WeightSpec } from "@tersor/core";
import { intAttribute } from "./formats/attributes.ts";
import { sourceMatrix } from "./weights.ts";

type Planned = QuantizationPlan["nodes"][number];

/** The nodes of a plan with one specification per weight, whichever node reads it. */
export function shareCures(graph: Graph, nodes: QuantizationPlan["nodes"]): QuantizationPlan["nodes"] {
  const graphNodes = new Map(graph.nodes.map((node) => [node.name, node]));
  const keyOf = (planned: Planned): string | undefined => channelsKey(graph, graphNodes.get(planned.node), planned);
  const specs = new Map<string, WeightSpec>();
  for (const planned of nodes) {
    const key = keyOf(planned);
    if (key === undefined || planned.decision === "float") continue;
    const known = specs.get(key);
    specs.set(key, known ? narrowest(known, planned.weight!) : planned.weight!);
  }
  return nodes.map((planned) => {
    const key = keyOf(planned);
    return key === undefined || planned.decision === "float" ? planned : withSpec(planned, specs.get(key)!);
  });
}

function withSpec(planned: QuantizedNode, spec: WeightSpec): QuantizedNode {
  // A table has no use for unsigned codes; it is stored on its own then.
  const fits = planned.form !== "table" || spec.dtype === planned.weight!.dtype;
  return spec === planned.weight || !fits ? planned : { ...planned, weight: spec };
}

/** Axis of the weight that holds the channels, for operators with one weight and one such axis. */
const channelAxis: Readonly<Record<string, (node: Node, rank: number) => number>> = {
  MatMul: (_, rank) => rank - 1,
  Gemm: (node) => (intAttribute(node, "transB", 0) ? 0 : 1),
  Conv: () => 0,
  Gather: () => 0,
};

/** Names the source of a weight and the axis of its channels there; undefined for nodes that share with nobody. */
function channelsKey(graph: Graph, node: Node | undefined, planned: Planned): string | undefined {
  if (!node || planned.decision === "float" || planned.form === "weight-only" || planned.weights?.length !== 1)
    return undefined;
  const name = planned.weights[0]!;
  const weight = graph.weights.get(name);
  const axis = channelAxis[node.op]?.(node, weight?.source.shape.length ?? 0);
  if (!weight || axis === undefined) return undefined;
  const { dtype, granularity } = planned.weight!;
  const matrix = sourceMatrix(weight);
  // Signed and unsigned codes of one grid differ by a shift alone; a cure may have changed one to the other.
  const type = planned.form === "table" ? dtype : "int8";
  const place = matrix ? [matrix.source, matrix.turned ? 1 - axis : axis] : [name, axis];
  return JSON.stringify([...place, type, granularity]);
}

function narrowest(a: WeightSpec, b: WeightSpec): WeightSpec {
  if (a.dtype !== b.dtype) return a.dtype === "uint8" ? a : b;
  const bounds = { ...a.channelBounds };
  for (const [channel, bound] of Object.entries(b.channelBounds ?? {})) {
    bounds[Number(channel)] = Math.min(bound, bounds[Number(channel)] ?? bound);
  }
  const bits = Math.min(a.bits, b.bits);
  return { ...a, bits, ...(Object.keys(bounds).length > 0 && { channelBounds: bounds }) };
}
