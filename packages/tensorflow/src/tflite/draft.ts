// A TensorFlow Lite model in the making: for every tensor of the lowered graph the forms in which it is there, as floats
// and as int8, and the QUANTIZE and DEQUANTIZE between them where somebody asks for the other one.

import { dataTypes, numbersOf, tensorFromNumbers, type DataType, type Tensor, type TensorSource } from "@tersor/core";
import { refuse, staticDim } from "../lower/refusal.ts";
import type { Codes, ConstantCodes } from "../lower/emitter.ts";
import type { LoweredGraph } from "../lower/lower.ts";
import type { LiteModel, LiteOperator, LiteOptions, LiteQuantization, LiteTensor, LiteValue } from "./model.ts";
import { tensorTypes, type OperatorName, type TensorTypeName } from "./schema.ts";

/** The int8 codes of an activation. */
export interface Scale {
  readonly scale: number;
  readonly zeroPoint: number;
}

/** A tensor of the model that holds int8 codes. */
export interface Quantized {
  readonly index: number;
  readonly codes: Scale;
}

/** Collects tensors and operators; "tensor" is a reference of the lowered graph, "index" one of the model. */
export class LiteDraft {
  readonly #lowered: LoweredGraph;
  readonly #tensors: LiteTensor[] = [];
  readonly #operators: LiteOperator[] = [];
  readonly #plain = new Map<string, number>();
  readonly #quantized = new Map<string, Quantized>();
  readonly #constants = new Map<string, number>();
  readonly #names = new Set<string>();

  constructor(lowered: LoweredGraph) {
    this.#lowered = lowered;
  }

  /** @throws for the one error when a size is not a number. */
  shape(tensor: string): readonly number[] {
    return this.#lowered.types.get(tensor)!.shape.map((dim) => staticDim(dim, "every size"));
  }

  dtype(tensor: string): TensorTypeName {
    return liteType(this.#lowered.types.get(tensor)!.dtype);
  }

  constantCodes(tensor: string): ConstantCodes | undefined {
    const codes = this.#lowered.codes.get(tensor);
    return codes?.kind === "constant" ? codes : undefined;
  }

  source(tensor: string): TensorSource | undefined {
    return this.#lowered.sources.get(tensor);
  }

  /** The tensor as it is without codes: floats, or integers that are just that. */
  plain(tensor: string): number {
    const known = this.#plain.get(tensor);
    if (known !== undefined) return known;
    const index = this.#makePlain(tensor);
    this.#plain.set(tensor, index);
    return index;
  }

  #makePlain(tensor: string): number {
    const quantized = this.#quantized.get(tensor);
    if (quantized) return this.#dequantized(quantized.index, tensor);
    const source = this.source(tensor);
    if (source === undefined) return refuse("a tensor that it reads was not made");
    const codes = this.constantCodes(tensor);
    // Weights that stay float in their operator are stored as the integers they are.
    const isStored = codes && storableCodes(codes) && source.sizeBytes > 4096;
    if (!isStored) return this.constant(nameOf(tensor), source.tensor());
    return this.#dequantized(this.codesConstant(tensor, codes, codes.codes.tensor()), tensor);
  }

