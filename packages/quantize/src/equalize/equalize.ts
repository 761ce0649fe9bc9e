// Equalization before quantizing: factors per channel move from activations into weights, so that both spend their codes
// evenly. What the graph computes stays the same up to float rounding.

import { edit, GraphDraft, isFloat, numbersOf, type Equalization, type Graph, type Node } from "@tersor/core";
import { noCalibration } from "../errors.ts";
import type { Placement } from "../placement/place.ts";
import { columnsOf } from "./columns.ts";
import { crossLayerFactors } from "./cross-layer.ts";
import { Shapes } from "./divide-output.ts";
import { foldInputScales, type Folding } from "./fold-scale.ts";
import {
  equalizedInputs,
  observeInputs,
  type EqualizedInput,
  type ObservedInput,
  type ObserveTools,
} from "./layers.ts";
import type { CrossLayerOptions, SmoothQuantOptions } from "./options.ts";
import { chooseSmoothing, smoothingFactors, weightMagnitudes, type Measure, type Smoothing } from "./smooth-quant.ts";

/** A graph that computes the same with other factors, and what was done. */
export interface EqualizedGraph {
  readonly graph: Graph;
  readonly done: readonly Equalization[];
}

/** Cross-layer equalization of all weights that the placement quantizes; needs no data. */
export function equalizeAcrossLayers(
  prepared: Graph,
  placement: Placement,
  { rounds, clipAsRelu = false }: CrossLayerOptions,
): EqualizedGraph {
  const graph = clipAsRelu ? withoutClips(prepared) : prepared;
  const inputs = equalizedInputs(graph, placement);
  const factors = crossLayerFactors(
    new GraphDraft(graph),
    new Shapes(graph),
    inputs.map(({ tensor }) => tensor),
    rounds,
  );
  const { graph: after, foldings } = foldInputScales(graph, factors, { insert: false });
  return { graph: after, done: recordOf("cross-layer", inputs, foldings, () => undefined) };
}

/** One way of choosing factors; it can be asked for again with another alpha or measure. */
export type SmoothQuantTrial = (alpha: number | "auto", measure: Measure) => EqualizedGraph;

/** SmoothQuant of the layers that the placement quantizes; the walk over the data is made once for all ways. */
export async function smoothQuant(
  prepared: Graph,
  placement: Placement,
  options: SmoothQuantOptions,
  tools: Partial<ObserveTools>,
): Promise<SmoothQuantTrial> {
  const { executor, batches, calibrators = [], observe } = tools;
  if (!executor || !batches) throw noCalibration();
  const graph = options.clipAsRelu ? withoutClips(prepared) : prepared;
  const inputs = equalizedInputs(graph, placement);
  const observed = await observeInputs(graph, inputs, placement, {
    executor,
    batches,
    calibrators,
    ...(observe && { observe }),
  });
  return (alpha, measure) => {
    const chosen = new Map(
      observed.flatMap((input) => {
        const found = smoothingOf(graph, input, { ...options, alpha }, measure);
        return found ? [[input, found] as const] : [];
      }),
    );
    return smoothed(graph, chosen, options);
  };
}

function smoothingOf(
  graph: Graph,
  { readers, absmax, layers }: ObservedInput,
  options: SmoothQuantOptions,
  measure: Measure,
): Smoothing | undefined {
  const { alpha = 0.5 } = options;
  const columns = readers.map((reader) => columnsOf(reader, graph.weights.get(reader.weight)!.source, Infinity)!);
  const weights = weightMagnitudes(columns, absmax.length, measure);
  if (alpha === "auto") return chooseSmoothing(layers, absmax, weights, options, measure);
  return { alpha, factors: smoothingFactors(absmax, weights, alpha) };
}

/** A Mul before a Conv would break the chain of integers that its neighbours hand on, so none is put there. */
function smoothed(
  graph: Graph,
  chosen: ReadonlyMap<EqualizedInput, Smoothing>,
  { fold = true, insert = true }: SmoothQuantOptions,
): EqualizedGraph {
  const factorsOf = (isConv: boolean): ReadonlyMap<string, Float32Array> =>
    new Map(
      [...chosen].flatMap(([{ tensor, readers }, { factors }]) =>
        readers[0]!.inner > 0 === isConv ? [[tensor, factors] as const] : [],
      ),
    );
  const convolutions = foldInputScales(graph, factorsOf(true), { fold, insert: false });
  const products = foldInputScales(convolutions.graph, factorsOf(false), { fold, insert });
  const foldings = new Map([...convolutions.foldings, ...products.foldings]);
  const alphas = new Map([...chosen].map(([{ tensor }, { alpha }]) => [tensor, alpha]));
  const done = recordOf("smooth-quant", [...chosen.keys()], foldings, (tensor) => alphas.get(tensor));
  return { graph: products.graph, done };
}

function recordOf(
  method: Equalization["method"],
  inputs: readonly EqualizedInput[],
  foldings: ReadonlyMap<string, Folding>,
  alphaOf: (tensor: string) => number | undefined,
): readonly Equalization[] {
  return inputs.flatMap(({ tensor, readers }) => {
    const folding = foldings.get(tensor);
    if (!folding || folding.kind === "refused") return [];
    const alpha = alphaOf(tensor);
    const nodes = readers.map(({ node }) => node.name);
    return [{ tensor, method, division: folding.kind, nodes, ...(alpha !== undefined && { alpha }) }];
  });
}

/** Clip from zero up, taken for Relu. */
function withoutClips(graph: Graph): Graph {
  return edit(graph, (draft) => {
    for (const node of draft.nodes())
      if (clipsAtZero(draft, node)) draft.update(node, { op: "Relu", inputs: node.inputs.slice(0, 1), attributes: {} });
  });
}

function clipsAtZero(draft: GraphDraft, { op, domain, inputs, attributes }: Node): boolean {
  if (op !== "Clip" || domain !== "") return false;
  const least = attributes["min"];
  if (least?.kind === "float") return least.value === 0;
  const source = draft.weight(inputs[1] ?? "")?.source;
  return source !== undefined && isFloat(source.dtype) && source.sizeBytes <= 8 && numbersOf(source.tensor())[0] === 0;
}
