// A lowered graph becomes a TensorFlow Lite model: each operation its operator, with the bias and the activation behind
// it in one. FakeQuant says where int8 codes are; what has no int8 form runs on floats between DEQUANTIZE and QUANTIZE.

import { isTersorError, tensorFromNumbers, type Graph } from "@tersor/core";
import { unsupportedOperators, type UnsupportedOperation } from "../errors.ts";
import type { TensorFlowNode } from "../graphdef/graph.ts";
import { refuse } from "../lower/refusal.ts";
import type { LoweredGraph } from "../lower/lower.ts";
import { lowerWithTypes } from "../lower/lower.ts";
import type { LiteContext } from "./context.ts";
import { int8Scale, LiteDraft, nameOf } from "./draft.ts";
import { fuseGelus } from "./gelu.ts";
import type { LiteModel, LiteValue } from "./model.ts";
import { addByRow, addConcat } from "./operator.ts";
import { liteRows } from "./table.ts";
import { addConv, addDepthwise, addMatMul, addTransposeConv } from "./weighted.ts";

/** How a TensorFlow Lite model is made. */
export interface TfliteOptions {
  /** Sizes of inputs by name. Sizes that stay open are 1: the format has none that are. */
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
  /** Public inputs and outputs as floats (default), or as the int8 codes behind them where there are some. */
  readonly io?: "float32" | "int8";
}

/** Operators that more is to know about than a row of the table says. */
const special: Readonly<Record<string, (context: LiteContext) => void>> = {
  BatchMatMulV2: addMatMul,
  ConcatV2: addConcat,
  Conv2D: addConv,
  Conv2DBackpropInput: addTransposeConv,
  DepthwiseConv2dNative: addDepthwise,
  MatMul: addMatMul,
};

/** Operations whose operator adds a bias. */
const biased: readonly string[] = ["BatchMatMulV2", "Conv2D", "Conv2DBackpropInput", "DepthwiseConv2dNative", "MatMul"];

/**
 * Converts an ONNX graph, float or with QuantizeLinear / DequantizeLinear pairs.
 * @throws TENSORFLOW_LOWER_UNSUPPORTED listing every operator without a form in TensorFlow Lite; TENSORFLOW_INPUT_SHAPE.
 */
export function convertToTflite(graph: Graph, { shapes, io = "float32" }: TfliteOptions = {}): LiteModel {
  const sizes = { openSize: 1, ...(shapes && { shapes }) };
  const lowered = lowerWithTypes(fuseGelus(graph), { ...sizes, target: "tflite" });
  return new Conversion(lowered, io).model();
}

/** One conversion. */
class Conversion {
  readonly #lowered: LoweredGraph;
  readonly #io: "float32" | "int8";
  readonly #draft: LiteDraft;
  readonly #readers = new Map<string, TensorFlowNode[]>();
  /** Operations that another one's operator has done. */
  readonly #done = new Set<TensorFlowNode>();

  constructor(lowered: LoweredGraph, io: "float32" | "int8") {
    this.#lowered = lowered;
    this.#io = io;
    this.#draft = new LiteDraft(lowered);
    for (const node of lowered.graph.nodes)
      for (const input of node.inputs) this.#readers.set(input, [...(this.#readers.get(input) ?? []), node]);
  }