  #dequantized(index: number, tensor: string): number {
    const made = this.addTensor(`${nameOf(tensor)}/float`, "float32", this.shape(tensor));
    this.addOperator("DEQUANTIZE", 2, [index], [made], { table: "Dequantize", values: {} });
    return made;
  }

  /** The int8 codes of an activation, if it has some. */
  quantized(tensor: string): Quantized | undefined {
    return this.#quantized.get(tensor);
  }

  setPlain(tensor: string, index: number): void {
    this.#plain.set(tensor, index);
  }

  setQuantized(tensor: string, quantized: Quantized): void {
    this.#quantized.set(tensor, quantized);
  }

  /** Another reference to the same tensor. */
  alias(tensor: string, of: string): void {
    const quantized = this.#quantized.get(of);
    if (quantized) this.#quantized.set(tensor, quantized);
    const plain = this.#plain.get(of);
    if (plain !== undefined || !quantized) this.#plain.set(tensor, plain ?? this.plain(of));
  }

  /** Rounds a tensor to codes; codes of another scale are converted. */
  quantize(tensor: string, codes: Scale, name: string): Quantized {
    const known = this.#quantized.get(tensor);
    if (known && sameScale(known.codes, codes)) return known;
    const index = this.addTensor(name, "int8", this.shape(tensor), activationQuantization(codes));
    const from = known?.index ?? this.plain(tensor);
    this.addOperator("QUANTIZE", 1, [from], [index], { table: "Quantize", values: {} });
    return { index, codes };
  }

  addTensor(name: string, dtype: TensorTypeName, shape: readonly number[], quantization?: LiteQuantization): number {
    return this.#push({ name: this.#fresh(name), dtype, shape, ...(quantization && { quantization }) });
  }

  /** Makes the tensor of an output without codes. */
  addPlain(tensor: string): number {
    const index = this.addTensor(nameOf(tensor), this.dtype(tensor), this.shape(tensor));
    this.setPlain(tensor, index);
    return index;
  }

  /** Makes the int8 tensor of an output. */
  addQuantized(tensor: string, codes: Scale): number {
    const index = this.addTensor(nameOf(tensor), "int8", this.shape(tensor), activationQuantization(codes));
    this.setQuantized(tensor, { index, codes });
    return index;
  }

  constant(name: string, data: Tensor, quantization?: LiteQuantization): number {
    const { shape } = data;
    const dtype = liteType(data.dtype);
    return this.#push({ name: this.#fresh(name), dtype, shape, data, ...(quantization && { quantization }) });
  }

  /** A vector of int32 that operators are told. */
  ints(values: readonly number[]): number {
    const key = values.join();
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const made = this.constant("numbers", tensorFromNumbers("int32", [values.length], values));
    this.#constants.set(key, made);
    return made;
  }

  /** A constant's codes as int8, with the elements as they are given (in another order, perhaps). */
  codesConstant(tensor: string, codes: ConstantCodes, elements: Tensor, dimension = codes.axis ?? 0): number {
    const shift = codes.codes.dtype === "uint8" ? 128 : 0;
    const numbers = shift === 0 ? elements : int8Of(elements, shift);
    const zeroPoint = codes.scales.map((_, i) => (codes.zeroPoints[i] ?? codes.zeroPoints[0] ?? 0) - shift);
    return this.constant(nameOf(tensor), numbers, { scale: codes.scales, zeroPoint, dimension });
  }

  addOperator(
    op: OperatorName,
    version: number,
    inputs: readonly number[],
    outputs: readonly number[],
    options?: LiteOptions,
  ): void {
    this.#operators.push({ op, version, inputs, outputs, ...(options && { options }) });
  }

  /** The finished model. Public tensors carry the public names. */
  finish(name: string, inputs: readonly LiteValue[], outputs: readonly LiteValue[]): LiteModel {
    const names = new Map([...inputs, ...outputs].map((value) => [value.tensor, value.name]));
    const tensors = this.#tensors.map((tensor, i) => ({ ...tensor, name: names.get(i) ?? tensor.name }));
    return { name, tensors, operators: this.#operators, inputs, outputs };
  }

  #push(tensor: LiteTensor): number {
    this.#tensors.push(tensor);
    return this.#tensors.length - 1;
  }

  #fresh(wish: string): string {
    let name = wish;
    for (let count = 1; this.#names.has(name); count++) name = `${wish}_${count}`;
    this.#names.add(name);
    return name;
  }
}

/** Whether DEQUANTIZE reads them: int8, or uint8 with any zero point; along an axis only without one. */
function storableCodes({ codes, scales, zeroPoints }: ConstantCodes): boolean {
  if (codes.dtype !== "int8" && codes.dtype !== "uint8") return false;
  const zero = codes.dtype === "uint8" ? 128 : 0;
  return scales.length === 1 || zeroPoints.every((zeroPoint) => zeroPoint === zero);
}

function int8Of(codes: Tensor, shift: number): Tensor {
  return tensorFromNumbers(
    "int8",
    codes.shape,
    Array.from(numbersOf(codes), (code) => code - shift),
  );
}

/** The int8 codes that stand for an activation's codes; undefined where they have more than 8 bits. */
export function int8Scale(codes: Codes | undefined): Scale | undefined {
  if (codes?.kind !== "activation" || dataTypes[codes.dtype].bits !== 8) return undefined;
  return { scale: Math.fround(codes.scale), zeroPoint: codes.zeroPoint - (codes.dtype === "uint8" ? 128 : 0) };
}

export function sameScale(a: Scale, b: Scale): boolean {
  return a.scale === b.scale && a.zeroPoint === b.zeroPoint;
}

export function activationQuantization({ scale, zeroPoint }: Scale): LiteQuantization {
  return { scale: [scale], zeroPoint: [zeroPoint], dimension: 0 };
}

/** The name of a tensor, from its reference. */
export function nameOf(tensor: string): string {
  return tensor.endsWith(":0") ? tensor.slice(0, -2) : tensor;
}

function liteType(dtype: DataType): TensorTypeName {
  return dtype in tensorTypes ? (dtype as TensorTypeName) : refuse(`TensorFlow Lite has no ${dtype}`);
}
