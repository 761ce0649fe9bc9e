// QuantizeLinear and DequantizeLinear: a pair on an activation is a FakeQuant, a DequantizeLinear on a constant is a
// constant that knows its integers.
// https://onnx.ai/onnx/operators/onnx__QuantizeLinear.html, onnx__DequantizeLinear.html

import { dataTypes, numbersOf, type Node, type TensorSource } from "@tersor/core";
import { refuse } from "./refusal.ts";
import type { Lowering } from "./context.ts";
import { computedSource, type ActivationCodes, type ConstantCodes } from "./emitter.ts";
import { fakeQuantized } from "./fake-quant.ts";
import type { Constant } from "./rule.ts";

/** Lowers a node that quantizes or dequantizes; false when the node does neither. */
export function lowerQuantization(node: Node, lowering: Lowering): boolean {
  if (node.domain !== "" || (node.op !== "QuantizeLinear" && node.op !== "DequantizeLinear")) return false;
  if (node.op === "QuantizeLinear") lowerQuantize(node, lowering);
  else lowerDequantize(node, lowering);
  return true;
}

/** Codes stand for the floats they are rounded from: the value is those floats already. */
function lowerQuantize(node: Node, { to, values }: Lowering): void {
  const codes = activationCodes(node, values.constant(node.inputs[1] ?? ""), values.constant(node.inputs[2] ?? ""));
  const { tensor, layout } = values.stored(node.inputs[0]!);
  values.setStored(node.outputs[0]!, { tensor: fakeQuantized(tensor, codes, to), layout });
}

function activationCodes(node: Node, scale: Constant | undefined, zeroPoint: Constant | undefined): ActivationCodes {
  const dtype = zeroPoint?.source.dtype ?? "uint8";
  if (!scale || ((node.inputs[2] ?? "") !== "" && !zeroPoint)) refuse("its scale and zero point have to be constant");
  const scales = numbersOf(scale.source.tensor());
  if (scales.length !== 1) refuse("an activation can have one scale only");
  if (!["int8", "uint8", "int16", "uint16"].includes(dtype)) refuse(`activations can't be ${dtype}`);
  const zero = zeroPoint ? numbersOf(zeroPoint.source.tensor())[0]! : 0;
  return { kind: "activation", dtype, scale: scales[0]!, zeroPoint: zero };
}

function lowerDequantize(node: Node, { to, values }: Lowering): void {
  const [input, output] = [node.inputs[0]!, node.outputs[0]!];
  const codes = values.constant(input);
  if (codes) return values.setConstant(output, dequantized(node, codes, parametersOf(node, values)));
  const known = to.codes.get(values.stored(input).tensor);
  const { scale, zeroPoint } = parametersOf(node, values);
  if (
    known?.kind !== "activation" ||
    scale.length !== 1 ||
    scale[0] !== known.scale ||
    (zeroPoint[0] ?? 0) !== known.zeroPoint
  )
    refuse("it reads codes that no QuantizeLinear with its scale and zero point makes");
  values.alias(output, input);
}

interface Parameters {
  readonly scale: readonly number[];
  readonly zeroPoint: readonly number[];
}

function parametersOf({ inputs }: Node, values: Lowering["values"]): Parameters {
  const scale = values.constant(inputs[1] ?? "");
  const zeroPoint = values.constant(inputs[2] ?? "");
  if (!scale || ((inputs[2] ?? "") !== "" && !zeroPoint)) refuse("its scale and zero point have to be constant");
  return {
    scale: Array.from(numbersOf(scale.source.tensor())),
    zeroPoint: zeroPoint ? Array.from(numbersOf(zeroPoint.source.tensor())) : [],
  };
}

function dequantized(node: Node, { name, source }: Constant, { scale, zeroPoint }: Parameters): Constant {
  const { axis: stated, block_size: block } = node.attributes;
  if (block?.kind === "int" && block.value !== 0) refuse("scales of blocks have no form in TensorFlow");
  if (dataTypes[source.dtype].kind === "float") refuse(`codes can't be ${source.dtype}`);
  const wanted = stated?.kind === "int" ? stated.value : 1;
  const axis = scale.length === 1 ? undefined : (wanted + source.shape.length) % source.shape.length;
  const codes: ConstantCodes = { kind: "constant", codes: source, scales: scale, zeroPoints: zeroPoint, axis };
  const floats = computedSource(source, "float32", source.shape, () => floatsOf(source, codes));
  return { name: node.outputs[0] ?? name, source: floats, codes };
}

/** (code - zeroPoint) * scale, in float32 as ONNX computes it. */
function floatsOf(source: TensorSource, { scales, zeroPoints, axis }: ConstantCodes): Float32Array {
  const numbers = numbersOf(source.tensor());
  const size = axis === undefined ? 1 : source.shape[axis]!;
  const inner = axis === undefined ? numbers.length : source.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const factors = Float32Array.from(scales);
  const out = new Float32Array(numbers.length);
  for (let i = 0; i < out.length; i++) {
    const channel = Math.floor(i / inner) % size;
    out[i] = (numbers[i]! - (zeroPoints[channel] ?? 0)) * factors[channel]!;
  }
  return out;
}
