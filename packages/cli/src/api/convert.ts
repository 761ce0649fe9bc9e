// tersor convert: a model from one format into another, proven by running both sides on the same inputs.

import {
  batchesOf,
  isTersorError,
  substituteDim,
  take,
  type CheckResult,
  type Dataset,
  type Dim,
  type Executor,
  type Graph,
  type OutputFile,
  type Report,
  type Runnable,
  type Value,
} from "@tersor/core";
import { checkModel, listOutputs } from "@tersor/evaluate";
import { checkFailed, checkNeedsData } from "../errors.ts";
import { dataFor, type DataSource } from "./data.ts";
import { formatOf, modelFacts, openModel, type OpenModel } from "./model.ts";
import { assertWritable, writeChecked } from "./output.ts";
import { printableReport, type Printable } from "./report.ts";
import { compose, machineFacts, stopOption, withExecutor, type CommonOptions } from "./session.ts";
import { stopwatch } from "./stopwatch.ts";
import { isFolder, openOptionsFor, targetOf, type Target } from "./target.ts";

/** How to convert a model. */
export interface ConvertOptions extends CommonOptions {
  /** Where the result goes; its ending says the format. */
  readonly output: string;
  /** The format by name, such as "saved-model", where the path does not say it. */
  readonly format?: string;
  /** Type in which weights are stored, where the format has a choice (TensorFlow.js). Default as they are. */
  readonly weightType?: "uint8" | "uint16" | "float16";
  /** Sizes of named dimensions, for formats whose sizes are fixed (TensorFlow Lite). Default as the source has them. */
  readonly dims?: Readonly<Record<string, number>>;
  /** Options of the adapter that reads the source, such as `{ signature, inputs, outputs }` of TensorFlow. */
  readonly read?: Readonly<Record<string, unknown>>;
  /** Inputs that both sides run. Default "random". */
  readonly data?: DataSource;
  /** Most samples. Default 2. */
  readonly samples?: number;
  /** How the result is held against its source before it is kept. */
  readonly check?: "none" | "default" | { readonly minSqnrDb?: number | undefined };
  /** Replace an output that exists. */
  readonly force?: boolean;
}

const SAMPLES = 2;
/** Float arithmetic in another order keeps more than this. */
const EXACT_DB = 60;
/** What is stored in fewer bits keeps less. */
const ROUNDED_DB = 10;

interface Job {
  readonly options: ConvertOptions;
  readonly source: OpenModel;
  readonly target: Target;
  readonly data: Dataset;
  readonly executor: Executor;
}

/**
 * Converts a model into another format. Both sides are run in their own frameworks where those are installed, and in
 * onnxruntime otherwise, and the result is kept only when their outputs agree.
 * @example await convert("saved_model/", { output: "model.onnx" });
 * @throws TERSOR_CHECK_FAILED, TERSOR_OUTPUT_EXISTS and its kin, TERSOR_OUTPUT_FORMAT, and what reading, writing and
 * running throw. No output is left behind then.
 */
export async function convert(model: string, options: ConvertOptions): Promise<Printable<Report>> {
  const { output, format, force = false, onProgress } = options;
  const tersor = compose(options);
  const clock = stopwatch();
  const target = targetOf(output, tersor.adapters.list(), undefined, format);
  assertWritable(model, output, force, isFolder(target));
  const source = withSizes(
    await openModel(model, tersor, onProgress, openOptionsFor(target, options.read)),
    options.dims,
  );
  const job = { options, source, target: targetOf(output, tersor.adapters.list(), source.adapter, format) };
  const data = await dataFor(options.data ?? "random", { graph: source.graph, tersor });
  clock.lap("read");
  return withExecutor(options, async (executor) => {
    const { file, proof } = await make({ ...job, data, executor });
    clock.lap("convert");
    return printableReport({
      version: 1,
      command: "convert",
      model: modelFacts(source),
      output: [file],
      machine: await machineFacts(executor),
      ...(proof && { check: proof.result }),
      notes: proof ? [proof.note] : [],
      warnings: [],
      seconds: clock.laps(),
    });
  });
}

