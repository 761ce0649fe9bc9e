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
  const { matrix, form, spec, algorithm } = job;
  const elements = {
    codes: new Uint8Array(sizeOf(form.codes)),
    scales: new Float32Array(elementCount(form.scales.shape)),
    zeroPoints: new Uint8Array(form.zeroPoints ? sizeOf(form.zeroPoints) : 0),
  };
  writeAll(job, elements, opener(algorithm, spec, statistics));
  const { codes, zeroPoints } = elements;
  return { codes, scales: scaleBytes(elements.scales, matrix.source.dtype), zeroPoints };
}

function sizeOf({ dtype, shape }: Part): number {
  return byteLengthOf(dtype, elementCount(shape));
}

/** Opens the algorithm once for each number of inputs: of whole rows, or of slices and a last one that is shorter. */
function opener(algorithm: RoundingAlgorithm, spec: GroupsSpec, statistics: InputStatistics) {
  const opened = new Map<number, RoundRows>();
  return (inputs: number): RoundRows => {
    const known = opened.get(inputs) ?? algorithm.open(spec, inputs, statistics);
    opened.set(inputs, known);
    return known;
  };
}

function writeAll(
  { weight, matrix, spec, algorithm, form }: CodingJob,
  into: StoredElements,
  open: (inputs: number) => RoundRows,
): void {
  // Without statistics every group is rounded by itself.
  const wholeRows = algorithm.needs !== "nothing";
  for (const panel of panelsOf(matrix, spec.groupSize, wholeRows)) {
    if (!allFinite(panel.data)) throw nonFiniteWeight(weight);
    form.write(panel, open(panel.inputs)(panel), into);
  }
}

const EXPONENT = 0x7f800000;

/** An exponent of ones is that of NaN and infinity. */
function allFinite(data: Float32Array): boolean {
  const patterns = new Int32Array(data.buffer, data.byteOffset, data.length);
  for (const pattern of patterns) if ((pattern & EXPONENT) === EXPONENT) return false;
  return true;
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
