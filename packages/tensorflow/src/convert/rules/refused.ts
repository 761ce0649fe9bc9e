// Operations that are refused on purpose, each with its reason, which the one error tells.

import { defineRule, type TensorFlowRule } from "../rule.ts";

const text = "ONNX has no operations on texts; do them before the model";
const files = "it decodes a file format; do it before the model";
const tables = "it looks up a table of the session, which ONNX has not; look its keys up before the model";
const chance = "its results are random";
const complex = "ONNX's runtimes don't compute with complex numbers";
const python = "it calls a Python function, which the file does not hold";

const reasons: Readonly<Record<string, readonly string[]>> = {
  [text]: [
    "AsString",
    "RegexReplace",
    "StaticRegexReplace",
    "StringJoin",
    "StringLength",
    "StringLower",
    "StringNGrams",
    "StringSplit",
    "StringSplitV2",
    "StringStrip",
    "StringToHashBucket",
    "StringToHashBucketFast",
    "StringToHashBucketStrong",
    "StringToNumber",
    "StringUpper",
    "Substr",
    "UnicodeDecode",
    "UnicodeDecodeWithOffsets",
  ],
  [files]: [
    "DecodeBase64",
    "DecodeBmp",
    "DecodeCSV",
    "DecodeGif",
    "DecodeImage",
    "DecodeJSONExample",
    "DecodeJpeg",
    "DecodePng",
    "DecodeRaw",
    "DecodeWav",
    "EncodeJpeg",
    "EncodePng",
    "ParseExample",
    "ParseExampleV2",
    "ParseSingleExample",
    "ReadFile",
  ],
  [tables]: ["HashTable", "HashTableV2", "LookupTableFind", "LookupTableFindV2", "LookupTableSizeV2"],
  [chance]: [
    "Multinomial",
    "RandomShuffle",
    "RandomStandardNormal",
    "RandomUniform",
    "RandomUniformInt",
    "StatelessRandomNormal",
    "StatelessRandomNormalV2",
    "StatelessRandomUniform",
    "StatelessRandomUniformV2",
    "TruncatedNormal",
  ],
  [complex]: ["Complex", "ComplexAbs", "FFT", "FFT2D", "IFFT", "IFFT2D", "Imag", "IRFFT", "RFFT", "Real"],
  [python]: ["EagerPyFunc", "PyFunc", "PyFuncStateless"],
};

/** Rules that only refuse. */
export const refused: readonly TensorFlowRule[] = Object.entries(reasons).map(([why, ops]) =>
  defineRule({ ops, convert: ({ refuse }) => refuse(why) }),
);