/** The model with the sizes of its inputs that are given. */
function withSizes(model: OpenModel, dims: Readonly<Record<string, number>> = {}): OpenModel {
  const sizes = new Map<string, Dim>(Object.entries(dims));
  if (sizes.size === 0) return model;
  const sized = ({ type, ...value }: Value): Value => {
    if (type.kind !== "tensor" || type.shape === undefined) return { ...value, type };
    return { ...value, type: { ...type, shape: type.shape.map((dim) => substituteDim(dim, sizes)) } };
  };
  return { ...model, graph: { ...model.graph, inputs: model.graph.inputs.map(sized) } };
}

interface Proof {
  readonly result: CheckResult;
  /** Which runtimes ran the two sides. */
  readonly note: string;
}

async function make(job: Job): Promise<{ readonly file: OutputFile; readonly proof: Proof | undefined }> {
  const { options, source, target } = job;
  const { output, check = "default", force = false, weightType } = options;
  let proof: Proof | undefined;
  const file = await writeChecked(source.graph, {
    source,
    output,
    folder: isFolder(target),
    format: target.format.name,
    force,
    write: (graph, path) =>
      target.adapter.write(graph, path, { format: target.format.name, ...(weightType && { weightType }) }),
    check: async (written) => {
      if (check !== "none") proof = await prove(job, written);
      options.signal?.throwIfAborted();
    },
  });
  return { file, proof };
}

/** A side of the comparison, and what runs it. */
interface Side {
  readonly executor: Executor;
  readonly model: Runnable;
}

async function prove(job: Job, written: string): Promise<Proof> {
  const { source, target, options, executor } = job;
  const own = await source.adapter.runner?.(source.path);
  const theirs = await target.adapter.runner?.(written);
  const reference: Side = own ? { executor: own, model: { file: source.path } } : { executor, model: source.graph };
  const candidate: Side = { executor: theirs ?? executor, model: { file: written } };
  options.onProgress?.({ stage: "check" });
  try {
    const result = await compared(job, reference, candidate);
    if (!result.ok) throw checkFailed({ output: options.output, failing: result.failing, suspects: [] });
    return {
      result,
      note: `Run side by side: the source in ${reference.executor.name}, the result in ${candidate.executor.name}.`,
    };
  } finally {
    await own?.dispose();
    await theirs?.dispose();
  }
}

async function compared({ source, options, data }: Job, reference: Side, candidate: Side): Promise<CheckResult> {
  const { samples = SAMPLES, check = "default" } = options;
  const asked = typeof check === "object" ? check.minSqnrDb : undefined;
  try {
    return await checkModel({
      executor: byModel(reference, candidate),
      reference: reference.model,
      candidate: candidate.model,
      batches: batchesOf(take(data, samples), { batchSize: 1 }),
      minSqnrDb: asked ?? leastDb(source.graph, options),
      diagnose: false,
      lists: listOutputs(source.graph),
      ...stopOption(options),
    });
  } catch (error) {
    const madeUp = options.data === undefined || options.data === "random";
    if (madeUp && isTersorError(error) && /RUN_FAILED$|^DATA_OPTION$/.test(error.code)) throw checkNeedsData(error);
    throw error;
  }
}

/** An executor that runs each of two models where it belongs. */
function byModel(reference: Side, candidate: Side): Executor {
  const { executor } = candidate;
  const sideOf = (model: Runnable): Side => (model === reference.model ? reference : candidate);
  return {
    name: executor.name,
    compile: (model, options) => sideOf(model).executor.compile(model, options),
    observe: (...request) => executor.observe(...request),
    dispose: () => Promise.resolve(),
  };
}

function leastDb(graph: Graph, { weightType }: ConvertOptions): number {
  return weightType !== undefined || formatOf(graph) !== "float" ? ROUNDED_DB : EXACT_DB;
}
