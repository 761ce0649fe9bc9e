// A stored form: how codes, scales and zero points of a weight lie in memory for the operator that reads them.

import type { DataType } from "@tersor/core";
import type { GroupCodes } from "../algorithm.ts";
import type { Panel } from "../matrix.ts";

/** One tensor of a stored weight. */
export interface Part {
  readonly dtype: DataType;
  readonly shape: readonly number[];
}

/** The tensors of a stored weight, and how panels are put into them. */
export interface StoredForm {
  readonly codes: Part;
  /** Made as float32; stored in the type of the weight. */
  readonly scales: Part;
  /** Absent where the operator needs none. */
  readonly zeroPoints?: Part;
  /** Puts a panel in place. The bytes are zero before. */
  write(panel: Panel, coded: GroupCodes, into: StoredElements): void;
}

/** The elements of a stored weight. */
export interface StoredElements {
  readonly codes: Uint8Array;
  readonly scales: Float32Array;
  readonly zeroPoints: Uint8Array;
}
