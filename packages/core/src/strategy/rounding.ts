// What a weight-only algorithm is: it turns rows of a weight matrix into few-bit codes with a scale and a zero point per
// group of neighbouring inputs. Algorithms see one panel of rows at a time, so that no weight has to be held whole.

/** Some rows of a weight as algorithms see it, whatever its layout in the model: `outputs` x `inputs`, row-major. */
export interface WeightRows {
  readonly data: Float32Array;
  readonly outputs: number;
  readonly inputs: number;
}

/** The values that codes stand for: evenly spaced integers, or a table of 16 numbers in [-1, 1]. */
export type Codebook = "integer" | "nf4" | "fp4";

/** How groups of a weight become codes. */
export interface GroupSpec {
  readonly bits: 2 | 4 | 8;
  /** Neighbouring inputs that share a scale; the last group may be shorter. As many as there are inputs: per channel. */
  readonly groupSize: number;
  /**
   * "asymmetric": scale = (max - min) / (2^bits - 1), zero point rounded. "symmetric": scale = absmax / (2^(bits-1) - 1).
   * "full-range": scale = +-absmax / 2^(bits-1), signed so that the extremum has the code -2^(bits-1).
   */
  readonly scheme: "asymmetric" | "symmetric" | "full-range";
  readonly codebook: Codebook;
}

/**
 * Codes of a panel: w = (code - zeroPoint[output, group]) * scale[output, group], or table[code] * scale for codebooks.
 * Codes are unsigned, one byte each, row-major like the panel; the middle of their range is the zero point of a
 * symmetric group.
 */
export interface GroupCodes {
  readonly codes: Uint8Array;
  /** `outputs` x groups; negative only for "full-range". */
  readonly scale: Float32Array;
  /** `outputs` x groups, integers in the range of the codes; absent for codebooks. */
  readonly zeroPoint?: Uint8Array;
}

/** What an algorithm may know of the inputs of a weight. */
export interface InputStatistics {
  /** X^T X over calibration rows, row-major, `inputs` x `inputs`, and the number of rows. */
  readonly secondMoment?: Float64Array;
  readonly rows?: number;
}

/** Rounds the rows of one weight. */
export type RoundRows = (rows: WeightRows) => GroupCodes;

/** A weight-only algorithm. */
export interface RoundingAlgorithm {
  readonly name: string;
  /**
   * What it needs of the inputs: nothing, or their second moments. One that needs nothing rounds every group by itself, and
   * may be given some of the groups of its rows at a time.
   */
  readonly needs: "nothing" | "second-moment";
  /**
   * Opens one weight of `inputs` input features: work that all its rows share (a Cholesky factor, a column order) is done
   * here once.
   */
  open(spec: GroupSpec, inputs: number, statistics: InputStatistics): RoundRows;
  /**
   * The same for weights that lie input after input, where it can do without turning them first: data and codes are then
   * `inputs` x `outputs`, scales and zero points groups x `outputs`. Only where it needs nothing.
   */
  openTurned?(spec: GroupSpec): RoundRows | undefined;
  /** Whether the scale of a group is NaN where a weight is not finite. Weights are looked through beforehand otherwise. */
  readonly showsNonFinite?: boolean;
}

/** Defines a weight-only algorithm; like its siblings an identity function whose job is inference. */
export function defineRounding(algorithm: RoundingAlgorithm): RoundingAlgorithm {
  return algorithm;
}
