// tersor inspect: what is in a model.

import {
  inferTypes,
  substituteDim,
  type Dim,
  type Executor,
  type Graph,
  type Inference,
  type OpProfile,
  type Report,
} from "@tersor/core";
import {
  formatBytes,
  formatCount,
  inspect as inspectGraph,
  pictureOf,
  renderInspection,
  renderProfile,
  weightHistograms,
  type Inspection,
} from "@tersor/evaluate";
import { dataFor, type DataSource } from "./data.ts";
import { profileOf } from "./diagnose.ts";
import { inputsOf, modelFacts, openModel, type OpenModel } from "./model.ts";
import { printable, type Printable } from "./report.ts";
import { compose, machineFacts, withExecutor, type CommonOptions } from "./session.ts";
import { stopwatch } from "./stopwatch.ts";

/** How to look at a model. */
export interface InspectOptions extends CommonOptions {
  /** Sizes of named dimensions, so that multiply-accumulates can be counted. */
  readonly dims?: Readonly<Record<string, number>>;
  /** Time the operators with the runtime's profiler. Default not. */
  readonly profile?: boolean;
  /** Inputs to time them on. Default "random". */
  readonly data?: DataSource;
}

/** What is in a model, and where its time goes, where that was asked for. */
export type ModelInspection = Inspection & { readonly profile?: OpProfile };

/** A report with all that was found in the model. */
export type InspectReport = Report & { readonly inspection: ModelInspection };

/**
 * Lists inputs, outputs, operators with their precision, and weights.
 * @example console.log((await inspect("model.onnx", { dims: { batch: 1, sequence: 128 } })).toString());
 */
export async function inspect(model: string, options: InspectOptions = {}): Promise<Printable<ModelInspection>> {
  const opened = await openModel(model, compose(options), options.onProgress);
  const profile = options.profile
    ? await withExecutor(options, (executor) => timesOf(executor, opened, options))
    : undefined;
  const found = { ...inspectionOf(opened.graph, options.dims), ...(profile && { profile }) };
  return printable(
    found,
    (data) => `${renderInspection(data)}${data.profile ? `\n${renderProfile(data.profile)}` : ""}`,
  );
}

/**
 * The same as a report, which can be a page: operators by precision, distributions of the largest weights, and times.
 * @throws what opening and running the model throw.
 */
export async function inspectReport(model: string, options: InspectOptions = {}): Promise<InspectReport> {
  const clock = stopwatch();
  const opened = await openModel(model, compose(options), options.onProgress);
  const found = inspectionOf(opened.graph, options.dims);
  clock.lap("read");
  return withExecutor(options, async (executor) => {
    const fp32 = options.profile ? await timesOf(executor, opened, options) : undefined;
    clock.lap("inspect");
    return {
      version: 1,
      command: "inspect",
      model: modelFacts(opened),
      output: [],
      machine: await machineFacts(executor),
      graph: pictureOf(opened.graph, { inference: inferenceOf(opened.graph, options.dims) }),
      histograms: weightHistograms(opened.graph),
      ...(fp32 && { profile: { fp32 } }),
      notes: factsOf(found),
      warnings: [],
      seconds: clock.laps(),
      inspection: { ...found, ...(fp32 && { profile: fp32 }) },
    };
  });
}

function factsOf({ opsets, weights, weightBytes, macs, unknownMacs }: Inspection): readonly string[] {
  const versions = Object.entries(opsets).map(([domain, version]) => `${domain} ${version}`);
  const missing = unknownMacs > 0 ? `, without ${unknownMacs} nodes of symbolic shape` : "";
  return [
    `Opsets: ${versions.join(", ")}.`,
    `${weights.length} weights of ${formatBytes(weightBytes)}.`,
    ...(macs === undefined ? [] : [`${formatCount(macs)} multiply-accumulates in a run${missing}.`]),
  ];
}

async function timesOf(executor: Executor, model: OpenModel, options: InspectOptions): Promise<OpProfile | undefined> {
  const inputs = await dataFor(options.data ?? "random", { graph: model.graph, tersor: compose(options) });
  const { profile } = await profileOf(executor, { file: model.path }, undefined, inputs, options);
  return profile?.fp32;
}

/** The inspection of a graph, with the types that follow from the sizes of named dimensions. */
export function inspectionOf(graph: Graph, dims?: Readonly<Record<string, number>>): Inspection {
  return inspectGraph(graph, { inference: inferenceOf(graph, dims) });
}

function inferenceOf(graph: Graph, dims: Readonly<Record<string, number>> = {}): Inference {
  const sizes = new Map<string, Dim>(Object.entries(dims));
  const shapes = inputsOf(graph).flatMap(({ name, type }) =>
    type.kind === "tensor" && type.shape ? [[name, type.shape.map((dim) => substituteDim(dim, sizes))] as const] : [],
  );
  return inferTypes(graph, { inputs: Object.fromEntries(shapes) });
}
