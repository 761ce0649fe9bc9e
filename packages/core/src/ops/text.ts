// Text: StringNormalizer (since 10), TfIdfVectorizer (since 9), StringConcat, StringSplit, RegexFullMatch (since 20),
// and ai.onnx.ml's LabelEncoder. https://onnx.ai/onnx/operators/onnx__StringNormalizer.html

import { broadcastDims } from "../graph/dim.ts";
import type { Attribute } from "../graph/graph.ts";
import type { DataType } from "../tensor/dtype.ts";
import { defineOp, flag, float, floats, int, ints, raw, string, strings } from "./define.ts";

const notNumeric = { kind: "float", why: "it works on text or labels" } as const;

/** Stop words are left out, so their presence makes the last dimension unknown. */
export const stringNormalizer = defineOp({
  type: "StringNormalizer",
  since: [10],
  attributes: {
    case_change_action: string("NONE"),
    is_case_sensitive: flag(),
    locale: string(undefined),
    stopwords: strings(),
  },
  types: () => ["string"],
  shape: ([x], { stopwords }, context) => {
    if (!x || x.shape.length === 0) return [];
    return [stopwords?.length ? x.shape.with(-1, context.unknownDim(0, "words")) : x.shape];
  },
  quantization: notNumeric,
});

/** The last axis of the output counts n-grams, at the places that ngram_indexes gives. */
export const tfIdfVectorizer = defineOp({
  type: "TfIdfVectorizer",
  since: [9],
  attributes: {
    max_gram_length: int(1),
    max_skip_count: int(0),
    min_gram_length: int(1),
    mode: string("TF"),
    ngram_counts: ints(),
    ngram_indexes: ints(),
    pool_int64s: ints(),
    pool_strings: strings(),
    weights: floats(),
  },
  types: () => ["float32"],
  shape: ([x], { ngram_indexes }) => {
    if (!x || !ngram_indexes?.length) return [];
    const width = ngram_indexes.reduce((most, index) => Math.max(most, index), 0) + 1;
    return [[...x.shape.slice(0, -1), width]];
  },
  quantization: notNumeric,
});

export const stringConcat = defineOp({
  type: "StringConcat",
  since: [20],
  shape: ([a, b]) => (a && b ? [broadcastDims(a.shape, b.shape)] : []),
  quantization: notNumeric,
});

/** Outputs: the pieces, padded to the longest list, and their count per string. */
export const stringSplit = defineOp({
  type: "StringSplit",
  since: [20],
  attributes: { delimiter: string(undefined), maxsplit: int(undefined) },
  types: () => ["string", "int64"],
  shape: ([x], _, context) => (x ? [[...x.shape, context.unknownDim(0, "pieces")], x.shape] : []),
  quantization: notNumeric,
});

export const regexFullMatch = defineOp({
  type: "RegexFullMatch",
  since: [20],
  attributes: { pattern: string(undefined) },
  types: () => ["bool"],
  shape: ([x]) => [x?.shape],
  quantization: notNumeric,
});

/** Maps keys to values; the value attributes say the element type of the output. */
export const labelEncoder = defineOp({
  type: "LabelEncoder",
  domain: "ai.onnx.ml",
  since: [1, 2, 4],
  attributes: {
    classes_strings: strings(),
    default_float: float(undefined),
    default_int64: int(undefined),
    default_string: string(undefined),
    default_tensor: raw(),
    keys_floats: floats(),
    keys_int64s: ints(),
    keys_strings: strings(),
    keys_tensor: raw(),
    values_floats: floats(),
    values_int64s: ints(),
    values_strings: strings(),
    values_tensor: raw(),
  },
  types: ([x], { classes_strings, ...values }) => {
    if (classes_strings) return [x?.kind === "tensor" && x.dtype === "string" ? "int64" : "string"];
    return [valueType(values)];
  },
  shape: ([x]) => [x?.shape],
  quantization: notNumeric,
});

function valueType(values: {
  readonly values_floats: unknown;
  readonly values_int64s: unknown;
  readonly values_strings: unknown;
  readonly values_tensor: Attribute | undefined;
}): DataType | undefined {
  if (values.values_tensor?.kind === "tensor") return values.values_tensor.value.dtype;
  if (values.values_floats) return "float32";
  if (values.values_int64s) return "int64";
  return values.values_strings ? "string" : undefined;
}
