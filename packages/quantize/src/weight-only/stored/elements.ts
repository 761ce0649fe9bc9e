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
  const place = placesIn(panel, inputMajor, outputs, inputs);
  const [lines, length] = panel.inputMajor ? [panel.inputs, panel.outputs] : [panel.outputs, panel.inputs];
  for (let line = 0, i = 0; line < lines; line++) {
    let to = place.first + line * place.line;
    for (const end = i + length; i < end; i++, to += place.step) putCode(into.codes, to, codes[i]! ^ flipped, bits);
  }
}

/** Where a panel's elements go in a matrix: the first, and the ways from line to line and from one to the next in a line. */
function placesIn(
  panel: Panel,
  inputMajor: boolean,
  outputs: number,
  inputs: number,
): { readonly first: number; readonly line: number; readonly step: number } {
  const [perOutput, perInput] = inputMajor ? [1, outputs] : [inputs, 1];
  const first = panel.firstOutput * perOutput + panel.firstInput * perInput;
  return panel.inputMajor ? { first, line: perInput, step: perOutput } : { first, line: perOutput, step: perInput };
}

interface GroupLayout extends Matrix {
  readonly groups: number;
  readonly groupSize: number;
  readonly bits: number;
}

/** Scales and zero points lie as the elements do, with groups in the place of inputs. */
function writeGroups(
  { outputs, inputMajor, groups, groupSize, bits }: GroupLayout,
  panel: Panel,
  { scale, zeroPoint }: GroupCodes,
  into: StoredElements,
  unsigned: boolean,
): void {
  const inPanel = Math.ceil(panel.inputs / groupSize);
  const reduced = { ...panel, inputs: inPanel, firstInput: panel.firstInput / groupSize };
  const place = placesIn(reduced, inputMajor, outputs, groups);
  const length = panel.inputMajor ? panel.outputs : inPanel;
  for (let i = 0; i < scale.length; i++) {
    const to = place.first + Math.floor(i / length) * place.line + (i % length) * place.step;
    into.scales[to] = scale[i]!;
    if (unsigned) putCode(into.zeroPoints, to, zeroPoint![i]!, bits);
  }
}
