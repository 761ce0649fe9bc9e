// Operations that TensorFlow.js lacks or gets wrong, in terms of what it has. FakeQuantWithMinMaxVars is the identity
// there, batch normalisation never takes the moments of the batch, and what loops of functions put in lists is disposed
// of with the other values of the function, so the lists get copies. https://www.tensorflow.org/api_docs/python/tf/raw_ops

import type * as Converter from "@tensorflow/tfjs-converter";
import type * as Tfjs from "@tensorflow/tfjs-core";
import { matrixDiagUnsupported } from "../errors.ts";
import { fakeQuantize } from "./fake-quantize.ts";

type Tf = typeof Tfjs;

/** Inputs and attributes of an operation, by TensorFlow's names. */
interface Call {
  readonly inputs: Tfjs.Tensor[];
  readonly attrs: Readonly<Record<string, unknown>>;
  /** The lists of the run. */
  readonly lists: Lists;
}

interface Lists {
  getTensorArray(handle: number): {
    readonly idTensor: Tfjs.Tensor;
    write(index: number, item: Tfjs.Tensor): void;
  };
  getTensorList(handle: number): {
    readonly idTensor: Tfjs.Tensor;
    setItem(index: number, item: Tfjs.Tensor): void;
    pushBack(item: Tfjs.Tensor): void;
  };
}

const operations: Readonly<Record<string, (tf: Tf, call: Call) => Tfjs.Tensor>> = {
  BatchMatMulV3: batchMatMul,
  FakeQuantWithMinMaxArgs: (tf, { inputs, attrs }) =>
    fakeQuant(tf, inputs[0]!, [Number(attrs["min"] ?? -6)], [Number(attrs["max"] ?? 6)], attrs),
  FakeQuantWithMinMaxVars: fakeQuantVars,
  FakeQuantWithMinMaxVarsPerChannel: fakeQuantVars,
  FusedBatchNorm: batchNorm,
  FusedBatchNormV2: batchNorm,
  FusedBatchNormV3: batchNorm,
  InvertPermutation: invertPermutation,
  MatrixDiagV3: matrixDiag,
  PreventGradient: (tf, { inputs }) => tf.clone(inputs[0]!),
  TensorArrayWriteV3: (tf, { inputs: [handle, index, item], lists }) => {
    const array = lists.getTensorArray(handle!.id);
    array.write(index!.dataSync()[0]!, tf.keep(tf.clone(item!)));
    return array.idTensor;
  },
  TensorListPushBack: (tf, { inputs: [handle, item], lists }) => {
    const list = lists.getTensorList(handle!.id);
    list.pushBack(tf.keep(tf.clone(item!)));
    return list.idTensor;
  },
  TensorListSetItem: (tf, { inputs: [handle, index, item], lists }) => {
    const list = lists.getTensorList(handle!.id);
    list.setItem(index!.dataSync()[0]!, tf.keep(tf.clone(item!)));
    return list.idTensor;
  },
};

/** Makes them known to the converter; they come before its own. */
export function registerOperations(tf: Tf, converter: typeof Converter): void {
  for (const [op, run] of Object.entries(operations)) {
    converter.registerOp(op, (node) => {
      const { inputs, attrs } = node;
      // A private field; the version of the dependency is pinned.
      const { context: lists } = node as unknown as { readonly context: Lists };
      return tf.tidy(() => run(tf, { inputs, attrs, lists }));
    });
  }
}

function batchMatMul(tf: Tf, { inputs: [a, b], attrs }: Call): Tfjs.Tensor {
  return tf.matMul(a!, b!, attrs["adj_x"] === true, attrs["adj_y"] === true);
}

/** In training (Keras's LayerNormalization is made of that) mean and variance are those of the batch. */
function batchNorm(tf: Tf, { inputs: [x, scale, offset, mean, variance], attrs }: Call): Tfjs.Tensor {
  const channelsFirst = attrs["data_format"] === "nchw";
  const value = channelsFirst ? tf.transpose(x!, [0, 2, 3, 1]) : x!;
  const axes = Array.from({ length: value.rank - 1 }, (_, axis) => axis);
  const given = { mean: mean!, variance: variance! };
  const moments = attrs["is_training"] === false ? given : tf.moments(value, axes);
  const normal = tf.batchNorm(
    value,
    moments.mean as Tfjs.Tensor1D,
    moments.variance as Tfjs.Tensor1D,
    offset as Tfjs.Tensor1D,
    scale as Tfjs.Tensor1D,
    Number(attrs["epsilon"] ?? 1e-4),
  );
  return channelsFirst ? tf.transpose(normal, [0, 3, 1, 2]) : normal;
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
  return tf.where(tf.cast(tf.eye(size), "bool"), tf.expandDims(diagonal!, -1), tf.scalar(0, diagonal!.dtype));
}
