// New values for the variables of a checkpoint: in their places in the data files, with new sums in the index.

import { byteLengthOf, bytesOf, type TensorSource } from "@tersor/core";
import type { Bundle, BundleEntry } from "../read/bundle.ts";
import { placeOfName } from "../read/restored.ts";
import { forEachRow, type Box } from "../read/slices.ts";
import { readWhole } from "../wire/bytes.ts";
import { maskedCrc32c } from "../wire/crc32c.ts";
import { fieldsOf } from "../wire/rewrite.ts";
import type { BlockHandle } from "../wire/table.ts";
import type { OutputFile } from "../write/files.ts";
import type { Outcome } from "./outcome.ts";
import { patchedFile } from "./patches.ts";

/** Number of the field of an entry that holds its sum. */
const CRC32C_FIELD = 6;

/** A stored value with new bytes. */
interface NewValue {
  readonly entry: BundleEntry;
  readonly crc32c: number;
  readonly bytes: () => Uint8Array;
}

/**
 * The files of a checkpoint under another prefix, with new values.
 * @throws those of `Bundle`
 */
export function bundleWithWeights(bundle: Bundle, prefix: string, outcome: Outcome): readonly OutputFile[] {
  const values = newValues(bundle, outcome);
  const data = bundle.dataFiles.map((file) => {
    const own = values.filter(({ entry }) => bundle.dataFile(entry.shard) === file);
    const patches = own.map(({ entry: { offset, sizeBytes }, bytes }) => ({ offset, sizeBytes, bytes }));
    return patchedFile(file, prefix + file.slice(bundle.prefix.length), patches);
  });
  return [...data, { path: `${prefix}.index`, pieces: () => [patchedIndex(bundle, values)] }];
}

/** Values that changed, by where they are stored. */
function newValues(bundle: Bundle, outcome: Outcome): readonly NewValue[] {
  const values = new Map<string, NewValue>();
  for (const name of outcome.wanted) {
    const place = storedPlace(name, bundle);
    if (place?.hindrance !== undefined) outcome.refuse(name, place.hindrance);
    else if (place) replace(values, name, place, outcome);
  }
  return [...values.values()];
}

/** Where a weight is stored: as an entry, as the parts of one, or as a part of a larger entry. */
interface StoredPlace {
  readonly source: TensorSource;
  readonly entry: BundleEntry;
  /** Entries of the parts, in the order of the entry's slices. */
  readonly parts: readonly BundleEntry[];
  /** The part of the entry that the weight is, where the entry is larger. */
  readonly within?: Box;
  readonly hindrance: string | undefined;
  /** The bytes of the entry now. */
  readonly before: () => Uint8Array;
}

function storedPlace(name: string, bundle: Bundle): StoredPlace | undefined {
  const { key, box } = placeOfName(name, bundle);
  const own = box && bundle.partEntry(key, box);
  const entry = own ?? bundle.entry(key);
  const source = bundle.source(key, box);
  if (entry === undefined || source === undefined) return undefined;
  const parts = entry.slices.map((slice) => bundle.partEntry(key, slice)!);
  const within = own ? undefined : box;
  const before = () => bundle.storedBytes(entry);
  return { source, entry, parts, hindrance: hindrance(entry, parts, within), before, ...(within && { within }) };
}

function replace(values: Map<string, NewValue>, name: string, place: StoredPlace, outcome: Outcome): void {
  const { source, entry, parts, within, before } = place;
  const changed = outcome.take(name, source);
  if (changed === undefined) return;
  const bytes = bytesOf(changed);
  if (parts.length > 0) entry.slices.forEach((slice, i) => put(values, parts[i]!, cut(bytes, slice, entry)));
  else if (within === undefined) put(values, entry, bytes, () => bytesOf(outcome.again(name)));
  else put(values, entry, overlaid(values.get(placeOf(entry))?.bytes() ?? before(), bytes, within, entry));
}

/** Why a value can't be replaced in its place. */
function hindrance(entry: BundleEntry, parts: readonly BundleEntry[], within: Box | undefined): string | undefined {
  if (within && parts.length > 0) return "the checkpoint stores it in other parts than the model reads";
  const stored = parts.length > 0 ? parts : [entry];
  if (stored.every((one) => crcPlace(one) !== undefined)) return undefined;
  return "the checkpoint's index is compressed, so that sums can't be replaced in their places";
}

function put(values: Map<string, NewValue>, entry: BundleEntry, bytes: Uint8Array, again = () => bytes): void {
  values.set(placeOf(entry), { entry, crc32c: maskedCrc32c(bytes), bytes: again });
}

function placeOf({ shard, offset }: BundleEntry): string {
  return `${shard}:${offset}`;
}

/** The part of a whole. */
function cut(whole: Uint8Array, box: Box, { dtype, shape }: BundleEntry): Uint8Array {
  const elementBytes = byteLengthOf(dtype, 1);
  const out = new Uint8Array(box.reduce((size, { length }) => size * length, elementBytes));
  forEachRow(box, shape, elementBytes, (inPart, inWhole, size) =>
    out.set(whole.subarray(inWhole, inWhole + size), inPart),
  );
  return out;
}

/** A whole with a part of it replaced. */
function overlaid(whole: Uint8Array, part: Uint8Array, box: Box, { dtype, shape }: BundleEntry): Uint8Array {
  const out = whole.slice();
  forEachRow(box, shape, byteLengthOf(dtype, 1), (inPart, inWhole, size) =>
    out.set(part.subarray(inPart, inPart + size), inWhole),
  );
  return out;
}

/** Where in the index the sum of an entry is; undefined when it is not there in plain bytes. */
function crcPlace({ entry }: BundleEntry): number | undefined {
  const field = fieldsOf(entry.value, "").findLast(({ number }) => number === CRC32C_FIELD);
  return field && entry.valueOffset !== undefined ? entry.valueOffset + field.contentStart : undefined;
}

/** The index with new sums of the values, and then of the blocks that hold them. */
function patchedIndex(bundle: Bundle, values: readonly NewValue[]): Uint8Array {
  const index = readWhole(bundle.indexFile).slice();
  const view = new DataView(index.buffer);
  const blocks = new Map<number, BlockHandle>();
  for (const { entry, crc32c } of values) {
    view.setUint32(crcPlace(entry)!, crc32c, true);
    blocks.set(entry.entry.block.offset, entry.entry.block);
  }
  for (const { offset, size } of blocks.values())
    view.setUint32(offset + size + 1, maskedCrc32c(index.subarray(offset, offset + size + 1)), true);
  return index;
}
