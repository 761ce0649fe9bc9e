// Which weights go to data files, and where in them (https://onnx.ai/onnx/repo-docs/ExternalData.html).

import type { Piece } from "../wire/piece.ts";

/** Where a weight is put. */
export interface ExternalEntry {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** Part of a data file: zeros up to `offset`, then the piece. */
export interface PlacedPiece {
  readonly offset: number;
  readonly piece: Piece;
}

export interface ExternalLayout {
  /** Name of the one data file, or the stem of the names of many. */
  readonly name: string;
  readonly perTensor: boolean;
  /** Smaller weights stay in the model file. */
  readonly sizeThreshold: number;
  /** Offsets are multiples of this, so that weights can be mapped into memory. */
  readonly alignment: number;
}

/** Gives each large weight its place, in the order they are encoded in. */
export class ExternalPlan {
  /** Contents of the data files by name. */
  readonly files = new Map<string, PlacedPiece[]>();
  readonly #layout: ExternalLayout;

  constructor(layout: ExternalLayout) {
    this.#layout = layout;
  }

  /** The place of a weight, or undefined when it stays in the model file. */
  place(weight: string, piece: Piece): ExternalEntry | undefined {
    if (piece.sizeBytes < Math.max(1, this.#layout.sizeThreshold)) return undefined;
    const location = this.#location(weight);
    const pieces = this.files.get(location) ?? [];
    const offset = alignUp(endOf(pieces), this.#layout.alignment);
    this.files.set(location, [...pieces, { offset, piece }]);
    return { location, offset, length: piece.sizeBytes };
  }

  #location(weight: string): string {
    const { name, perTensor } = this.#layout;
    if (!perTensor) return name;
    const legible = weight.replaceAll(/[^\w.-]+/g, "_").slice(0, 80);
    return `${name}.${this.files.size}.${legible}`;
  }
}

/** Size of a data file in bytes. */
export function endOf(pieces: readonly PlacedPiece[]): number {
  const last = pieces.at(-1);
  return last ? last.offset + last.piece.sizeBytes : 0;
}

function alignUp(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}