  model(): LiteModel {
    const { graph } = this.#lowered;
    const inputs = graph.inputs.map(({ name, tensor }) => ({ name, tensor: this.#addInput(tensor) }));
    const unsupported: UnsupportedOperation[] = [];
    for (const node of graph.nodes) if (!this.#done.has(node)) this.#tryAdd(node, unsupported);
    if (unsupported.length > 0) throw unsupportedOperators(unsupported);
    const taken = new Set(inputs.map(({ tensor }) => tensor));
    const outputs = graph.outputs.map(({ name, tensor }) => this.#output(name, tensor, taken));
    return this.#draft.finish(graph.name, inputs, outputs);
  }

  #addInput(tensor: string): number {
    const [reader, ...others] = this.#readers.get(tensor) ?? [];
    const codes = others.length === 0 && reader ? this.#codesMadeBy(reader) : undefined;
    return this.#io === "int8" && codes ? this.#draft.addQuantized(tensor, codes) : this.#draft.addPlain(tensor);
  }

  /** Every output is a tensor of its own that is no input. */
  #output(name: string, tensor: string, taken: Set<number>): LiteValue {
    const draft = this.#draft;
    const codes = this.#io === "int8" ? draft.quantized(tensor) : undefined;
    let index = codes?.index ?? draft.plain(tensor);
    if (taken.has(index) || this.#lowered.sources.has(tensor)) index = this.#copy(index, tensor, codes !== undefined);
    taken.add(index);
    return { name, tensor: index };
  }

  #copy(index: number, tensor: string, isQuantized: boolean): number {
    const draft = this.#draft;
    const shape = draft.shape(tensor);
    const codes = isQuantized ? draft.quantized(tensor)?.codes : undefined;
    const made = codes
      ? draft.addTensor(nameOf(tensor), "int8", shape, {
          scale: [codes.scale],
          zeroPoint: [codes.zeroPoint],
          dimension: 0,
        })
      : draft.addTensor(nameOf(tensor), draft.dtype(tensor), shape);
    draft.addOperator("RESHAPE", 1, [index, draft.ints(shape)], [made]);
    return made;
  }

  #tryAdd(node: TensorFlowNode, unsupported: UnsupportedOperation[]): void {
    try {
      this.#add(node);
    } catch (error) {
      if (!isTersorError(error, "TENSORFLOW_REFUSED")) throw error;
      // What depends on a refused one was not made; that is no news.
      const why = String(error.data["why"]);
      if (!why.includes("was not made")) unsupported.push({ node: node.name, op: node.op, why });
    }
  }

  #add(node: TensorFlowNode): void {
    const output = `${node.name}:0`;
    if (node.op === "Const" || node.op === "Placeholder") return;
    if (node.op === "Identity") return this.#draft.alias(output, node.inputs[0]!);
    if (node.op === "FakeQuantWithMinMaxVars") return this.#addRounding(node, output);
    if (node.op === "Shape") return this.#addShape(node, output);
    const row = liteRows[node.op];
    const add = special[node.op] ?? (row ? (context: LiteContext) => addByRow(row, context) : undefined);
    if (add === undefined) return refuse("TensorFlow Lite has no operator for it");
    add(this.#contextOf(node, row?.fuses ?? biased.includes(node.op)));
  }

  /** Rounding that the operator before has done, or QUANTIZE; more than 8 bits stay floats. */
  #addRounding(node: TensorFlowNode, output: string): void {
    const codes = this.#codesMadeBy(node);
    if (codes === undefined) return this.#draft.alias(output, node.inputs[0]!);
    this.#draft.setQuantized(output, this.#draft.quantize(node.inputs[0]!, codes, node.name));
  }

  #codesMadeBy(node: TensorFlowNode): ReturnType<typeof int8Scale> {
    return node.op === "FakeQuantWithMinMaxVars" ? int8Scale(this.#lowered.codes.get(`${node.name}:0`)) : undefined;
  }

  #addShape(node: TensorFlowNode, output: string): void {
    const sizes = this.#draft.shape(node.inputs[0]!);
    const data = tensorFromNumbers(this.#lowered.types.get(output)!.dtype, [sizes.length], sizes);
    this.#draft.setPlain(output, this.#draft.constant(node.name, data));
  }

  #contextOf(node: TensorFlowNode, fuses: boolean): LiteContext {
    const outputs = this.#outputsOf(node);
    let last = outputs[0]!;
    let bias: string | undefined;
    let activation: LiteContext["activation"] = "NONE";
    const next = (...ops: readonly string[]): TensorFlowNode | undefined => {
      const [reader, ...others] = this.#readers.get(last) ?? [];
      return reader && others.length === 0 && ops.includes(reader.op) && reader.inputs[0] === last ? reader : undefined;
    };
    const takes = (reader: TensorFlowNode): void => {
      this.#done.add(reader);
      last = `${reader.name}:0`;
    };
    const shift = biased.includes(node.op) ? next("BiasAdd") : undefined;
    if (shift) {
      bias = shift.inputs[1]!;
      takes(shift);
    }
    const relu = fuses ? next("Relu", "Relu6") : undefined;
    if (relu) {
      activation = relu.op === "Relu" ? "RELU" : "RELU6";
      takes(relu);
    }
    const rounding = next("FakeQuantWithMinMaxVars");
    const wanted = rounding && this.#codesMadeBy(rounding);
    const made = shift || relu ? [last] : outputs;
    return { node, draft: this.#draft, inputs: node.inputs, outputs: made, bias, activation, wanted };
  }

  #outputsOf({ name }: TensorFlowNode): readonly string[] {
    const outputs: string[] = [];
    while (this.#lowered.types.has(`${name}:${outputs.length}`)) outputs.push(`${name}:${outputs.length}`);
    return outputs;
  }
}
