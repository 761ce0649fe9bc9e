// Operations that TensorFlow.js lacks or gets wrong, in terms of what it has. FakeQuantWithMinMaxVars is the identity
// there. https://www.tensorflow.org/api_docs/python/tf/raw_ops

import type * as Converter from "@tensorflow/tfjs-converter";
import type * as Tfjs from "@tensorflow/tfjs-core";
import { matrixDiagUnsupported } from "../errors.ts";
import { fakeQuantize } from "./fake-quantize.ts";

type Tf = typeof Tfjs;

/** Inputs and attributes of an operation, by TensorFlow's names. */
interface Call {
  readonly inputs: Tfjs.Tensor[];
  readonly attrs: Readonly<Record<string, unknown>>;
}

const operations: Readonly<Record<string, (tf: Tf, call: Call) => Tfjs.Tensor>> = {
  BatchMatMulV3: batchMatMul,
  FakeQuantWithMinMaxArgs: (tf, { inputs, attrs }) =>
    fakeQuant(tf, inputs[0]!, [Number(attrs["min"] ?? -6)], [Number(attrs["max"] ?? 6)], attrs),
  FakeQuantWithMinMaxVars: fakeQuantVars,
  FakeQuantWithMinMaxVarsPerChannel: fakeQuantVars,
  InvertPermutation: invertPermutation,
  MatrixDiagV3: matrixDiag,
  PreventGradient: (tf, { inputs }) => tf.clone(inputs[0]!),
};

/** Makes them known to the converter; they come before its own. */
export function registerOperations(tf: Tf, converter: typeof Converter): void {
  for (const [op, run] of Object.entries(operations)) {
    converter.registerOp(op, (node) => tf.tidy(() => run(tf, { inputs: node.inputs, attrs: node.attrs })));
  }
}

function batchMatMul(tf: Tf, { inputs: [a, b], attrs }: Call): Tfjs.Tensor {
  return tf.matMul(a!, b!, attrs["adj_x"] === true, attrs["adj_y"] === true);
}

function fakeQuantVars(tf: Tf, { inputs: [x, min, max], attrs }: Call): Tfjs.Tensor {
  return fakeQuant(tf, x!, [...min!.dataSync()], [...max!.dataSync()], attrs);
}

function fakeQuant(
  tf: Tf,
  x: Tfjs.Tensor,
  min: readonly number[],
  max: readonly number[],
  attrs: Call["attrs"],
): Tfjs.Tensor {
  const bitWidth = Number(attrs["num_bits"] ?? 8);
  const values = fakeQuantize(x.dataSync(), { min, max, bitWidth, narrow: attrs["narrow_range"] === true });
  return tf.tensor(values, x.shape, "float32");
}

function invertPermutation(tf: Tf, { inputs: [x] }: Call): Tfjs.Tensor {
  const values = x!.dataSync();
  const inverse = new Int32Array(values.length);
  for (const [i, value] of values.entries()) inverse[value] = i;
  return tf.tensor(inverse, x!.shape, "int32");
}

/** The main diagonal: [..., n] becomes [..., n, n]. */
function matrixDiag(tf: Tf, { inputs: [diagonal, offset, rows, columns] }: Call): Tfjs.Tensor {
  const size = diagonal!.shape.at(-1) ?? 1;
  const square = [rows, columns].every((count) => [-1, size].includes(count!.dataSync()[0]!));
  if (offset!.size !== 1 || offset!.dataSync()[0] !== 0 || !square) {
    throw matrixDiagUnsupported();
  }
  return tf.mul(tf.expandDims(diagonal!, -1), tf.cast(tf.eye(size), diagonal!.dtype));
}
