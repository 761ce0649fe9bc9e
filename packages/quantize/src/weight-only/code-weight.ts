// One weight from floats to its stored form: panel by panel through an algorithm, into the bytes that the model will hold.

import {
  bytesOf,
  elementCount,
  lazySource,
  sourceOf,
  tensorFromBytes,
  tensorFromNumbers,
  byteLengthOf,
  type DataType,
  type GroupsSpec,
  type TensorSource,
} from "@tersor/core";
import { nonFiniteWeight } from "./errors.ts";
import type { InputStatistics, RoundingAlgorithm, RoundRows } from "./algorithm.ts";
import { panelsOf, type Matrix } from "./matrix.ts";
import type { Part, StoredElements, StoredForm } from "./stored/form.ts";

/** A weight to be coded, and how. */
export interface CodingJob {
  readonly weight: string;
  readonly matrix: Matrix;
  readonly spec: GroupsSpec;
  readonly algorithm: RoundingAlgorithm;
  readonly form: StoredForm;
}

/** The tensors of a coded weight, as bytes. */
export interface CodedWeight {
  readonly codes: Uint8Array;
  readonly scales: Uint8Array;
  readonly zeroPoints: Uint8Array;
}

/** The same as sources. */
export interface CodedSources {
  readonly codes: TensorSource;
  readonly scales: TensorSource;
  readonly zeroPoints?: TensorSource;
}

/**
 * Codes a weight.
 * @throws QUANTIZE_NON_FINITE_WEIGHT, and what the algorithm throws
 */
export function codeWeight(job: CodingJob, statistics: InputStatistics = {}): CodedWeight {
  const { matrix, form } = job;
  const elements = {
    codes: new Uint8Array(sizeOf(form.codes)),
    scales: new Float32Array(elementCount(form.scales.shape)),
    zeroPoints: new Uint8Array(form.zeroPoints ? sizeOf(form.zeroPoints) : 0),
  };
  writeAll(job, elements, statistics);
  const { codes, zeroPoints } = elements;
  return { codes, scales: scaleBytes(elements.scales, matrix.source.dtype), zeroPoints };
}

function sizeOf({ dtype, shape }: Part): number {
  return byteLengthOf(dtype, elementCount(shape));
}

function writeAll(
  { weight, matrix, spec, algorithm, form }: CodingJob,
  into: StoredElements,
  statistics: InputStatistics,
): void {
  const turned = matrix.inputMajor ? algorithm.openTurned?.(spec) : undefined;
  const needs = turned ? "groups-as-they-lie" : algorithm.needs === "nothing" ? "groups" : "rows";
  const open = opener(algorithm, spec, statistics);
  for (const panel of panelsOf(matrix, spec.groupSize, needs)) {
    if (!algorithm.showsNonFinite && !allFinite(panel.data)) throw nonFiniteWeight(weight);
    const coded = (panel.inputMajor ? turned! : open(panel.inputs))(panel);
    if (!allFinite(coded.scale)) throw nonFiniteWeight(weight);
    form.write(panel, coded, into);
  }
}

/** Opens the algorithm once for each number of inputs: of whole rows, or of runs of groups and a last one that is shorter. */
function opener(algorithm: RoundingAlgorithm, spec: GroupsSpec, statistics: InputStatistics) {
  const opened = new Map<number, RoundRows>();
  return (inputs: number): RoundRows => {
    const known = opened.get(inputs) ?? algorithm.open(spec, inputs, statistics);
    opened.set(inputs, known);
    return known;
  };
}

const EXPONENT = 0x7f800000;

/** NaN and infinity have an exponent of ones. The sign of a difference stands for a branch: this is a walk over the whole model. */
function allFinite(data: Float32Array): boolean {
  const patterns = new Int32Array(data.buffer, data.byteOffset, data.length);
  let all = -1;
  for (let i = 0; i < patterns.length; i++) all &= (patterns[i]! & EXPONENT) - EXPONENT;
  return all < 0;
}

function scaleBytes(scales: Float32Array, dtype: DataType): Uint8Array {
  return bytesOf(tensorFromNumbers(dtype, [scales.length], scales));
}

/** Sources of a weight that is coded already. */
export function sourcesOf({ form, matrix }: CodingJob, coded: CodedWeight): CodedSources {
  return mapParts(form, matrix.source.dtype, ({ dtype, shape }, part) =>
    sourceOf(tensorFromBytes(dtype, shape, coded[part])),
  );
}

/** Codes weights when their elements are read, and remembers the last one only: its parts are read one after the other. */
export class CodingBench {
  #job: CodingJob | undefined;
  #coded: CodedWeight | undefined;

  /** Sources of a weight that is coded when it is read. */
  sources(job: CodingJob): CodedSources {
    return mapParts(job.form, job.matrix.source.dtype, ({ dtype, shape }, part) =>
      lazySource(dtype, shape, (offset, length) => this.#codedOf(job)[part].subarray(offset, offset + length)),
    );
  }

  #codedOf(job: CodingJob): CodedWeight {
    if (this.#job !== job || this.#coded === undefined) {
      this.#coded = undefined; // makes room before the next one is made
      this.#coded = codeWeight(job);
      this.#job = job;
    }
    return this.#coded;
  }
}

function mapParts(
  { codes, scales, zeroPoints }: StoredForm,
  dtype: DataType,
  make: (part: Part, name: keyof CodedWeight) => TensorSource,
): CodedSources {
  return {
    codes: make(codes, "codes"),
    scales: make({ ...scales, dtype }, "scales"),
    ...(zeroPoints && { zeroPoints: make(zeroPoints, "zeroPoints") }),
  };
}
