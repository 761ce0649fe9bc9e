// One operator by its row of the table: on int8 codes where it has a form for them and its tensors have them, else on
// floats.

import { tensorFromNumbers } from "@tersor/core";
import type { LiteContext } from "./context.ts";
import { activationQuantization, sameScale, type Quantized, type Scale } from "./draft.ts";
import type { LiteOptions } from "./model.ts";
import type { Int8Form, LiteRow } from "./table.ts";

/** Adds the operator. */
export function addByRow(row: LiteRow, context: LiteContext): void {
  const data = dataInputs(row, context).map((input) => context.draft.quantized(context.inputs[input]!));
  const codes = row.int8 && data.every((one) => one !== undefined) ? outputCodes(row.int8, data, context) : undefined;
  if (codes) addOnCodes(row, context, data as readonly Quantized[], codes);
  else addOnFloats(row, context);
}

function dataInputs(row: LiteRow, { inputs }: LiteContext): readonly number[] {
  return row.data ?? inputs.map((_, input) => input).filter((input) => !row.dropped?.includes(input));
}

/** The codes of the output, where the operator can be run on codes. */
function outputCodes(
  form: Int8Form,
  data: readonly (Quantized | undefined)[],
  { wanted, activation }: LiteContext,
): Scale | undefined {
  const [first] = data;
  switch (form.kind) {
    case "rescales":
      return wanted;
    case "keeps": {
      const isOne = data.every((one) => one && first && sameScale(one.codes, first.codes));
      // A fused activation cuts in the codes of the input, which are those of the output.
      return isOne && (activation === "NONE" || wanted !== undefined) ? first?.codes : undefined;
    }
    case "fixed":
      // Where the output was to be told apart more finely than the fixed scale does, floats are kept.
      return wanted && form.codes.scale <= 1.1 * wanted.scale ? form.codes : undefined;
  }
}

function addOnCodes(row: LiteRow, context: LiteContext, data: readonly Quantized[], codes: Scale): void {
  const { draft, inputs, outputs } = context;
  const places = dataInputs(row, context);
  const indices = inputs.flatMap((tensor, input) => {
    if (row.dropped?.includes(input)) return [];
    if (input === row.filler) return [filler(context, input, codes)];
    const place = places.indexOf(input);
    return [place < 0 ? draft.plain(tensor) : data[place]!.index];
  });
  const made = outputs.map((tensor) => draft.addQuantized(tensor, codes));
  draft.addOperator(row.op, row.versions[1], indices, made, optionsOf(row, context));
}

/** A constant in the codes of the data; what lies beyond them is their end. */
function filler({ draft, inputs }: LiteContext, input: number, { scale, zeroPoint }: Scale): number {
  const value = Number(draft.source(inputs[input]!)?.tensor().data[0] ?? 0);
  const data = tensorFromNumbers("int8", [], [Math.round(value / scale) + zeroPoint]);
  return draft.constant("filler", data, activationQuantization({ scale, zeroPoint }));
}

function addOnFloats(row: LiteRow, context: LiteContext): void {
  const { draft, inputs, outputs } = context;
  const indices = inputs.flatMap((tensor, input) => (row.dropped?.includes(input) ? [] : [draft.plain(tensor)]));
  const made = outputs.map((tensor) => draft.addPlain(tensor));
  draft.addOperator(row.op, row.versions[0], indices, made, optionsOf(row, context));
}

function optionsOf(row: LiteRow, context: LiteContext): LiteOptions | undefined {
  return row.options?.(context);
}

/** Concatenation: parts of other scales are brought to the output's first. */
export function addConcat(context: LiteContext): void {
  const { draft, inputs, outputs, node } = context;
  const axis = Number(draft.source(inputs.at(-1)!)?.tensor().data[0] ?? 0);
  const parts = inputs.slice(0, -1);
  const options: LiteOptions = { table: "Concatenation", values: { axis, activation: 0 } };
  const codes = concatCodes(context, parts);
  if (codes === undefined) {
    const indices = parts.map((part) => draft.plain(part));
    draft.addOperator("CONCATENATION", 1, indices, [draft.addPlain(outputs[0]!)], options);
    return;
  }
  const indices = parts.map((part, i) => draft.quantize(part, codes, `${node.name}/part_${i}`).index);
  draft.addOperator("CONCATENATION", 2, indices, [draft.addQuantized(outputs[0]!, codes)], options);
}

function concatCodes({ draft, wanted }: LiteContext, parts: readonly string[]): Scale | undefined {
  const known = parts.map((part) => draft.quantized(part)?.codes);
  if (known.some((codes) => codes === undefined)) return undefined;
  const [first] = known;
  return wanted ?? (known.every((codes) => sameScale(codes!, first!)) ? first : undefined);
}
