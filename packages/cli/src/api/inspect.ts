// tersor inspect: what is in a model.

import { inferTypes, substituteDim, type Dim, type Graph } from "@tersor/core";
import { inspect as inspectGraph, renderInspection, type Inspection } from "@tersor/evaluate";
import { inputsOf, openModel } from "./model.ts";
import { printable, type Printable } from "./report.ts";
import { compose, type CommonOptions } from "./session.ts";

/** How to look at a model. */
export interface InspectOptions extends CommonOptions {
  /** Sizes of named dimensions, so that multiply-accumulates can be counted. */
  readonly dims?: Readonly<Record<string, number>>;
}

/**
 * Lists inputs, outputs, operators with their precision, and weights.
 * @example console.log((await inspect("model.onnx", { dims: { batch: 1, sequence: 128 } })).toString());
 */
export async function inspect(model: string, options: InspectOptions = {}): Promise<Printable<Inspection>> {
  const { graph } = await openModel(model, compose(options));
  return printable(inspectionOf(graph, options.dims), (data) => renderInspection(data));
}

/** The inspection of a graph, with the types that follow from the sizes of named dimensions. */
export function inspectionOf(graph: Graph, dims: Readonly<Record<string, number>> = {}): Inspection {
  const sizes = new Map<string, Dim>(Object.entries(dims));
  const shapes = inputsOf(graph).flatMap(({ name, type }) =>
    type.kind === "tensor" && type.shape ? [[name, type.shape.map((dim) => substituteDim(dim, sizes))] as const] : [],
  );
  return inspectGraph(graph, { inference: inferTypes(graph, { inputs: Object.fromEntries(shapes) }) });
}
