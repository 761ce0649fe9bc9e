// Codes where the weights were, for the standard DequantizeLinear with block_size (opset 21):
// symmetric groups as signed integers without a zero point, asymmetric ones unsigned with one.
// https://onnx.ai/onnx/operators/onnx__DequantizeLinear.html

import type { DataType, GroupsSpec } from "@tersor/core";
import type { GroupCodes } from "../algorithm.ts";
import type { Matrix, Panel } from "../matrix.ts";
import type { StoredElements, StoredForm } from "./form.ts";
import { putCode } from "./packing.ts";

/** DequantizeLinear: codes with the shape of the weight; scales and zero points with a group in the place of its inputs. */
export function elementsForm(matrix: Matrix, { bits, groupSize, scheme }: GroupsSpec): StoredForm {
  const { outputs, inputs, inputMajor } = matrix;
  const groups = Math.ceil(inputs / groupSize);
  const unsigned = scheme === "asymmetric";
  const dtype = `${unsigned ? "u" : ""}int${bits}` satisfies DataType;
  const shape = inputMajor ? [groups, outputs] : [outputs, groups];
  return {
    codes: { dtype, shape: inputMajor ? [inputs, outputs] : [outputs, inputs] },
    scales: { dtype: "float32", shape },
    ...(unsigned && { zeroPoints: { dtype, shape } }),
    write: (panel, coded, into) => {
      writeCodes(matrix, panel, coded, into, bits, unsigned ? 0 : 2 ** (bits - 1));
      writeGroups({ ...matrix, groups, groupSize, bits }, panel, coded, into, unsigned);
    },
  };
}

/** Unsigned codes, or signed ones: with the middle as zero, two's complement has the highest bit flipped. */
function writeCodes(
  { outputs, inputs, inputMajor }: Matrix,
  panel: Panel,
  { codes }: GroupCodes,
  into: StoredElements,
  bits: number,
  flipped: number,
): void {
  const [rowStep, inputStep] = inputMajor ? [1, outputs] : [inputs, 1];
  for (let row = 0, i = 0; row < panel.outputs; row++) {
    let to = (panel.firstOutput + row) * rowStep + panel.firstInput * inputStep;
    for (let end = i + panel.inputs; i < end; i++, to += inputStep) putCode(into.codes, to, codes[i]! ^ flipped, bits);
  }
}

interface GroupLayout extends Matrix {
  readonly groups: number;
  readonly groupSize: number;
  readonly bits: number;
}

function writeGroups(
  { outputs, inputMajor, groups, groupSize, bits }: GroupLayout,
  panel: Panel,
  { scale, zeroPoint }: GroupCodes,
  into: StoredElements,
  unsigned: boolean,
): void {
  const panelGroups = Math.ceil(panel.inputs / groupSize);
  const first = panel.firstInput / groupSize;
  for (let i = 0; i < scale.length; i++) {
    const output = panel.firstOutput + Math.floor(i / panelGroups);
    const group = first + (i % panelGroups);
    const to = inputMajor ? group * outputs + output : output * groups + group;
    into.scales[to] = scale[i]!;
    if (unsigned) putCode(into.zeroPoints, to, zeroPoint![i]!, bits);
  }
}
